import Postgres
import Testing

@testable import Allocation

@Suite("Finance reports")
struct FinanceReportTests {
  private static let examined: [MatchStep] = [.acknowledge, .beginDueDiligence]

  private func record(
    _ steps: [MatchStep], _ request: String, _ bank: String, on day: String,
    _ database: Database
  ) async throws {
    for step in steps { try await database.step(step, request, bank, day) }
  }

  private func escalated(_ request: String, _ pool: Pool) async throws -> [String] {
    try await pool.query(
      """
      SELECT r.value ->> 'bank' FROM report.escalation
      CROSS JOIN jsonb_array_elements(refusals) r WHERE request = \(request) ORDER BY 1
      """
    ).decode(String.self)
  }

  @Test("Approved, given up and approved again: the funnel counts the loan once")
  func funnel() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let first = try await database.bank(of: "RZ-1")
      try await record(
        Self.examined + [.approve, .abandon(note: nil)], "RZ-1", first, on: "2026-01-20", database)
      try await database.financeNight("2026-01-20")
      let second = try await database.bank(of: "RZ-1")
      #expect(second != first)
      try await record(
        Self.examined + [.approve, .sign(ratePct: FinanceFixture.number("4.00")), .draw], "RZ-1",
        second, on: "2026-01-21", database)
      for (kind, value) in [("all", "-"), ("chain", "C01"), ("bank", first), ("bank", second)] {
        let (approved, wan) = try await superuser.query(
          """
          SELECT approved, approved_wan::bigint FROM report.finance_funnel
          WHERE by = \(kind) AND value = \(value)
          """
        ).only(Int.self, Int.self)
        #expect((approved, wan) == (1, 500), "\(kind) \(value)")
      }
      let stages = try await superuser.query(
        """
        SELECT requests_wan >= offered_wan AND offered_wan >= acknowledged_wan
          AND acknowledged_wan >= approved_wan AND approved_wan >= drawn_wan
        FROM report.finance_funnel WHERE by <> 'bank'
        """
      ).decode(Bool.self)
      #expect(!stages.isEmpty && stages.allSatisfy { $0 }, "each stage is part of the one before")
    }
  }

  @Test("A bank's performance tells the quarter's own line and the days of due diligence")
  func performance() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await FinanceOffice.load(
        [
          "credit_lines": [
            "bank,period_start,period_end,amount_wan,inclusive_floor_wan",
            "BA,2027-01-01,2027-03-31,9000,800",
          ]
        ], into: database)
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      try await record([.acknowledge], "RZ-1", bank, on: "2026-01-20", database)
      try await record([.beginDueDiligence], "RZ-1", bank, on: "2026-01-23", database)
      try await record([.approve], "RZ-1", bank, on: "2026-01-28", database)
      let days = try await superuser.query(
        """
        SELECT days_to_acknowledge::bigint, days_to_diligence::bigint, days_in_diligence::bigint,
          days_to_decide::bigint
        FROM report.bank_performance WHERE bank = \(bank)
        """
      ).only(Int.self, Int.self, Int.self, Int.self)
      #expect(days == (1, 3, 5, 8))
      let lines = try await superuser.query(
        """
        SELECT bank || ' ' || period_start || ' ' || line_wan || ' ' || inclusive_floor_wan
        FROM report.bank_performance ORDER BY bank
        """
      ).decode(String.self)
      #expect(lines == FinanceOffice.banks.map { "\($0) 2026-01-01 3000 500" })
      // What each bank has offered, summed anew from offers and sizes.
      let wrong: Int = try await superuser.one(
        """
        SELECT count(*) FROM report.bank_performance p
        WHERE p.used_wan <> (SELECT coalesce(sum(m.amount_wan), 0) FROM finance.match m
            WHERE m.bank = p.bank)
          OR p.inclusive_wan <> (SELECT coalesce(sum(m.amount_wan), 0) FROM finance.match m
            JOIN registry.enterprises e USING (uscc)
            WHERE m.bank = p.bank AND e.size IN ('small', 'micro'))
          OR p.inclusive_shortfall_wan <> greatest(0, 500 - p.inclusive_wan)
        """)
      #expect(wrong == 0)
    }
  }

  @Test(
    "Escalated once the chain's own two banks have declined, not two banks that were so at times")
  func bothOfTheChain() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let decline = MatchStep.decline(code: "cash_flow", note: nil)
      try await database.financeNight("2026-01-19")
      let first = try await database.bank(of: "RZ-1")
      let kept = first == "BA" ? "BB" : "BA"
      try await record([decline], "RZ-1", first, on: "2026-01-20", database)
      _ = try await ChainBankDesk(pool: database.pool, actor: "clerk").apply(
        ChainBankDesk.Change(
          jurisdiction: "341800", chain: "C01", lead: kept, partner: "BC",
          from: FinanceFixture.day("2026-01-20"), reason: "调整", documentNumber: "1号"),
        on: FinanceFixture.day("2026-01-20"))
      for day in ["2026-01-20", "2026-01-21"] {
        #expect(try await escalated("RZ-1", superuser) == [])
        try await database.financeNight(day)
        let bank = try await database.bank(of: "RZ-1")
        #expect(bank != first)
        try await record([decline], "RZ-1", bank, on: day, database)
      }
      #expect(try await escalated("RZ-1", superuser) == ["BC", kept].sorted())
      try await OfferDesk(pool: database.pool).liftDecline(
        .finance, request: "RZ-1", resource: kept, by: "finance_office", cause: "已补材料",
        on: FinanceFixture.day("2026-01-21"))
      #expect(try await escalated("RZ-1", superuser) == [])
    }
  }

  @Test("On no chain: escalated once every bank that could lend has declined")
  func everyBank() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      for (number, day) in ["2026-01-19", "2026-01-20", "2026-01-21"].enumerated() {
        #expect(try await escalated("RZ-4", superuser) == [], "after \(number) declines")
        try await database.financeNight(day)
        let bank = try await database.bank(of: "RZ-4")
        try await record(
          [.decline(code: "collateral", note: nil)], "RZ-4", bank, on: day, database)
      }
      #expect(try await escalated("RZ-4", superuser) == FinanceOffice.banks)
      let (banks, amount) = try await superuser.query(
        "SELECT banks, amount_wan::bigint FROM report.escalation WHERE request = 'RZ-4'"
      ).only(Int.self, Int.self)
      #expect((banks, amount) == (3, 500))
    }
  }

  @Test("No comment of the database reads as if a loan had been granted")
  func comments() async throws {
    try await Office.with(FinanceOffice.small) { _, superuser in
      // Land, experts and posts are granted, acts are approved by the office; what tells of every
      // mechanism says what a loan is.
      let granting = try await superuser.query(
        """
        SELECT o.name || ': ' || d.description FROM pg_description d
        CROSS JOIN LATERAL pg_describe_object(d.classoid, d.objoid, d.objsubid) AS o (name)
        WHERE d.description ~ '获配|获贷|已批准|授予' AND d.description !~ '贷款为'
          AND o.name !~
            ' (land|(allocation|report)\\.(act|round_matching|price_of_stability|project_stage))'
        ORDER BY 1
        """
      ).decode(String.self)
      #expect(granting == [])
    }
  }

  @Test("No text on a loan reads as if it had been granted")
  func words() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await FinanceOffice.load(
        [
          "finance_requests": [
            FinanceOffice.requestHeader, FinanceOffice.request("RZ-8", 3, amount: 2500),
          ]
        ], into: database)
      try await database.financeNight("2026-01-19")
      var pages: [String] = []
      for request in ["RZ-1", "RZ-8"] {
        let explanation = try await database.pool.withConnection {
          try await StoredExplanation.load(request, from: $0)
        }
        pages += ExplanationText(explanation, glossary: Finance.glossary, language: .chinese).lines
      }
      let findings = try await Verification(pool: database.pool).run(.all)
      let summary = try await superuser.withConnection {
        try await NightSummary.load(findings, from: $0)
      }
      pages += summary.lines()
      #expect(pages.contains { $0.hasPrefix("结果：推荐给银行") })
      #expect(pages.contains { $0.hasPrefix("结果：未获推荐") })
      #expect(pages.contains { $0.contains("可获推荐银行") })
      for word in ["获配", "获贷", "已批准", "授予"] {
        #expect(!pages.contains { $0.contains(word) }, "\(word)")
      }
    }
  }
}
