import Postgres

/// A round as the database holds it, for verification. Nothing here comes from the engine.
struct StoredRound: Sendable {
  struct Header: Decodable, Sendable {
    let roundID: Int
    let mechanism: String
    let jurisdiction: String
    let businessDate: DateOnly
    let kind: String
    let status: String
    let seed: String
    let certificate: String
    let requests: Int
    let options: Int
    let assigned: Int
    let objective: Int64
    let bound: Int64
    let scale: Int64
    let contentDigest: String
    let recomputedDigest: String
  }

  struct Row: Decodable, Sendable {
    let number: Int
    let name: String
    let lower: Int64
    let upper: Int64
    let penalty: Int64
    let price: Int64?
  }

  struct Request: Decodable, Sendable {
    let number: Int
    let request: String
    let lottery: String
    /// The number that the seed draws, by the database's own SHA-256.
    let drawn: String
    let price: Int64?
    let chosen: Int?
  }

  struct Option: Decodable, Sendable {
    let request: Int
    let option: Int
    let resource: String
    let score: Int64
  }

  struct Use: Decodable, Sendable {
    let request: Int
    let option: Int
    let row: Int
    let amount: Int64
  }

  /// What the two sides have filed for an option.
  struct Rank: Decodable, Sendable {
    let request: Int
    let option: Int
    let byRequest: Int?
    let byResource: Int?
  }

  /// What a rule gives: for each request an option or −1.
  struct Matching: Sendable {
    let name: String
    let choices: [Int32]
  }

  struct Offer: Decodable, Sendable {
    let request: String
    let resource: String
    let score: Int64
  }

  let header: Header
  let rows: [Row]
  let requests: [Request]
  let options: [Option]
  let uses: [Use]
  let offers: [Offer]
  let ranks: [Rank]
  let matchings: [Matching]
}

extension StoredRound {
  /// Reads one round, all in the caller's transaction.
  ///
  /// - Throws: ``RoundError/notFound(_:)``.
  static func load(_ id: Int, from connection: Connection) async throws -> StoredRound {
    let headers = try await connection.query(
      """
      SELECT round_id AS "roundID", mechanism::text AS mechanism, jurisdiction,
        business_date AS "businessDate", kind, status, seed, certificate, requests, options,
        assigned, objective, bound, scale, content_digest::text AS "contentDigest",
        allocation.content_digest(round_id) AS "recomputedDigest"
      FROM allocation.round WHERE round_id = \(id)
      """
    ).records(as: Header.self)
    guard let header = headers.first else { throw RoundError.notFound("there is no round \(id)") }
    return StoredRound(
      header: header,
      rows: try await connection.query(
        """
        SELECT row_no AS number, row AS name, lower, upper, penalty, price
        FROM allocation.round_row WHERE round_id = \(id) ORDER BY row_no
        """
      ).records(as: Row.self),
      requests: try await connection.query(
        """
        SELECT request_no AS number, request, lottery, price, chosen,
          encode(substr(sha256(convert_to(\(header.seed) || request, 'UTF8')), 1, 8), 'hex') AS drawn
        FROM allocation.round_request WHERE round_id = \(id) ORDER BY request_no
        """
      ).records(as: Request.self),
      options: try await connection.query(
        """
        SELECT request_no AS request, option_no AS option, resource, score
        FROM allocation.round_option WHERE round_id = \(id) ORDER BY request_no, option_no
        """
      ).records(as: Option.self),
      uses: try await connection.query(
        """
        SELECT request_no AS request, option_no AS option, row_no AS row, amount
        FROM allocation.round_use WHERE round_id = \(id) ORDER BY request_no, option_no, row_no
        """
      ).records(as: Use.self),
      offers: try await connection.query(
        "SELECT request, resource, score FROM allocation.offer WHERE round_id = \(id)"
      ).records(as: Offer.self),
      ranks: try await connection.query(
        """
        SELECT request_no AS request, option_no AS option, by_request AS "byRequest",
          by_resource AS "byResource"
        FROM allocation.round_rank WHERE round_id = \(id)
        """
      ).records(as: Rank.self),
      matchings: try await connection.query(
        """
        SELECT matching, choices FROM allocation.round_matching WHERE round_id = \(id)
        ORDER BY matching
        """
      ).decode(String.self, [Int32].self).map { Matching(name: $0, choices: $1) })
  }
}
