public import Postgres

extension RoundResult {
  /// Reads a stored round's result.
  ///
  /// - Throws: ``RoundError/notFound(_:)``.
  public static func load(_ id: Int, from connection: Connection) async throws -> RoundResult {
    let headers = try await connection.query(
      "SELECT objective, bound, status, scale FROM allocation.round WHERE round_id = \(id)"
    ).decode(Int64.self, Int64.self, String.self, Int64.self)
    guard let (objective, bound, status, scale) = headers.first else {
      throw RoundError.notFound("there is no round \(id)")
    }
    return RoundResult(
      objective: objective, bound: bound, status: status,
      enterprises: Dictionary(
        try await connection.query(
          "SELECT request, enterprise FROM allocation.round_request WHERE round_id = \(id)"
        ).decode(String.self, String.self), uniquingKeysWith: { first, _ in first }),
      awards: try await awards(id, connection), rows: try await rows(id, scale, connection))
  }

  private static func awards(
    _ id: Int, _ connection: Connection
  ) async throws -> [String: Award] {
    let chosen = try await connection.query(
      """
      SELECT q.request, o.resource,
        coalesce(o.detail ->> 'institution_post', o.detail ->> 'product'), o.amount, o.unit, o.score
      FROM allocation.round_request q
      JOIN allocation.round_option o
        ON (o.round_id, o.request_no, o.option_no) = (q.round_id, q.request_no, q.chosen)
      WHERE q.round_id = \(id)
      """
    ).decode(String.self, String.self, String?.self, Numeric.self, String.self, Int64.self)
    return Dictionary(
      chosen.map { request, resource, companion, amount, unit, score in
        (
          request,
          Award(
            resource: resource, companion: companion, amount: amount.reduced, unit: unit,
            score: score)
        )
      }, uniquingKeysWith: { first, _ in first })
  }

  private static func rows(
    _ id: Int, _ scale: Int64, _ connection: Connection
  ) async throws -> [String: Row] {
    let rows = try await connection.query(
      """
      SELECT k.row, k.kind, k.resource, k.unit, k.upper,
        coalesce(sum(u.amount), 0)::bigint, k.price
      FROM allocation.round_row k
      LEFT JOIN (allocation.round_use u
        JOIN allocation.round_request q
          ON (q.round_id, q.request_no, q.chosen) = (u.round_id, u.request_no, u.option_no))
        ON (u.round_id, u.row_no) = (k.round_id, k.row_no)
      WHERE k.round_id = \(id)
      GROUP BY k.round_id, k.row_no
      """
    ).decode(
      String.self, String.self, String.self, String.self, Int64.self, Int64.self, Int64?.self)
    return Dictionary(
      rows.map { name, kind, resource, unit, upper, used, price in
        (
          name,
          Row(
            kind: kind, resource: resource, unit: RowUnit(unit), upper: upper, used: used,
            price: Self.price(price, scale))
        )
      }, uniquingKeysWith: { first, _ in first })
  }
}
