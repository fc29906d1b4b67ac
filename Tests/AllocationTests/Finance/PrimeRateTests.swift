import Postgres
import Testing

@testable import Allocation

@Suite("Rates are data")
struct PrimeRateTests {
  private static func rate(_ day: String, _ one: String, _ five: String) -> LoanPrimeRate {
    LoanPrimeRate(
      publishedOn: FinanceFixture.day(day), oneYearPct: FinanceFixture.number(one),
      fiveYearPct: FinanceFixture.number(five))
  }

  private func detail(_ request: String, _ pool: Pool) async throws -> String {
    try await pool.one(
      """
      SELECT (detail ->> 'lpr_on') || ' ' || (detail ->> 'lpr_pct') || ' '
        || (detail ->> 'basis_points')
      FROM report.offer WHERE request = \(request) ORDER BY offer_id DESC LIMIT 1
      """)
  }

  @Test("A rate entered by command holds from its day on, and changes no signed rate")
  func entered() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let desk = PrimeRateDesk(pool: database.pool, actor: "clerk")
      try await database.financeNight("2026-01-19")
      #expect(try await detail("RZ-1", superuser) == "2025-05-20 3.00 100")
      let bank = try await database.bank(of: "RZ-1")
      for step in [.acknowledge, .beginDueDiligence, .approve] as [MatchStep] {
        try await database.step(step, "RZ-1", bank, "2026-01-20")
      }
      try await database.step(
        .sign(ratePct: FinanceFixture.number("3.80")), "RZ-1", bank, "2026-01-20")
      func signed() async throws -> String {
        try await superuser.one(
          """
          SELECT signed_rate_pct || ' ' || signed_lpr_on || ' ' || signed_lpr_pct || ' '
            || signed_basis_points
          FROM finance.match WHERE request = 'RZ-1'
          """)
      }
      let before = try await signed()
      #expect(before == "3.80 2025-05-20 3.00 80")
      let today = FinanceFixture.day("2026-02-24")
      let new = Self.rate("2026-02-24", "2.80", "3.30")
      #expect(try await desk.publish(new, source: "全国银行间同业拆借中心公告", on: today))
      #expect(try await !desk.publish(new, source: "再录一次", on: today))
      try await FinanceOffice.load(
        ["finance_requests": [FinanceOffice.requestHeader, FinanceOffice.request("RZ-9", 2)]],
        into: database)
      try await database.financeNight("2026-02-23")
      #expect(try await detail("RZ-9", superuser) == "2025-05-20 3.00 100", "the day before")
      try await FinanceOffice.load(
        ["finance_requests": [FinanceOffice.requestHeader, FinanceOffice.request("RZ-10", 4)]],
        into: database)
      try await database.financeNight("2026-02-24")
      #expect(try await detail("RZ-10", superuser) == "2026-02-24 2.80 120")
      let corrected = Self.rate("2026-02-24", "2.85", "3.30")
      await #expect(throws: PrimeRateError.published(new)) {
        try await desk.publish(corrected, source: "更正公告", on: today)
      }
      #expect(
        try await desk.publish(corrected, source: "更正公告", isCorrection: true, on: today))
      #expect(try await signed() == before)
      let history: Int = try await superuser.one(
        """
        SELECT count(*) FROM audit.row_history
        WHERE table_name = 'reference.lpr' AND row_key = '2026-02-24'
        """)
      #expect(history == 1, "what was corrected stays on record")
      // A later program brings its own file and leaves what the office has entered.
      _ = try await database.migrate()
      let stands: String = try await superuser.one(
        "SELECT one_year_pct || ' ' || source FROM report.loan_prime_rate WHERE published_on = '2026-02-24'"
      )
      #expect(stands == "2.85 更正公告")
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)
    }
  }

  @Test("What cannot be a rate is refused")
  func refused() async throws {
    try await Office.with(FinanceOffice.small) { database, _ in
      let desk = PrimeRateDesk(pool: database.pool, actor: "clerk")
      let today = FinanceFixture.day("2026-02-24")
      for (rate, error) in [
        (
          Self.rate("2026-02-25", "2.80", "3.30"),
          PrimeRateError.future(FinanceFixture.day("2026-02-25"))
        ),
        (Self.rate("2026-02-20", "0", "3.30"), .value(0)),
        (Self.rate("2026-02-20", "2.80", "100.01"), .value(FinanceFixture.number("100.01"))),
        (Self.rate("2026-02-20", "2.805", "3.30"), .value(FinanceFixture.number("2.805"))),
      ] {
        await #expect(throws: error) { try await desk.publish(rate, source: "公告", on: today) }
      }
      let day = FinanceFixture.day("2026-02-20")
      await #expect(throws: PrimeRateError.nothingToCorrect(day)) {
        try await desk.publish(
          Self.rate("2026-02-20", "2.80", "3.30"), source: "公告", isCorrection: true, on: today)
      }
    }
  }

  @Test("Nobody signs above what the enterprise accepts; above the recommended product they may")
  func ceiling() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      for step in [.acknowledge, .beginDueDiligence, .approve] as [MatchStep] {
        try await database.step(step, "RZ-1", bank, "2026-01-20")
      }
      let above = FinanceFixture.number("4.51")
      await #expect(
        throws: MatchError.aboveCeiling(above, ceiling: FinanceFixture.number("4.50"))
      ) { try await database.step(.sign(ratePct: above), "RZ-1", bank, "2026-01-20") }
      let error = await #expect(throws: PostgresError.self) {
        try await superuser.transaction { connection in
          try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
          try await connection.execute(
            "UPDATE finance.match SET state = 'signed', signed_rate_pct = 4.51 WHERE request = 'RZ-1'"
          )
        }
      }
      #expect(error?.constraint == "match_rate_ceiling")
      try await database.step(
        .sign(ratePct: FinanceFixture.number("4.20")), "RZ-1", bank, "2026-01-20")
    }
  }

  @Test("Two clerks enter different rates of one day at once: one stands, the other is told which")
  func atOnce() async throws {
    try await Office.with(Office.empty) { database, superuser in
      let desk = PrimeRateDesk(pool: database.pool, actor: "clerk")
      let today = FinanceFixture.day("2026-03-31")
      for number in 1...5 {
        let day = "2026-03-0\(number)"
        let refusals = try await withThrowingTaskGroup(of: PrimeRateError?.self) { group in
          for clerk in 0..<4 {
            group.addTask {
              do {
                _ = try await desk.publish(
                  Self.rate(day, "2.9\(clerk)", "3.50"), source: "公告", on: today)
                return nil
              } catch let refusal as PrimeRateError { return refusal }
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refusals.count { $0 == nil } == 1)
        let stands: String = try await superuser.one(
          "SELECT one_year_pct::text FROM reference.lpr WHERE published_on = \(FinanceFixture.day(day))"
        )
        #expect(
          refusals.compactMap(\.self)
            == Array(
              repeating: .published(Self.rate(day, stands, "3.50")), count: 3))
      }
    }
  }
}
