internal import Allocation
internal import Postgres

extension Record {
  /// What departments follow, and move on where it has steps; in the order of the document.
  static let lives = [
    offers, matches, appointments, placements, headcount, consultations, agendaItems, decisions,
    tasks,
    chainBanks, designations, chainAbsences, primeRates, conflicts, rankings, commitments,
  ]

  /// The states gone through, as a JSON array.
  static func history(_ table: SQL, _ isOwn: SQL) -> SQL {
    """
    (SELECT coalesce(jsonb_agg(jsonb_build_object('state', s.state, 'reached_on', s.reached_on)
      ORDER BY s.step), '[]') FROM \(table) s WHERE \(isOwn))
    """
  }

  static func next(_ table: SQL, _ state: SQL) -> SQL {
    "ARRAY(SELECT w.to_state FROM \(table) w WHERE w.from_state = \(state) ORDER BY 1)"
  }

  static let historySchema: JSON = [
    "type": "array",
    "items": Schema.object([("state", text), ("reached_on", day)], required: []),
  ]
  static let textsSchema: JSON = ["type": "array", "items": ["type": "string"]]
  static let numberOrNull: JSON = ["type": ["integer", "null"]]
  static let decimalOrNull: JSON = [
    "type": ["string", "null"], "description": "A decimal.",
  ]

  static let matches = Record(
    path: "matches", name: "Match",
    title: ("对接：银行对一项推荐的办理", "Matches: a bank and a recommended loan"),
    key: "match_id", order: .text, isNewestFirst: true,
    filters: [
      Filter("state", .text), Filter("bank", .text), Filter("request", .text),
      Filter("uscc", .text), Filter("due_to", .day, column: "due_on", relation: "<="),
    ],
    schema: Schema.object(
      [
        ("match_id", text), ("offer_id", number), ("bank", text), ("request", text),
        ("uscc", text), ("product", text), ("amount_wan", number), ("approved_wan", numberOrNull),
        ("state", words(MatchState.self)), ("state_on", day), ("due_on", dayOrNull),
        ("due_is_provisional", ["type": ["boolean", "null"]]), ("rate_pct", decimalOrNull),
        ("signed_rate_pct", decimalOrNull), ("signed_lpr_on", dayOrNull),
        ("signed_lpr_pct", decimalOrNull), ("signed_basis_points", numberOrNull),
        ("decline_code", textOrNull), ("note", textOrNull), ("renews_offer_id", numberOrNull),
        ("history", historySchema), ("next_states", textsSchema), ("etag", text),
      ], required: ["match_id", "state", "etag"]),
    isReadable: true,
    life: Life(
      counted: "finance.match", identify: { MatchKey($0)?.condition },
      lock: { id in
        guard let key = MatchKey(id) else { return "SELECT 1" }
        return """
          SELECT finance.lock_match(t.request, t.bank) FROM finance.match t WHERE \(key.condition)
          """
      }, steps: matchSteps)
  ) { _ in
    """
    SELECT m.offer_id || '-' || m.bank AS match_id, m.offer_id, m.bank, m.request, m.uscc,
      m.product, m.amount_wan, m.approved_wan, m.state, m.state_on, m.due_on,
      m.due_is_provisional, m.rate_pct::text AS rate_pct,
      m.signed_rate_pct::text AS signed_rate_pct, m.signed_lpr_on,
      m.signed_lpr_pct::text AS signed_lpr_pct, m.signed_basis_points, m.decline_code, m.note,
      m.renews AS renews_offer_id,
      \(history("finance.match_step", "(s.offer_id, s.bank) = (m.offer_id, m.bank)")) AS history,
      \(next("finance.match_arrow", "m.state")) AS next_states, m.event_id::text AS etag
    FROM finance.match m
    """
  }

  private static let matchSteps = [
    step("acknowledge", ("确认收到推荐", "Acknowledge the recommendation")) { _, _ in .acknowledge },
    step("due-diligence", ("开始尽职调查", "Begin due diligence")) { _, _ in .beginDueDiligence },
    step("approve", ("审批同意", "Approve the whole amount")) { _, _ in .approve },
    step(
      "reduce", ("减额同意", "Approve less"),
      [StepField("amount_wan", StepField.whole(1...1_000_000_000), "审批金额（万元）", 300)]
    ) { words, _ in .reduce(toWan: try StepWords.required(words.whole("amount_wan"))) },
    step("decline", ("谢绝", "Decline, with a code"), [code, .note]) { words, note in
      .decline(code: try StepWords.required(words.text("code")), note: note)
    },
    step(
      "sign", ("签约", "Sign at a rate"),
      [
        StepField(
          "rate_pct", .decimal(places: 2, 0...100, isPositive: true), "签约利率（%）", "3.85"), .on,
      ]
    ) { words, _ in .sign(ratePct: try StepWords.required(words.decimal("rate_pct"))) },
    step("draw", ("放款", "Pay out; a renewal takes its forerunner's place"), [.on]) { _, _ in .draw
    },
    step("repay", ("还清", "The enterprise has paid back"), [.on]) { _, _ in .repay },
    step(
      "abandon", ("企业放弃", "The enterprise does not go on"), [.note, .on]
    ) { _, note in .abandon(note: note) },
    step(
      "withdraw", ("撤回推荐", "Take a recommendation back before the bank has decided"), [.note],
      kinds: ["finance_office", "office"]
    ) { _, note in .withdraw(note: note) },
  ]

  private static let code = StepField.code(example: "collateral")

  private static func step(
    _ name: String, _ title: (String, String), _ fields: [StepField] = [],
    kinds: Set<String> = ["bank"],
    _ step: @escaping @Sendable (StepWords, _ note: String?) throws -> MatchStep
  ) -> Step {
    Step(name: name, title: title, kinds: kinds, fields: fields) { entry in
      guard let key = MatchKey(entry.id) else { throw Problem(.notFound) }
      let request = try await entry.connection.query(
        "SELECT t.request FROM finance.match t WHERE \(key.condition)"
      ).only(String.self)
      try await MatchDesk(on: entry.connection).record(
        try step(entry.words, entry.words.text("note")), request: request, bank: key.bank,
        offer: key.offer, by: entry.caller.department, on: try entry.date())
      return nil
    }
  }
}

/// `12-102377000001`: the offer and the bank.
private struct MatchKey {
  let offer: Int
  let bank: String

  init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let offer = Int(parts[0]), offer > 0, "\(offer)" == parts[0] else {
      return nil
    }
    self.offer = offer
    bank = String(parts[1])
  }

  /// On the row `t`.
  var condition: SQL { "t.offer_id = \(offer) AND t.bank = \(bank)" }
}
