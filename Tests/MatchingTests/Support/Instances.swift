import Foundation
import Matching

/// The public instances beside the tests; SOURCES.txt names where they come from.
enum Instances {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Instances")

  static func read(_ name: String) throws -> Instance {
    try Instance(parsing: [UInt8](Data(contentsOf: folder.appending(path: name))))
  }

  /// Lines of the index: file, source, kind of result, objective.
  static func index() throws -> [(file: String, kind: String, objective: Int64?)] {
    let text = try String(contentsOf: folder.appending(path: "index.csv"), encoding: .utf8)
    return text.split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      return (String(fields[0]), String(fields[2]), Int64(fields[3]))
    }
  }
}
