import Postgres
import Testing

@testable import Allocation

@Suite("The life of a match")
struct MatchLifeTests {
  private static let sign = MatchStep.sign(ratePct: FinanceFixture.number("3.85"))
  private static let decline = MatchStep.decline(code: "cash_flow", note: nil)

  /// The steps that lead to a state, for a match that nobody has answered yet.
  private static func steps(to state: MatchState) -> [MatchStep] {
    let examined: [MatchStep] = [.acknowledge, .beginDueDiligence]
    switch state {
    case .offered, .expired, .renewed: return []
    case .acknowledged: return [.acknowledge]
    case .dueDiligence: return examined
    case .approved: return examined + [.approve]
    case .reduced: return examined + [.reduce(toWan: 300)]
    case .declined: return examined + [decline]
    case .withdrawn: return [.withdraw(note: "企业撤回需求")]
    case .signed: return examined + [.approve, sign]
    case .drawn: return examined + [.approve, sign, .draw]
    case .abandoned: return examined + [.approve, .abandon(note: nil)]
    case .repaid: return examined + [.approve, sign, .draw, .repay]
    }
  }

  private static let all: [MatchStep] = [
    .acknowledge, .beginDueDiligence, .approve, .reduce(toWan: 200), decline, sign, .draw, .repay,
    .abandon(note: nil), .withdraw(note: nil),
  ]

  /// Where each state leads, as the design says.
  private static let arrows: [MatchState: Set<MatchState>] = [
    .offered: [.acknowledged, .declined, .expired, .withdrawn],
    .acknowledged: [.dueDiligence, .declined, .expired, .withdrawn],
    .dueDiligence: [.approved, .reduced, .declined, .expired, .withdrawn],
    .approved: [.signed, .abandoned], .reduced: [.signed, .abandoned],
    .signed: [.drawn, .abandoned], .drawn: [.repaid, .renewed],
  ]

  private func walk(_ database: Database, to state: MatchState) async throws -> String {
    try await database.financeNight("2026-01-19")
    let bank = try await database.bank(of: "RZ-1")
    for step in Self.steps(to: state) { try await database.step(step, "RZ-1", bank, "2026-01-20") }
    if state == .expired { try await database.endSilence(on: "2026-01-22") }
    if state == .renewed { try await renew(database, bank) }
    return bank
  }

  private func renew(_ database: Database, _ bank: String) async throws {
    for step in Self.steps(to: .drawn) { try await database.step(step, "RZ-1", bank, "2026-01-20") }
    try await FinanceOffice.load(
      [
        "finance_requests": [
          FinanceOffice.requestHeader, FinanceOffice.request("RZ-9", 0, purpose: "renewal"),
        ],
        // An unmet floor of the other bank would outweigh the preference.
        "credit_lines": FinanceOffice.lines(floor: 0),
      ], into: database)
    try await database.financeNight("2026-01-20")
    #expect(try await database.bank(of: "RZ-9") == bank, "a renewal prefers its bank")
    for step in Self.steps(to: .drawn) { try await database.step(step, "RZ-9", bank, "2026-01-21") }
  }

  private func state(_ request: String, _ pool: Pool) async throws -> String {
    try await pool.one(
      "SELECT state FROM finance.match WHERE request = \(request) ORDER BY offer_id LIMIT 1")
  }

