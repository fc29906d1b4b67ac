internal import Embedded
public import Postgres

/// The sample city that the program carries: 2,388 enterprises and the rest, all synthetic.
public enum SampleCity {
  /// The business date that the city was made for.
  public static let businessDate = DateOnly(year: 2026, month: 11, day: 20) ?? .todayInShanghai

  /// The city's spreadsheets.
  public static var spreadsheets: [ImportText] {
    EmbeddedFiles.sampleCity.map { ImportText(name: $0.name, text: $0.text) }
  }
}
