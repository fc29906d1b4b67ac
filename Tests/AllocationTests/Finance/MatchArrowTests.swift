import Postgres
import Testing

@testable import Allocation

/// One arrow of a match's life, how it is taken, and what it leaves behind.
struct MatchArrow: Sendable, CustomTestStringConvertible {
  enum Way: Sendable {
    case step(MatchStep)
    /// By the night after the deadline.
    case silence
    /// By a renewal that is drawn.
    case renewal
  }

  let from: MatchState
  let to: MatchState
  let way: Way
  /// The offer's state afterwards.
  let offer: String
  /// What the offer holds of the line afterwards, and what the client owes by it, 万元.
  let held: Int

  init(_ from: MatchState, _ to: MatchState, _ way: Way, _ offer: String, held: Int) {
    self.from = from
    self.to = to
    self.way = way
    self.offer = offer
    self.held = held
  }

  var testDescription: String { "\(from) → \(to)" }

  private static let decline = Way.step(.decline(code: "cash_flow", note: nil))
  private static let withdraw = Way.step(.withdraw(note: nil))
  private static let abandon = Way.step(.abandon(note: nil))
  static let sign = MatchStep.sign(ratePct: FinanceFixture.number("3.85"))

  /// Every arrow of the design, for a loan of 500 that a bank may reduce to 300.
  static let all = [
    Self(.offered, .acknowledged, .step(.acknowledge), "offered", held: 500),
    Self(.offered, .declined, decline, "declined", held: 0),
    Self(.offered, .expired, .silence, "expired", held: 0),
    Self(.offered, .withdrawn, withdraw, "withdrawn", held: 0),
    Self(.acknowledged, .dueDiligence, .step(.beginDueDiligence), "offered", held: 500),
    Self(.acknowledged, .declined, decline, "declined", held: 0),
    Self(.acknowledged, .expired, .silence, "expired", held: 0),
    Self(.acknowledged, .withdrawn, withdraw, "withdrawn", held: 0),
    Self(.dueDiligence, .approved, .step(.approve), "accepted", held: 500),
    Self(.dueDiligence, .reduced, .step(.reduce(toWan: 300)), "accepted", held: 300),
    Self(.dueDiligence, .declined, decline, "declined", held: 0),
    Self(.dueDiligence, .expired, .silence, "expired", held: 0),
    Self(.dueDiligence, .withdrawn, withdraw, "withdrawn", held: 0),
    Self(.approved, .signed, .step(sign), "accepted", held: 500),
    Self(.approved, .abandoned, abandon, "released", held: 0),
    Self(.reduced, .signed, .step(sign), "accepted", held: 300),
    Self(.reduced, .abandoned, abandon, "released", held: 0),
    Self(.signed, .drawn, .step(.draw), "accepted", held: 500),
    Self(.signed, .abandoned, abandon, "released", held: 0),
    Self(.drawn, .repaid, .step(.repay), "released", held: 0),
    Self(.drawn, .renewed, .renewal, "released", held: 0),
  ]

  /// The steps from an offer to the state that the arrow begins in.
  var before: [MatchStep] {
    let examined: [MatchStep] = [.acknowledge, .beginDueDiligence]
    return switch from {
    case .acknowledged: [.acknowledge]
    case .dueDiligence: examined
    case .approved: examined + [.approve]
    case .reduced: examined + [.reduce(toWan: 300)]
    case .signed: examined + [.approve, Self.sign]
    case .drawn: examined + [.approve, Self.sign, .draw]
    default: []
    }
  }
}

@Suite("Every arrow of a match")
struct MatchArrowTests {
  /// Puts a policy in force that differs from the default in some words.
  static func policy(_ words: [String: String], _ pool: Pool) async throws {
    try await pool.transaction { connection in
      try await connection.beginEvent(Cause(actor: "t", reason: "words", action: "policy"))
      try await connection.execute(
        "INSERT INTO policy.versions (version, title, state) VALUES (3, '试', 'draft')")
      try await connection.execute(
        """
        INSERT INTO policy.parameters (version, name, number, word, unit, meaning)
        SELECT 3, p.name, p.number, coalesce(w.word, p.word), p.unit, p.meaning
        FROM policy.parameters p
        LEFT JOIN unnest(\(Array(words.keys))::text[], \(words.keys.map { words[$0] ?? "" })::text[])
          AS w (name, word) USING (name)
        WHERE p.version = 1
        """)
      try await connection.execute(
        "UPDATE policy.versions SET state = 'in_force', in_force_from = '2026-01-18' WHERE version = 3"
      )
    }
  }