  @Test("Each arrow leads on, each other one is refused", arguments: MatchState.allCases)
  func arrows(from start: MatchState) async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let bank = try await walk(database, to: start)
      #expect(try await state("RZ-1", superuser) == start.rawValue)
      let targets = Self.arrows[start] ?? []
      for step in Self.all where !targets.contains(step.state) {
        await #expect(throws: MatchError.noArrow(from: start, to: step.state)) {
          try await database.step(step, "RZ-1", bank, "2026-02-02")
        }
      }
      for target in MatchState.allCases where !targets.contains(target) && target != start {
        let constraint = await forced(target, superuser)
        #expect(constraint == "match_arrow", "\(start) → \(target)")
      }
      let stored = try await superuser.query(
        "SELECT to_state FROM finance.match_arrow WHERE from_state = \(start.rawValue)"
      ).decode(String.self)
      #expect(Set(stored) == Set(targets.map(\.rawValue)))
      #expect(try await state("RZ-1", superuser) == start.rawValue)
      for broken in FinanceInvariants.broken {
        let rows = try await superuser.query(broken.query).decode(String.self)
        #expect(rows == [], "\(broken.what)")
      }
    }
  }

  /// Writes a state past the desk; the constraint that refuses it.
  private func forced(_ state: MatchState, _ pool: Pool) async -> String? {
    do {
      try await pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
        try await connection.execute(
          """
          UPDATE finance.match SET state = \(state.rawValue), answered_by = 'x'
          WHERE offer_id = (SELECT min(offer_id) FROM finance.match WHERE request = 'RZ-1')
          """)
      }
      return nil
    } catch let error as PostgresError {
      return error.constraint
    } catch {
      return "\(error)"
    }
  }

  @Test("What a client was offered counts the next night; what ends counts no more")
  func clientLimit() async throws {
    try await Office.with(FinanceOffice.small) { database, _ in
      try await database.financeNight("2026-01-19")
      let first = try await database.bank(of: "RZ-1")
      // The limit is 1500 at each of the two banks, and one of them is asked for 500 already.
      try await FinanceOffice.load(
        [
          "finance_requests": [
            FinanceOffice.requestHeader, FinanceOffice.request("RZ-11", 0, amount: 1200),
            FinanceOffice.request("RZ-12", 0, amount: 1200),
          ]
        ], into: database)
      func offered() async throws -> [String] {
        try await database.pool.query(
          """
          SELECT bank FROM finance.match WHERE request IN ('RZ-11', 'RZ-12') AND state = 'offered'
          ORDER BY bank
          """
        ).decode(String.self)
      }
      try await database.financeNight("2026-01-20")
      let before = try await offered()
      #expect(before.count == 1 && before != [first])
      try await database.step(.decline(code: "collateral", note: nil), "RZ-1", first, "2026-01-20")
      try await database.financeNight("2026-01-21")
      let banks = Set(try await offered())
      #expect(banks.count == 2 && banks.contains(first))
    }
  }

  @Test("The offer follows the match; a lower amount frees the rest of the line")
  func offerAndLine() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      func account(_ account: String) async throws -> Numeric {
        try await superuser.one(
          """
          SELECT coalesce(sum(e.amount), 0) FROM allocation.movement m
          CROSS JOIN LATERAL (VALUES (m.to_account, m.amount), (m.from_account, -m.amount))
            AS e (account, amount)
          WHERE m.offer_id = (SELECT offer_id FROM finance.match WHERE request = 'RZ-1')
            AND e.account = \(account)
          """)
      }
      func offer() async throws -> String {
        try await superuser.one("SELECT state FROM report.offer WHERE request = 'RZ-1'")
      }
      #expect(try await account("offered") == 500)
      for step in [MatchStep.acknowledge, .beginDueDiligence] {
        try await database.step(step, "RZ-1", bank, "2026-01-20")
      }
      #expect(try await offer() == "offered", "nothing reads as accepted before the bank decides")
      try await database.step(.reduce(toWan: 300), "RZ-1", bank, "2026-01-21")
      #expect(try await offer() == "accepted")
      #expect(try await account("offered") == 0)
      #expect(try await account("committed") == 300)
      #expect(try await account("free") == -300)
      for step in [Self.sign, .draw, .repay] {
        try await database.step(step, "RZ-1", bank, "2026-01-22")
      }
      #expect(try await offer() == "released")
      #expect(try await account("free") == 0)
      let night = try await database.financeNight("2026-01-23")
      let open: Int = try await superuser.one(
        """
        SELECT count(*) FROM allocation.round_request
        WHERE round_id = \(night.roundID) AND request = 'RZ-1'
        """)
      #expect(open == 0, "a loan that has come to its end is not asked for again")
    }
  }

  @Test("Declined by one bank: the next night the other; by both: the finance office's list")
  func declined() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let first = try await database.bank(of: "RZ-1")
      try await database.step(Self.decline, "RZ-1", first, "2026-01-20")
      let early: Int = try await superuser.one("SELECT count(*) FROM report.escalation")
      #expect(early == 0)
      try await database.financeNight("2026-01-20")
      let second = try await database.bank(of: "RZ-1")
      #expect(Set([first, second]) == ["BA", "BB"])
      try await database.step(
        .decline(code: "collateral", note: "抵押物不足值"), "RZ-1", second, "2026-01-21")
      let night = try await database.financeNight("2026-01-21")
      let codes = try await superuser.query(
        """
        SELECT r.value ->> 'bank', r.value ->> 'code'
        FROM report.escalation CROSS JOIN jsonb_array_elements(refusals) r
        WHERE request = 'RZ-1' ORDER BY r.value ->> 'declined_on'
        """
      ).decode(String.self, String.self)
      #expect(codes.map { "\($0) \($1)" } == ["\(first) cash_flow", "\(second) collateral"])
      let reason: String = try await superuser.one(
        """
        SELECT reason FROM report.unserved WHERE round_id = \(night.roundID) AND request = 'RZ-1'
        """)
      #expect(reason == "declined")
    }
  }

  @Test("Silence: an unanswered offer lapses; a decision past its clock is flagged and kept")
  func silence() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      try await database.step(.acknowledge, "RZ-1", bank, "2026-01-20")
      let due: DateOnly = try await superuser.one(
        "SELECT due_on FROM finance.match WHERE request = 'RZ-1'")
      #expect("\(due)" == "2026-02-03")
      try await database.financeNight("2026-02-03")
      let before: Int = try await superuser.one(
        "SELECT count(*) FROM report.finance_match WHERE flagged_on IS NOT NULL AND state <> 'expired'"
      )
      #expect(before == 0)
      try await database.financeNight("2026-02-04")
      let flagged: String = try await superuser.one(
        "SELECT state || ' ' || flagged_on FROM report.finance_match WHERE request = 'RZ-1'")
      #expect(flagged == "acknowledged 2026-02-04")
      let lapsed: Int = try await superuser.one(
        "SELECT count(*) FROM finance.match WHERE request = 'RZ-2' AND state = 'expired'")
      #expect(lapsed > 0)
      try await database.step(.beginDueDiligence, "RZ-1", bank, "2026-02-05")
      let open: Bool = try await superuser.one(
        "SELECT flagged_on IS NULL FROM report.finance_match WHERE request = 'RZ-1'")
      #expect(open, "an answer takes the flag away")
      // The finance office is told once, also where the clock runs on after the answer.
      try await database.financeNight("2026-02-06")
      let told = try await superuser.query(
        """
        SELECT concat_ws(' ', payload ->> 'request', kind, due_on, raised_on, department)
        FROM allocation.outbox WHERE payload ->> 'request' IN ('RZ-1', 'RZ-3') ORDER BY 1 LIMIT 2
        """
      ).decode(String.self)
      #expect(
        told == [
          "RZ-1 decision_overdue 2026-02-03 2026-02-04 finance_office",
          "RZ-3 answer_overdue 2026-01-21 2026-02-03 finance_office",
        ])
    }
  }

  /// Spring Festival 2026: off from 15 to 23 February; Saturdays 14 and 28 February are worked.
  @Test(
    "Clocks run over Spring Festival and make-up Saturdays",
    arguments: [
      ("2026-02-12", "2026-02-14", "2026-02-14", "2026-03-06"),
      ("2026-02-13", "2026-02-24", "2026-02-24", "2026-03-09"),
      ("2026-02-17", "2026-02-25", "2026-02-24", "2026-03-09"),
    ])
  func clocks(night: String, answer: String, acknowledged: String, decision: String) async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight(night)
      func due() async throws -> String {
        try await superuser.one(
          "SELECT m.due_on || ' ' || o.due_on FROM finance.match m JOIN report.offer o USING (offer_id) WHERE m.request = 'RZ-1'"
        )
      }
      #expect(try await due() == "\(answer) \(answer)")
      try await database.step(
        .acknowledge, "RZ-1", try await database.bank(of: "RZ-1"), acknowledged)
      #expect(try await due() == "\(decision) \(decision)")
    }
  }

  @Test("A change of the prime rate changes no signed rate; nor does anything else")
  func signedRate() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      for step in Self.steps(to: .signed) {
        try await database.step(step, "RZ-1", bank, "2026-01-20")
      }
      func signed() async throws -> String {
        try await superuser.one(
          """
          SELECT signed_rate_pct || ' = ' || signed_lpr_pct || ' + ' || signed_basis_points
            || ' of ' || signed_lpr_on
          FROM report.finance_match WHERE request = 'RZ-1'
          """)
      }
      #expect(try await signed() == "3.85 = 3.00 + 85 of 2025-05-20")
      for change in [
        "INSERT INTO reference.lpr VALUES ('2026-01-20', 2.90, 3.40)",
        "UPDATE reference.lpr SET one_year_pct = 2.50",
        "UPDATE registry.loan_products SET rate_pct = 3.10",
      ] as [SQL] {
        try await superuser.transaction { connection in
          try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
          try await connection.execute(change)
        }
      }
      #expect(try await signed() == "3.85 = 3.00 + 85 of 2025-05-20")
      await #expect(throws: PostgresError.self) {
        try await superuser.transaction { connection in
          try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
          try await connection.execute("UPDATE finance.match SET signed_rate_pct = 3.00")
        }
      }
      #expect(try await signed() == "3.85 = 3.00 + 85 of 2025-05-20")
    }
  }

  @Test("What is reported wrongly is refused with the remedy")
  func refused() async throws {
    try await Office.with(FinanceOffice.small) { database, _ in
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      for step in Self.steps(to: .dueDiligence) {
        try await database.step(step, "RZ-1", bank, "2026-01-20")
      }
      for (step, day, error) in [
        (.reduce(toWan: 500), "2026-01-21", .amount(wan: 500, offeredWan: 500)),
        (.reduce(toWan: 0), "2026-01-21", .amount(wan: 0, offeredWan: 500)),
        (
          .approve, "2026-01-19",
          .tooEarly(FinanceFixture.day("2026-01-19"), after: FinanceFixture.day("2026-01-20"))
        ),
        (.sign(ratePct: 4), "2026-01-21", .noArrow(from: .dueDiligence, to: .signed)),
      ] as [(MatchStep, String, MatchError)] {
        await #expect(throws: error) { try await database.step(step, "RZ-1", bank, day) }
      }
      await #expect(throws: MatchError.notFound(request: "RZ-1", bank: "BC")) {
        try await database.step(.acknowledge, "RZ-1", "BC", "2026-01-21")
      }
      do {
        try await database.step(.decline(code: "repaid", note: nil), "RZ-1", bank, "2026-01-21")
        Issue.record("a loan's end is no reason to decline")
      } catch MatchError.unknownCode(let code, let known) {
        #expect(code == "repaid")
        #expect(known.contains("cash_flow") && !known.contains("renewed"))
      }
    }
  }

  @Test("An enterprise on no chain is offered any bank; the funnel counts each request once")
  func funnel() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let night = try await database.financeNight("2026-01-19")
      #expect(night.assigned == 4)
      let bank = try await database.bank(of: "RZ-1")
      for step in Self.steps(to: .drawn) {
        try await database.step(step, "RZ-1", bank, "2026-01-21")
      }
      let line = try await superuser.query(
        """
        SELECT requests, requests_wan::bigint, offered, acknowledged, approved_wan::bigint, drawn
        FROM report.finance_funnel WHERE by = 'all'
        """
      ).only(Int.self, Int.self, Int.self, Int.self, Int.self, Int.self)
      #expect(line == (4, 2300, 4, 1, 500, 1))
      let chains = try await superuser.query(
        "SELECT value, offered FROM report.finance_funnel WHERE by = 'chain' ORDER BY value"
      ).decode(String.self, Int.self)
      #expect(chains.map { "\($0) \($1)" } == ["- 1", "C01 2", "C02 1"])
      let banks: Int = try await superuser.one(
        "SELECT sum(offered)::bigint FROM report.finance_funnel WHERE by = 'bank'")
      #expect(banks == 4)
      let performance = try await superuser.query(
        """
        SELECT days_to_acknowledge::bigint, days_to_decide::bigint, signed_rate_pct::text,
          basis_points::bigint
        FROM report.bank_performance WHERE bank = \(bank)
        """
      ).only(Int.self, Int.self, String.self, Int.self)
      #expect(performance == (2, 0, "3.85", 85))
    }
  }
}
