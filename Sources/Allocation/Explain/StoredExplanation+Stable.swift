import Postgres

extension StoredExplanation {
  /// An option of a stable round: how the two sides grade it, and who holds the place. Prices say nothing
  /// of who comes first in such a round.
  public struct StableOption: Decodable, Sendable {
    public let option: Int
    public let resource: String
    public let score: Int64
    /// The resource's place on the request's list; `nil` where it is graded by score.
    public let byRequest: Int?
    /// The request's place on the resource's list; `nil` where it is graded by score.
    public let byResource: Int?
    /// The lowest full row on the option's way, by name; `nil` where there was room.
    public let row: String?
    /// The last of those whom that row holds.
    public let holder: String?
    public let holderResource: String?
    public let holderScore: Int64?
    public let holderRank: Int?
  }

  /// The options of a stable round, those that the request wants most first; none of other rounds.
  static func stableOptions(
    _ header: Header, _ connection: Connection
  ) async throws -> [StableOption] {
    guard header.status == "stable" else { return [] }
    return try await connection.query(
      """
      WITH held AS (
        SELECT u.row_no, q.request, o.resource, o.score, k.by_resource,
          count(*) OVER (PARTITION BY u.row_no) AS units,
          row_number() OVER (PARTITION BY u.row_no
            ORDER BY allocation.grade(k.by_resource, o.score) DESC, q.lottery DESC) AS from_last
        FROM allocation.round_request q
        JOIN allocation.round_option o
          ON (o.round_id, o.request_no, o.option_no) = (q.round_id, q.request_no, q.chosen)
        JOIN allocation.round_use u
          ON (u.round_id, u.request_no, u.option_no) = (o.round_id, o.request_no, o.option_no)
        LEFT JOIN allocation.round_rank k
          ON (k.round_id, k.request_no, k.option_no) = (o.round_id, o.request_no, o.option_no)
        WHERE q.round_id = \(header.roundID))
      SELECT o.option_no AS option, o.resource, o.score, k.by_request AS "byRequest",
        k.by_resource AS "byResource", full_row.row, full_row.request AS holder,
        full_row.resource AS "holderResource", full_row.score AS "holderScore",
        full_row.by_resource AS "holderRank"
      FROM allocation.round_option o
      LEFT JOIN allocation.round_rank k USING (round_id, request_no, option_no)
      LEFT JOIN LATERAL (
        SELECT r.row, h.request, h.resource, h.score, h.by_resource
        FROM allocation.round_use u
        JOIN allocation.round_row r USING (round_id, row_no)
        LEFT JOIN held h ON h.row_no = u.row_no AND h.from_last = 1
        WHERE (u.round_id, u.request_no, u.option_no) = (o.round_id, o.request_no, o.option_no)
          AND coalesce(h.units, 0) >= r.upper
        ORDER BY r.resource <> o.resource, r.row_no LIMIT 1) full_row ON true
      WHERE o.round_id = \(header.roundID) AND o.request_no = \(header.requestNumber)
      ORDER BY allocation.grade(k.by_request, o.score), o.resource COLLATE "C", o.option_no
      """
    ).records(as: StableOption.self)
  }
}

extension ExplanationText {
  /// The options of a stable round, a line each.
  func stableLine(_ option: StoredExplanation.StableOption) -> String {
    let isChosen = option.option == explanation.header.chosen
    let text =
      "  \(isChosen ? "✓" : " ") \(option.resource)  "
      + say(
        "得分 \(option.score)，本方\(own(option.byRequest).chinese)，对方\(own(option.byResource).chinese)",
        "score \(option.score), \(own(option.byRequest).english) here, "
          + "\(own(option.byResource).english) there")
    return isChosen ? text : text + obstacle(option)
  }

  private func own(_ rank: Int?) -> Glossary.Term {
    rank.map { .init("志愿第 \($0)", "ranked \($0)") } ?? .init("未列志愿（按得分）", "graded by score")
  }

  /// Who holds the place, and the row whose cap is reached where that is not the resource's own.
  private func obstacle(_ option: StoredExplanation.StableOption) -> String {
    guard let row = option.row else { return "" }
    guard let holder = option.holder, let score = option.holderScore else {
      return say("；\(rowName(row)) 已无余量", "; \(rowName(row)) has nothing left")
    }
    let standing =
      option.holderRank.map { say("对方志愿第 \($0)", "ranked \($0) there") }
      ?? say("得分 \(score)", "\(score) points")
    guard option.holderResource != option.resource else {
      return say("；已配 \(holder)（\(standing)）", "; held by \(holder) (\(standing))")
    }
    return say(
      "；\(rowName(row)) 已满，其中最后为 \(holder)（\(standing)）",
      "; \(rowName(row)) is full, the last it holds is \(holder) (\(standing))")
  }
}
