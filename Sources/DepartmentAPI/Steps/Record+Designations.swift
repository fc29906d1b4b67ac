internal import Allocation
internal import Postgres

extension Record {
  /// Changed by hand as an override, which takes two persons; what that costs is told beforehand.
  static let chainBanks = Record(
    path: "chain-banks", name: "ChainBanks",
    title: ("产业链两行：主办行与合作行", "The two banks of each chain"), key: "chain_bank_id",
    order: .number, isNewestFirst: true,
    filters: [
      Filter("term", .text), Filter("chain", .text), Filter("lead", .text),
      Filter("partner", .text), Filter("begun_by", .day, column: "from_on", relation: "<="),
      Filter("ends_after", .day, column: "before_on", relation: ">"),
    ],
    schema: Schema.object(
      [
        ("chain_bank_id", number), ("term", text), ("chain", text), ("lead", text),
        ("partner", text), ("from_on", day),
        ("before_on", ["type": "string", "format": "date", "description": "The first day after."]),
        ("designation_id", numberOrNull), ("reason", textOrNull), ("document_no", textOrNull),
        (
          "price_points",
          ["type": ["integer", "null"], "description": "What a change by hand costs."]
        ), ("etag", text),
      ], required: ["chain_bank_id", "term", "chain", "lead", "partner", "etag"]),
    isReadable: true,
    life: Life(
      counted: "finance.chain_bank")
  ) { _ in
    """
    SELECT b.chain_bank_id, b.term, b.chain, b.lead, b.partner, lower(b.period) AS from_on,
      upper(b.period) AS before_on, b.designation_id, b.reason, b.document_no,
      b.price AS price_points, b.event_id::text AS etag
    FROM finance.chain_bank b
    """
  }

  static let designations = Record(
    path: "designations", name: "Designation",
    title: ("主办行的确定：每任期一次计算", "Designations: a term's computed pairs"),
    key: "designation_id", order: .number, isNewestFirst: true, filters: [Filter("term", .text)],
    schema: Schema.object(
      [
        ("designation_id", number), ("jurisdiction", text), ("term", text), ("status", text),
        ("objective", number), ("bound", number), ("gap", number),
        ("policy_version", number), ("seed", text), ("input_digest", text),
        ("algorithm", text), ("finished_at", time), ("pairs", parts), ("etag", text),
      ], required: ["designation_id", "term", "status", "etag"]),
    isReadable: true,
    life: Life(counted: "finance.designation")
  ) { _ in
    """
    SELECT d.designation_id, d.jurisdiction, d.term, d.status, d.objective, d.bound,
      d.bound - d.objective AS gap, d.policy_version, d.seed, d.input_digest::text AS input_digest,
      d.algorithm, d.finished_at, (
        SELECT coalesce(jsonb_agg(to_jsonb(p) ORDER BY p.chain COLLATE "C"), '[]')
        FROM access.designated_pairs(d.designation_id) p) AS pairs,
      d.event_id::text AS etag
    FROM finance.designation d
    """
  }
}

/// A change of the pair that a row holds, as far as its price depends on it.
struct BankChange: Sendable {
  private let id: Int
  private let words: StepWords

  /// What names the new pair.
  static let pair = [
    StepField("lead", .code, "主办行", "102377000001"),
    StepField("partner", .code, "合作行", "103377000002"),
    StepField("from", .day, "新的两行自此日起", "2026-12-01"),
  ]

  init(_ id: Int, _ words: StepWords) {
    self.id = id
    self.words = words
  }

  /// - Throws: ``Problem`` for a day outside the row's period.
  func change(_ connection: Connection) async throws -> ChainBankDesk.Change {
    let (jurisdiction, chain, first, end) = try await connection.query(
      """
      SELECT jurisdiction, chain, lower(period), upper(period) FROM finance.chain_bank
      WHERE chain_bank_id = \(id)
      """
    ).only(String.self, String.self, DateOnly.self, DateOnly.self)
    let from = try StepWords.required(words.day("from"))
    guard first <= from, from < end else {
      throw Problem.field(
        "from", "wrong_form", "不在这两行的有效期间之内", "outside the period of this pair",
        "\(first) … \(end.adding(days: -1))")
    }
    return ChainBankDesk.Change(
      jurisdiction: jurisdiction, chain: chain, lead: try StepWords.required(words.text("lead")),
      partner: try StepWords.required(words.text("partner")), from: from,
      reason: "", documentNumber: "")
  }
}