  /// What RZ-1 holds of lines, by the ledger's movements, and owes its bank, by the counter.
  private func standing(_ bank: String, _ pool: Pool) async throws -> (held: Int, owed: Int) {
    let held: Int = try await pool.one(
      """
      SELECT coalesce(sum(e.amount), 0)::bigint FROM allocation.movement m
      CROSS JOIN LATERAL (VALUES (m.to_account, m.amount), (m.from_account, -m.amount))
        AS e (account, amount)
      WHERE m.offer_id = (SELECT min(offer_id) FROM finance.match WHERE request = 'RZ-1')
        AND e.account IN ('offered', 'committed')
      """)
    let owed: Int = try await pool.one(
      """
      SELECT amount_wan::bigint FROM finance.client_exposure
      WHERE (bank, uscc) = (\(bank), \(FinanceOffice.enterprises[0]))
      """)
    return (held, owed)
  }

  private func take(_ arrow: MatchArrow, _ bank: String, _ database: Database) async throws {
    switch arrow.way {
    case .step(let step): try await database.step(step, "RZ-1", bank, "2026-01-21")
    case .silence:
      try await database.endSilence(on: "2026-03-02")
      try await database.financeNight("2026-03-02")
    case .renewal:
      try await FinanceOffice.load(
        [
          "finance_requests": [
            FinanceOffice.requestHeader, FinanceOffice.request("RZ-9", 0, purpose: "renewal"),
          ],
          "credit_lines": FinanceOffice.lines(floor: 0),
        ], into: database)
      try await database.financeNight("2026-01-20")
      for step in [.acknowledge, .beginDueDiligence, .approve, MatchArrow.sign, .draw] {
        try await database.step(step, "RZ-9", bank, "2026-01-21")
      }
    }
  }

  @Test("It is taken, and offer, line and client limit follow", arguments: MatchArrow.all)
  func taken(_ arrow: MatchArrow) async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await Self.policy(["finance.silence.decision": "expire"], superuser)
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      for step in arrow.before { try await database.step(step, "RZ-1", bank, "2026-01-20") }
      try await take(arrow, bank, database)
      let (state, offer, note) = try await superuser.query(
        """
        SELECT m.state, o.state, (
          SELECT string_agg(s.state, ' ' ORDER BY s.step) FROM finance.match_step s
          WHERE (s.offer_id, s.bank) = (m.offer_id, m.bank))
        FROM finance.match m JOIN allocation.offer o USING (offer_id)
        WHERE m.request = 'RZ-1' ORDER BY m.offer_id LIMIT 1
        """
      ).only(String.self, String.self, String.self)
      #expect(state == arrow.to.rawValue)
      #expect(offer == arrow.offer)
      #expect(note.hasSuffix("\(arrow.from.rawValue) \(arrow.to.rawValue)"), "\(note)")
      let standing = try await standing(bank, superuser)
      #expect(standing.held == arrow.held)
      if case .step = arrow.way { #expect(standing.owed == arrow.held) }
      try await FinanceInvariants.check(superuser)
    }
  }

  @Test("The table is the design's: no arrow is missing, none is too many")
  func complete() async throws {
    try await Office.with(FinanceOffice.small) { _, superuser in
      let stored = try await superuser.query(
        "SELECT from_state || ' ' || to_state FROM finance.match_arrow"
      ).decode(String.self)
      let known = MatchArrow.all.map { "\($0.from.rawValue) \($0.to.rawValue)" }
      #expect(stored.sorted() == known.sorted())
    }
  }

  @Test(
    "Policy answer=flag: an unanswered offer keeps its line, is flagged once, and is not offered again"
  )
  func flaggedAnswer() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await Self.policy(["finance.silence.answer": "flag"], superuser)
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      for day in ["2026-01-22", "2026-01-23"] { try await database.financeNight(day) }
      let matches = try await superuser.query(
        """
        SELECT m.state || ' ' || m.flagged_on || ' ' || o.state FROM finance.match m
        JOIN allocation.offer o USING (offer_id) WHERE m.request = 'RZ-1'
        """
      ).decode(String.self)
      #expect(matches == ["offered 2026-01-22 offered"])
      #expect(try await standing(bank, superuser) == (500, 500))
      try await database.step(.acknowledge, "RZ-1", bank, "2026-01-23")
      let flag: Bool = try await superuser.one(
        "SELECT flagged_on IS NULL FROM finance.match WHERE request = 'RZ-1'")
      #expect(flag)
    }
  }

  @Test("Policy decision=expire: the request is recommended again the same night, the line is free")
  func expiredDecision() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await Self.policy(["finance.silence.decision": "expire"], superuser)
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      try await database.step(.acknowledge, "RZ-1", bank, "2026-01-20")
      // Ten working days after 20 January: 3 February.
      for (day, expected) in [("2026-02-03", "acknowledged"), ("2026-02-04", "expired")] {
        try await database.financeNight(day)
        let state: String = try await superuser.one(
          "SELECT state FROM finance.match WHERE request = 'RZ-1' ORDER BY offer_id LIMIT 1")
        #expect(state == expected)
      }
      let again: Int = try await superuser.one(
        "SELECT count(*) FROM finance.match WHERE request = 'RZ-1' AND state = 'offered'")
      #expect(again == 1)
    }
  }
}
