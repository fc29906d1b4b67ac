public import Postgres

/// The prefecture that somebody speaks of: named, or the only one there is.
public enum Prefecture {
  /// The codes of all prefectures, in order.
  static func codes(from connection: Connection) async throws -> [String] {
    try await connection.query(
      "SELECT code FROM registry.regions WHERE kind = 'prefecture' ORDER BY code COLLATE \"C\""
    ).decode(String.self)
  }

  /// The code of the prefecture that is meant.
  ///
  /// - Parameter wanted: its code; `nil` for the only one.
  /// - Throws: ``Unclear``; ``PostgresError``.
  public static func code(_ wanted: String?, from connection: Connection) async throws -> String {
    let known = try await codes(from: connection)
    guard let code = wanted ?? (known.count == 1 ? known[0] : nil), known.contains(code) else {
      throw Unclear(wanted: wanted, known: known)
    }
    return code
  }

  /// The prefecture must be named, or is not in the registry.
  public struct Unclear: Error, Hashable, Sendable, CustomStringConvertible {
    public let wanted: String?
    public let known: [String]

    public var description: String {
      guard !known.isEmpty else {
        return "there is no prefecture yet: `yaosu import` the spreadsheet of regions first"
      }
      return (wanted.map { "there is no prefecture \($0)" } ?? "the prefecture must be named")
        + ": --jurisdiction \(known.joined(separator: " or "))"
    }
  }
}
