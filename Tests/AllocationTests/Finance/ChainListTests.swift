import Postgres
import Testing

@testable import Allocation

/// Chains come onto the list and leave it, also in mid-term.
@Suite("The list of chains")
struct ChainListTests {
  private func designate(_ database: Database, on day: String) async throws -> Designator.Outcome {
    let outcomes = try await Designator(pool: database.pool, actor: "test")
      .run(term: Term(year: 2026).orThrow(), on: FinanceFixture.day(day))
    return try outcomes.first.orThrow()
  }

  private func pairs(_ pool: Pool) async throws -> [String] {
    try await pool.query(
      """
      SELECT chain || ' ' || lead || '+' || partner || ' ' || period FROM finance.chain_bank
      ORDER BY chain, period
      """
    ).decode(String.self)
  }

  /// The banks that a round found options at for a request.
  private func options(_ request: String, _ round: Int, _ pool: Pool) async throws -> [String] {
    try await pool.query(
      """
      SELECT DISTINCT o.resource FROM allocation.round_option o
      JOIN allocation.round_request q USING (round_id, request_no)
      WHERE o.round_id = \(round) AND q.request = \(request) ORDER BY 1
      """
    ).decode(String.self)
  }

  private func violations(_ pool: Pool) async throws -> [String] {
    try await pool.query(
      """
      SELECT what || ' ' || detail FROM report.designation_violation
      UNION ALL SELECT what || ' ' || detail FROM report.certificate_violation
      """
    ).decode(String.self)
  }

