import Matching
import Postgres

/// The prices that certified a stored round. They bound any problem, also a changed one: a what-if
/// that searches for a short time only need not be content with the prices it finds itself.
struct RoundPrices: Sendable {
  let scale: Int64
  /// Whether rows without a price are kept and requests have prices (design §4).
  let isKnapsack: Bool
  /// By name; a kept row has `nil`.
  let rows: [String: Int64?]
  let requests: [String: Int64]

  /// A bound on every allocation of a problem, by the names that it shares with the round; `nil`
  /// where the prices prove nothing for it.
  ///
  /// - Complexity: that of `Certificate.bound(for:)`.
  func bound(of round: RoundProblem, _ problem: Problem) -> Int64? {
    let keeps = isKnapsack ? Set(rows.filter { $0.value == nil }.keys.compactMap(Self.kind)) : []
    let prices = round.rows.map { row in
      rows[row.name] ?? (keeps.contains(row.kind) ? nil : 0)
    }
    let certificate =
      isKnapsack
      ? Certificate.knapsack(
        scale: scale, rowPrices: prices,
        requestPrices: round.requests.map { requests[$0.number] ?? 0 })
      : Certificate.price(scale: scale, rowPrices: prices.map { $0 ?? 0 })
    return (try? certificate.bound(for: problem)).map { Int64(clamping: $0) }
  }

  /// The kind in a row's name.
  private static func kind(_ row: String) -> String? {
    row.split(separator: ":", maxSplits: 1).first.map(String.init)
  }
}

extension RoundPrices {
  /// Reads a stored round's prices.
  static func load(_ id: Int, from connection: Connection) async throws -> RoundPrices {
    let (form, scale) = try await connection.query(
      "SELECT certificate, scale FROM allocation.round WHERE round_id = \(id)"
    ).only(String.self, Int64.self)
    let rows = try await connection.query(
      "SELECT row, price FROM allocation.round_row WHERE round_id = \(id)"
    ).decode(String.self, Int64?.self)
    let requests = try await connection.query(
      """
      SELECT request, price FROM allocation.round_request
      WHERE round_id = \(id) AND price IS NOT NULL
      """
    ).decode(String.self, Int64.self)
    return RoundPrices(
      scale: scale, isKnapsack: form == "knapsack",
      rows: Dictionary(rows, uniquingKeysWith: { first, _ in first }),
      requests: Dictionary(requests, uniquingKeysWith: { first, _ in first }))
  }
}
