public import Postgres

/// One night on one screen: what was asked, what was matched, how well, and why not more.
public struct NightSummary: Sendable {
  struct Round: Decodable, Sendable {
    let roundID: Int
    let mechanism: String
    let businessDate: DateOnly
    let requests: Int
    let options: Int
    let assigned: Int
    let objective: Int64
    let bound: Int64
    let status: String
    let inputDigest: String
  }

  /// A stable round beside the highest total that it is measured against.
  struct Stability: Decodable, Sendable {
    let roundID: Int
    let mechanism: String
    let blockingPairs: Int
    let highestTotal: Int64
    let price: Int64
  }

  struct DearRow: Decodable, Sendable {
    let mechanism: String
    let row: String
    let kind: String
    let resource: String
    let unit: String
    let used: Numeric
    let upper: Int64
    let price: Numeric
  }

  struct Example: Decodable, Hashable, Sendable {
    let roundID: Int
    let request: String
    let enterprise: String
    let reason: String
    let explanation: String
  }

  let rounds: [Round]
  let stability: [Stability]
  /// Of each round those of the highest price.
  let dearRows: [DearRow]
  let examples: [Example]
  /// How many faults verification found.
  let faultCount: Int

  /// The number of a request that got nothing, to go on with.
  public var exampleRequest: String? { examples.first?.request }
}

extension NightSummary {
  /// Reads the summary of verified rounds from the report views.
  public static func load(
    _ findings: [Verification.Finding], from connection: Connection
  ) async throws -> NightSummary {
    let ids = findings.map(\.roundID)
    return NightSummary(
      rounds: try await connection.query(
        """
        SELECT round_id AS "roundID", mechanism, business_date AS "businessDate", requests, options,
          assigned, objective, bound, status, input_digest AS "inputDigest"
        FROM report.round WHERE round_id = ANY(\(ids)) ORDER BY round_id
        """
      ).records(as: Round.self),
      stability: try await stability(ids, connection),
      dearRows: try await dearRows(ids, connection),
      examples: varied(try await candidates(ids, connection)),
      faultCount: findings.reduce(0) { $0 + $1.faults.count })
  }

  private static func stability(
    _ ids: [Int], _ connection: Connection
  ) async throws -> [Stability] {
    try await connection.query(
      """
      SELECT r.round_id AS "roundID", r.mechanism, p.fit::bigint AS "highestTotal",
        (p.fit - r.objective)::bigint AS price,
        (SELECT count(*) FROM report.blocking_pair b WHERE b.round_id = r.round_id)
          AS "blockingPairs"
      FROM report.round r
      JOIN report.price_of_stability p ON p.round_id = r.round_id AND p.matching = 'optimal'
      WHERE r.round_id = ANY(\(ids)) AND r.status = 'stable' ORDER BY r.round_id
      """
    ).records(as: Stability.self)
  }

  private static func dearRows(_ ids: [Int], _ connection: Connection) async throws -> [DearRow] {
    try await connection.query(
      """
      SELECT mechanism, row, kind, resource, unit, used, upper, price FROM (
        SELECT r.mechanism, u.*,
          row_number() OVER (PARTITION BY u.round_id ORDER BY u.price DESC, u.row COLLATE "C") AS place
        FROM report.row_usage u JOIN report.round r USING (round_id)
        WHERE u.round_id = ANY(\(ids)) AND u.price > 0) dear
      WHERE place <= 2 ORDER BY round_id, place
      """
    ).records(as: DearRow.self)
  }

  /// For each round and reason one request that got nothing.
  private static func candidates(
    _ ids: [Int], _ connection: Connection
  ) async throws -> [Example] {
    try await connection.query(
      """
      SELECT DISTINCT ON (round_id, reason) round_id AS "roundID", request,
        coalesce(enterprise, '') AS enterprise, reason, explanation
      FROM report.unserved WHERE round_id = ANY(\(ids)) ORDER BY round_id, reason, request
      """
    ).records(as: Example.self)
  }

  /// Three examples: of other rounds and other reasons, as far as there are.
  static func varied(_ candidates: [Example], count: Int = 3) -> [Example] {
    var chosen: [Example] = []
    func take(where isNew: (Example) -> Bool) {
      for example in candidates where chosen.count < count && !chosen.contains(example) {
        if isNew(example) { chosen.append(example) }
      }
    }
    take { example in
      chosen.allSatisfy { $0.roundID != example.roundID && $0.reason != example.reason }
    }
    take { example in chosen.allSatisfy { $0.reason != example.reason } }
    take { _ in true }
    return chosen.sorted { ($0.roundID, $0.request) < ($1.roundID, $1.request) }
  }
}