  @Test("A chain that comes in mid-term gets its two banks; the others keep theirs")
  func added() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let before = try await pairs(superuser)
      try await FinanceOffice.load(
        [
          "chains": ["code,name,industry_divisions", "C03,绿色食品,C13"],
          "enterprises": [
            "uscc,name,region,industry,chain,size,rating",
            "\(FinanceOffice.enterprises[7]),宣城样本企业7,341802,C3670,C03,medium,A",
          ],
        ], into: database)
      let without = try await database.financeNight("2026-01-30")
      let refusal = try await superuser.query(
        """
        SELECT f.rule FROM allocation.round_refusal f
        JOIN allocation.round_request q USING (round_id, request_no)
        WHERE f.round_id = \(without.roundID) AND q.request = 'RZ-4'
        """
      ).decode(String.self)
      #expect(refusal == ["chain_banks"])
      let listed: Bool = try await superuser.one(
        "SELECT is_listed AND lead IS NULL FROM report.chain_list WHERE chain = 'C03'")
      #expect(listed, "the list shows that its banks are missing")
      let outcome = try await designate(database, on: "2026-02-02")
      #expect((outcome.wasDone, outcome.chains) == (false, 1))
      let after = try await pairs(superuser)
      #expect(after.filter { !$0.hasPrefix("C03") } == before)
      // BA has its two chains; BB and BC have one place left each.
      let own = after.filter { $0.hasPrefix("C03") }
      #expect(
        [["C03 BB+BC [2026-02-02,2027-01-01)"], ["C03 BC+BB [2026-02-02,2027-01-01)"]]
          .contains(own))
      let again = try await designate(database, on: "2026-02-03")
      #expect(again.wasDone && again.designationID == outcome.designationID)
      #expect(try await pairs(superuser) == after)
      let night = try await database.financeNight("2026-02-02")
      #expect(try await options("RZ-4", night.roundID, superuser) == ["BB", "BC"])
      #expect(try await violations(superuser) == [])
      let objectives = try await superuser.query(
        "SELECT objective = recomputed_objective AND bound = recomputed_bound FROM report.designation_certificate"
      ).decode(Bool.self)
      #expect(objectives == [true, true])
    }
  }

  @Test("Where no places are left the addition says so, and nothing is changed")
  func noPlaces() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let before = try await pairs(superuser)
      try await FinanceOffice.load(
        ["chains": ["code,name,industry_divisions", "C03,绿色食品,C13", "C04,生物医药,C27"]],
        into: database)
      await #expect(
        throws: DesignationError.tooFewPlaces(
          jurisdiction: "341800", chains: 2, banks: 2, places: 2)
      ) { _ = try await designate(database, on: "2026-02-02") }
      #expect(try await pairs(superuser) == before)
    }
  }

  @Test(
    "A chain off the list has no banks and its enterprises see all; back on it, it is designated")
  func left() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let desk = ChainListDesk(pool: database.pool, actor: "clerk")
      func leave(_ chain: String, _ day: String) async throws {
        try await desk.leave(
          chain, in: "341800", from: FinanceFixture.day(day), reason: "清单调整",
          documentNumber: "宣金〔2026〕9号")
      }
      try await database.financeNight("2026-01-19")
      await #expect(throws: ChainListError.unknown(chain: "C9")) {
        try await leave("C9", "2026-02-01")
      }
      await #expect(
        throws: ChainListError.tooEarly(
          chain: "C01", earliest: FinanceFixture.day("2026-01-20"))
      ) { try await leave("C01", "2026-01-19") }
      let bank = try await database.bank(of: "RZ-1")
      try await leave("C01", "2026-01-20")
      await #expect(
        throws: ChainListError.notListed(chain: "C01", since: FinanceFixture.day("2026-01-20"))
      ) { try await leave("C01", "2026-03-01") }
      #expect(try await pairs(superuser).first?.hasSuffix("[2026-01-01,2026-01-20)") == true)
      try await database.step(.withdraw(note: "重新推荐"), "RZ-1", bank, "2026-01-20")
      let night = try await database.financeNight("2026-01-20")
      #expect(try await options("RZ-1", night.roundID, superuser) == ["BA", "BB", "BC"])
      let listed: Bool = try await superuser.one(
        "SELECT is_listed FROM report.chain_list WHERE chain = 'C01'")
      #expect(!listed)
      #expect(try await designate(database, on: "2026-01-21").wasDone, "nothing to designate")
      let back = FinanceFixture.day("2026-02-02")
      try await desk.comeBack("C01", in: "341800", from: back, reason: "重新列入")
      await #expect(throws: ChainListError.listed(chain: "C01")) {
        try await desk.comeBack("C01", in: "341800", from: back, reason: "重新列入")
      }
      #expect(try await !designate(database, on: "2026-02-02").wasDone)
      let own = try await pairs(superuser).filter { $0.hasPrefix("C01") }
      #expect(own.count == 2 && own[1].hasSuffix("[2026-02-02,2027-01-01)"))
      // The bank that it is recommended to now may be none of the new two.
      let last = try await database.financeNight("2026-02-02")
      let pair = try await superuser.query(
        "SELECT unnest(ARRAY[lead, partner]) FROM finance.chain_bank WHERE chain = 'C01' AND period @> date '2026-02-02' ORDER BY 1"
      ).decode(String.self)
      let found = try await options("RZ-1", last.roundID, superuser)
      #expect(Set(found) == Set(pair))
      try await FinanceInvariants.check(superuser)
      #expect(try await violations(superuser) == [])
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)
    }
  }

  @Test("A chain that has left is not designated for the next term")
  func nextTerm() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await ChainListDesk(pool: database.pool, actor: "clerk").leave(
        "C02", in: "341800", from: FinanceFixture.day("2027-01-01"), reason: "清单调整",
        documentNumber: "1号")
      _ = try await Designator(pool: database.pool, actor: "test")
        .run(term: Term(year: 2027).orThrow(), on: FinanceFixture.day("2026-12-20"))
      let lists = try await superuser.query(
        """
        SELECT term || ' ' || string_agg(chain, ',' ORDER BY chain) FROM finance.term_chain
        GROUP BY term ORDER BY term
        """
      ).decode(String.self)
      #expect(lists == ["2026 C01,C02", "2027 C01"])
    }
  }

  @Test("A bank imported after the designation: the change is priced and made")
  func newBank() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await FinanceOffice.load(
        [
          "banks": ["code,name,kind,max_chains,client_limit_wan", "BD,样本银行BD,rural,2,1500"],
          "credit_lines": [
            "bank,period_start,period_end,amount_wan,inclusive_floor_wan",
            "BD,2026-01-01,2026-12-31,3000,0",
          ],
          "loan_products": [
            "code,bank,name,collateral,min_wan,max_wan,max_months,rate_pct,min_rating,sizes",
            "BD-1,BD,样本产品,credit,10,2000,36,4.00,BB,large;medium;small;micro",
          ],
        ], into: database)
      let change = ChainBankDesk.Change(
        jurisdiction: "341800", chain: "C01", lead: "BA", partner: "BD",
        from: FinanceFixture.day("2026-07-01"), reason: "新设银行", documentNumber: "2号")
      // BA serves the chain's requests before and after: what is lost is BB's history in it,
      // 100,000 × (0.4 × 30/50 + 0.4 × 30,000/50,000 + 0.2 × (1 − 0.5/5)).
      let desk = ChainBankDesk(pool: database.pool, actor: "clerk")
      #expect(try await desk.price(of: change) == 66_000)
      #expect(try await desk.apply(change, on: FinanceFixture.day("2026-06-01")) == 66_000)
      // A change of the other chain now counts with the new bank as well.
      let other = ChainBankDesk.Change(
        jurisdiction: "341800", chain: "C02", lead: "BB", partner: "BC",
        from: FinanceFixture.day("2026-08-01"), reason: "调整", documentNumber: "3号")
      #expect(try await desk.apply(other, on: FinanceFixture.day("2026-06-01")) > 0)
      #expect(try await pairs(superuser).count == 4)
    }
  }

  @Test("A bank's limit is not lowered below its chains: import and database say so")
  func limit() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      func load(_ limit: Int) async throws {
        try await FinanceOffice.load(
          [
            "banks": ["code,name,kind,max_chains,client_limit_wan", "BA,样本银行BA,city,\(limit),1500"]
          ],
          into: database)
      }
      let error = await #expect(throws: OfficeError.self) { try await load(1) }
      let line = try #require(error?.lines.first)
      for word in ["banks.csv:2", "max_chains", "“1”", "不得少于该行现有与已定的链数", "change-banks"] {
        #expect(line.contains(word), "\(line)")
      }
      let refused = await #expect(throws: PostgresError.self) {
        try await superuser.transaction { connection in
          try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
          try await connection.execute("UPDATE registry.banks SET max_chains = 1 WHERE code = 'BA'")
        }
      }
      #expect(refused?.constraint == "chain_bank_limit")
      try await load(3)
      try await load(2)
      _ = try await ChainBankDesk(pool: database.pool, actor: "clerk").apply(
        ChainBankDesk.Change(
          jurisdiction: "341800", chain: "C01", lead: "BB", partner: "BC",
          from: FinanceFixture.day("2026-02-01"), reason: "调整", documentNumber: "1号"),
        on: FinanceFixture.day("2026-01-20"))
      await #expect(throws: OfficeError.self) { try await load(1) }
      try await database.financeNight("2026-02-01")
      try await load(1)
    }
  }
}
