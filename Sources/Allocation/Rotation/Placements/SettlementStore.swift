import Postgres

/// Settles talents at institution posts and keeps the round that decided it.
struct SettlementStore: Sendable {
  private let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// - Parameter day: on which the terms ended.
  func settle(
    _ placements: [Placement], in jurisdiction: String, on day: DateOnly,
    through store: PlacementStore
  ) async throws {
    let seed = "rotation-settlement/\(jurisdiction)/\(day)"
    let settlement = Settlement(
      of: placements, free: try await free(Settlement.posts(of: placements), from: day), seed: seed)
    let granted = try settlement.granted()
    try await keep(settlement, granted, jurisdiction, day, seed)
    try await store.settle(granted.map { ($0.placement, $0.post) }, on: day)
  }

  /// The headcount that is free on every day from a day on. Live offers count as promised.
  private func free(_ posts: [String], from day: DateOnly) async throws -> [String: Int] {
    let rows = try await connection.query(
      """
      SELECT h.post, min(h.headcount - h.occupied - h.promised)
      FROM rotation.headcount_on(\(posts)::text[],
        rotation.headcount_days(\(posts)::text[], \(day)::date)) h
      GROUP BY h.post
      """
    ).decode(String.self, Int.self)
    return Dictionary(rows, uniquingKeysWith: { first, _ in first })
  }

  private func keep(
    _ settlement: Settlement, _ granted: [Settlement.Wish], _ jurisdiction: String, _ day: DateOnly,
    _ seed: String
  ) async throws {
    let id = try await connection.query(
      """
      INSERT INTO rotation.settlement (jurisdiction, settled_on, seed)
      VALUES (\(jurisdiction), \(day), \(seed)) RETURNING settlement_id
      """
    ).only(Int.self)
    _ = try await connection.copyIn(
      into: "rotation.settlement_post", columns: ["settlement_id", "institution_post", "quota"]
    ) { writer in
      for post in settlement.quotas.keys.sorted(byText: { $0 }) {
        try await writer.write(id, post, Int32(clamping: settlement.quotas[post] ?? 0))
      }
    }
    let won = Set(granted)
    _ = try await connection.copyIn(
      into: "rotation.settlement_wish",
      columns: [
        "settlement_id", "placement_id", "position", "institution_post", "is_own",
        "review_points", "lottery", "got",
      ]
    ) { writer in
      for wish in settlement.wishes {
        try await writer.write(
          id, wish.placement, Int32(clamping: wish.position), wish.post, wish.isOwn,
          Int32(clamping: wish.reviewPoints), Lottery.text(wish.lottery), won.contains(wish))
      }
    }
  }
}
