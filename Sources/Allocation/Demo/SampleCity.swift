import Embedded
public import Foundation
public import Postgres

/// The sample city that the program carries: 2,388 enterprises and the rest, all synthetic.
public enum SampleCity {
  /// The business date that the city was made for.
  public static let businessDate = DateOnly(year: 2026, month: 11, day: 20) ?? .todayInShanghai

  /// Writes the city's spreadsheets into a new temporary folder.
  ///
  /// - Returns: the folder; the caller removes it.
  public static func write() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "yaosu-sample-city-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in EmbeddedFiles.sampleCity {
      try file.text.write(to: folder.appending(path: file.name), atomically: false, encoding: .utf8)
    }
    return folder
  }
}
