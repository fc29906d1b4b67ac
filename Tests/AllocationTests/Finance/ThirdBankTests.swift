import Postgres
import Testing

@testable import Allocation

/// A chain has its two banks and no third, also where a change is entered after its day.
@Suite("No third bank")
struct ThirdBankTests {
  private func change(
    without bank: String, from: String, chain: String = "C01"
  ) throws -> ChainBankDesk.Change {
    let pair = FinanceOffice.banks.filter { $0 != bank }
    return ChainBankDesk.Change(
      jurisdiction: "341800", chain: chain, lead: try pair.first.orThrow(),
      partner: try pair.last.orThrow(), from: FinanceFixture.day(from), reason: "机构调整",
      documentNumber: "宣金〔2026〕7号")
  }

  private func apply(
    _ change: ChainBankDesk.Change, _ database: Database, on day: String
  ) async throws {
    _ = try await ChainBankDesk(pool: database.pool, actor: "clerk")
      .apply(change, on: FinanceFixture.day(day))
  }

  /// The loans of chain C01 that a bank may still decide on or has decided on, each with the banks of
  /// the chain on a day, from base tables.
  private func strange(_ pool: Pool, on day: String) async throws -> [String] {
    try await pool.query(
      """
      SELECT m.request || ' ' || m.bank FROM finance.match m
      JOIN registry.enterprises e USING (uscc)
      JOIN finance.chain_bank b ON b.chain = e.chain AND b.period @> \(day)::date
      WHERE m.state IN ('offered', 'acknowledged', 'due_diligence')
        AND m.bank <> b.lead AND m.bank <> b.partner
      ORDER BY 1
      """
    ).decode(String.self)
  }

  private func matches(_ request: String, _ pool: Pool) async throws -> [String] {
    try await pool.query(
      """
      SELECT m.bank || ' ' || m.state || ' ' || m.state_on || ' ' || o.state || ' '
        || coalesce(m.note, '-')
      FROM finance.match m JOIN allocation.offer o USING (offer_id)
      WHERE m.request = \(request) ORDER BY m.offer_id
      """
    ).decode(String.self)
  }

  @Test(
    "A backdated change withdraws what the bank still considers, with the cause; the next night offers the new pair",
    arguments: [MatchState.offered, .acknowledged, .dueDiligence])
  func backdated(state: MatchState) async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      let steps: [MatchStep] = [.acknowledge, .beginDueDiligence]
      let count = state == .offered ? 0 : state == .acknowledged ? 1 : 2
      for step in steps.prefix(count) {
        try await database.step(step, "RZ-1", bank, "2026-01-20")
      }
      try await apply(
        try change(without: bank, from: "2026-01-19"), database, on: "2026-01-21")
      #expect(try await strange(superuser, on: "2026-01-19") == [])
      #expect(
        try await matches("RZ-1", superuser) == [
          "\(bank) withdrawn 2026-01-21 withdrawn 两行变更（宣金〔2026〕7号）：机构调整"
        ])
      let held: Int = try await superuser.one(
        """
        SELECT count(*) FROM allocation.offer_use u JOIN allocation.offer o USING (offer_id)
        WHERE o.request = 'RZ-1' AND o.state IN ('offered', 'accepted')
        """)
      #expect(held == 0)
      try await database.financeNight("2026-01-21")
      #expect(try await database.bank(of: "RZ-1") != bank)
      #expect(try await strange(superuser, on: "2026-01-21") == [])
      try await FinanceInvariants.check(superuser)
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)
    }
  }

  @Test(
    "What a bank has decided on in the period stands: the change is refused, and from the day after it is not",
    arguments: [1, 2, 3, 4])
  func decided(steps: Int) async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      let decision: [MatchStep] = [
        .approve, .sign(ratePct: FinanceFixture.number("3.85")), .draw, .repay,
      ]
      for step in [.acknowledge, .beginDueDiligence] + decision.prefix(steps) {
        try await database.step(step, "RZ-1", bank, "2026-01-20")
      }
      let before = try await superuser.query(
        "SELECT lead || partner || period FROM finance.chain_bank ORDER BY 1"
      ).decode(String.self)
      let backdated = try change(without: bank, from: "2026-01-19")
      let error = DesignationError.thirdBank(
        chain: "C01", request: "RZ-1", bank: bank, earliest: FinanceFixture.day("2026-01-20"))
      await #expect(throws: error) { try await apply(backdated, database, on: "2026-01-21") }
      await #expect(throws: error) {
        _ = try await ChainBankDesk(pool: database.pool, actor: "clerk").price(of: backdated)
      }
      let after = try await superuser.query(
        "SELECT lead || partner || period FROM finance.chain_bank ORDER BY 1"
      ).decode(String.self)
      #expect(before == after, "nothing half-written")
      let state = try await matches("RZ-1", superuser)
      try await apply(
        try change(without: bank, from: "2026-01-20"), database, on: "2026-01-21")
      #expect(try await matches("RZ-1", superuser) == state, "the bank's word stands")
    }
  }

  @Test("A change for a day to come leaves what is under way until the night of that day")
  func ahead() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      try await database.step(.acknowledge, "RZ-1", bank, "2026-01-19")
      try await apply(
        try change(without: bank, from: "2026-01-21"), database, on: "2026-01-19")
      try await database.financeNight("2026-01-20")
      #expect(try await matches("RZ-1", superuser).map { $0.contains("acknowledged") } == [true])
      try await database.financeNight("2026-01-21")
      #expect(try await strange(superuser, on: "2026-01-21") == [])
      let told = try await matches("RZ-1", superuser)
      #expect(told.first == "\(bank) withdrawn 2026-01-21 withdrawn 该行已不是产业链的两行之一")
      #expect(told.count == 2)
    }
  }

  @Test("An enterprise that moves to another chain: what that chain's banks do not consider ends")
  func moved() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let found = try await superuser.query(
        """
        SELECT m.request, m.bank, b.chain FROM finance.match m
        JOIN registry.enterprises e USING (uscc)
        JOIN finance.chain_bank b ON b.chain <> e.chain AND m.bank NOT IN (b.lead, b.partner)
        ORDER BY 1 LIMIT 1
        """
      ).decode(String.self, String.self, String.self).first
      let (request, bank, chain) = try #require(found)
      try await superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "moved", action: "update"))
        try await connection.execute(
          """
          UPDATE registry.enterprises SET chain = \(chain) WHERE uscc = (
            SELECT uscc FROM registry.finance_requests WHERE number = \(request))
          """)
      }
      #expect(try await strange(superuser, on: "2026-01-20") == ["\(request) \(bank)"])
      try await database.financeNight("2026-01-20")
      #expect(try await strange(superuser, on: "2026-01-20") == [])
      #expect(try await database.bank(of: request) != bank)
      try await FinanceInvariants.check(superuser)
    }
  }

  @Test("The database refuses a third bank at commit, whoever writes")
  func guarded() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      let pair = FinanceOffice.banks.filter { $0 != bank }
      let error = await #expect(throws: PostgresError.self) {
        try await superuser.transaction { connection in
          try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
          try await connection.execute(
            "UPDATE finance.chain_bank SET lead = \(pair[0]), partner = \(pair[1]) WHERE chain = 'C01'"
          )
        }
      }
      #expect(error?.constraint == "chain_bank_third")
    }
  }
}
