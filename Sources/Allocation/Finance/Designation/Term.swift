public import Postgres

/// The calendar year for which a chain's two banks are designated.
public struct Term: Hashable, Sendable {
  public let year: Int
  /// The first day.
  public let start: DateOnly
  /// The first day after it.
  public let end: DateOnly

  /// - Returns: `nil` for a year outside 2000…2099.
  public init?(year: Int) {
    guard (2000...2099).contains(year), let start = DateOnly(year: year, month: 1, day: 1),
      let end = DateOnly(year: year + 1, month: 1, day: 1)
    else { return nil }
    self.year = year
    self.start = start
    self.end = end
  }

  /// Parses four digits.
  public init?(text: String) {
    guard text.utf8.count == 4, let year = Int(text) else { return nil }
    self.init(year: year)
  }

  /// The term that a date falls in.
  public init?(containing date: DateOnly) { self.init(year: date.year) }

  /// The term as it is stored: four digits.
  public var text: String { "\(year)" }

  public func contains(_ date: DateOnly) -> Bool { start <= date && date < end }
}
