import Postgres
import Testing

@testable import Allocation

@Suite("The two banks of each chain")
struct DesignationTests {
  private let date = SampleCity.businessDate

  @Test("Sample city: twelve chains, two banks each, certified, better than one after another")
  func sampleCity() async throws {
    try await Office.with(FinanceOffice.city) { database, superuser in
      let pairs = try await superuser.query(
        """
        SELECT chain, count(*), count(DISTINCT bank) FROM report.chain_bank
        WHERE term = '2026' GROUP BY chain
        """
      ).decode(String.self, Int.self, Int.self)
      #expect(pairs.count == 12)
      #expect(pairs.allSatisfy { $0.1 == 2 && $0.2 == 2 })
      let violations = try await superuser.query(
        "SELECT what || ' ' || detail FROM report.designation_violation"
      ).decode(String.self)
      #expect(violations == [])
      let (objective, recomputed, priceBound, recomputedBound, advantage) =
        try await superuser.query(
          """
          SELECT objective, recomputed_objective, bound, recomputed_bound, advantage
          FROM report.designation_certificate
          """
        ).only(Int64.self, Int64.self, Int64.self, Int64.self, Int64.self)
      #expect(objective == recomputed)
      #expect(priceBound == recomputedBound)
      #expect(objective <= priceBound)
      #expect(advantage > 0)
      // Also more than any way to serve the requests by the pairs of one chain after another; and the
      // report says by how much, in points and as a share.
      let (sequential, sequentialBound, share) = try await superuser.query(
        """
        SELECT sequential_objective, sequential_bound, relative_advantage::float8
        FROM report.designation_certificate
        """
      ).only(Int64.self, Int64.self, Double.self)
      #expect(objective > sequentialBound && sequentialBound >= sequential)
      #expect(advantage == objective - sequential)
      #expect(abs(share - Double(advantage) / Double(sequential)) < 0.000001)
      let runnersUp: Int = try await superuser.one(
        """
        SELECT count(*) FROM report.designation_runner_up
        WHERE (lead, partner) <> (runner_up_lead, runner_up_partner)
          AND cost_at_least <= greatest(0, cost) AND tried > 0
        """)
      #expect(runnersUp == 12)
      let again = try await Designator(pool: database.pool, actor: "test")
        .run(term: Term(year: 2026).orThrow(), on: date)
      #expect(again.map(\.wasDone) == [true])
    }
  }

  @Test("Chains are listed year by year; terms do not overlap")
  func terms() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await FinanceOffice.load(
        ["chains": ["code,name,industry_divisions", "C01,新名称,C36", "C02,光伏新能源,C38;C39"]],
        into: database)
      _ = try await Designator(pool: database.pool, actor: "test")
        .run(term: Term(year: 2027).orThrow(), on: FinanceFixture.day("2026-12-20"))
      let names = try await superuser.query(
        "SELECT DISTINCT term, chain_name FROM report.chain_bank WHERE chain = 'C01' ORDER BY term"
      ).decode(String.self, String.self)
      #expect(names.map { "\($0) \($1)" } == ["2026 汽车零部件", "2027 新名称"])
      let constraint = await constraint(of: superuser) { connection in
        try await connection.execute(
          """
          INSERT INTO finance.term VALUES ('341800', '2030', '[2026-06-01,2027-06-01)')
          """)
      }
      #expect(constraint == "term_no_overlap")
    }
  }

  @Test("Two designators at once: one designates, the other finds it done")
  func designatorsAtOnce() async throws {
    try await Office.with(Office.city) { database, superuser in
      try await superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "small", action: "delete"))
        try await connection.execute("DELETE FROM registry.finance_requests")
      }
      let term = try Term(year: 2026).orThrow()
      let outcomes = try await withThrowingTaskGroup(of: [Designator.Outcome].self) { group in
        for _ in 0..<2 {
          group.addTask {
            try await Designator(pool: database.pool, actor: "test").run(term: term, on: date)
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(outcomes.map(\.wasDone).filter { !$0 }.count == 1)
      #expect(Set(outcomes.map(\.designationID)).count == 1)
      let rows: Int = try await superuser.one("SELECT count(*) FROM finance.chain_bank")
      #expect(rows == 12)
    }
  }

  private func change(
    _ lead: String, _ partner: String, chain: String = "C01", from: String = "2026-07-01"
  ) -> ChainBankDesk.Change {
    ChainBankDesk.Change(
      jurisdiction: "341800", chain: chain, lead: lead, partner: partner,
      from: FinanceFixture.day(from), reason: "银行机构调整", documentNumber: "宣金〔2026〕1号")
  }

  @Test("A change by hand has its reason and its price, and takes effect on its day")
  func byHand() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let desk = ChainBankDesk(pool: database.pool, actor: "clerk")
      let price = try await desk.price(of: change("BB", "BC"))
      #expect(try await desk.apply(change("BB", "BC")) == price)
      #expect(price > 0, "BA is the strongest in the chain")
      let periods = try await superuser.query(
        """
        SELECT lead || '+' || partner || ' ' || period || ' ' || coalesce(reason, '-')
          || ' ' || coalesce(price::text, '-')
        FROM finance.chain_bank WHERE chain = 'C01' ORDER BY period
        """
      ).decode(String.self)
      #expect(
        periods == [
          "BA+BB [2026-01-01,2026-07-01) - -",
          "BB+BC [2026-07-01,2027-01-01) 银行机构调整 \(price)",
        ])
    }
  }

  @Test("What cannot be changed is said clearly")
  func refusedChanges() async throws {
    try await Office.with(FinanceOffice.small) { database, _ in
      let desk = ChainBankDesk(pool: database.pool, actor: "clerk")
      for (change, error) in [
        (change("BA", "BA"), DesignationError.oneBank("BA")),
        (change("BA", "BX"), .unknownBank("BX")),
        (change("BA", "BB"), .unchanged(chain: "C01")),
        (change("BA", "BB", chain: "C09"), .notDesignated(chain: "C09", on: .init("2026-07-01"))),
        (
          change("BB", "BC", from: "2028-01-01"),
          .notDesignated(chain: "C01", on: .init("2028-01-01"))
        ),
      ] {
        await #expect(throws: error) { _ = try await desk.apply(change) }
      }
    }
  }

  @Test("Too few places: the designation says how many are needed and how many there are")
  func tooFewPlaces() async throws {
    try await Office.with(FinanceOffice.small) { database, _ in
      try await FinanceOffice.load(
        ["chains": ["code,name,industry_divisions", "C03,绿色食品,C13", "C04,生物医药,C27"]],
        into: database)
      await #expect(
        throws: DesignationError.tooFewPlaces(
          jurisdiction: "341800", chains: 4, banks: 3, places: 6)
      ) {
        _ = try await Designator(pool: database.pool, actor: "test")
          .run(term: Term(year: 2027).orThrow(), on: FinanceFixture.day("2026-12-20"))
      }
    }
  }

  /// The constraint that refuses a write inside one event; `nil` if none does.
  private func constraint(
    of pool: Pool, _ body: @Sendable @escaping (Connection) async throws -> Void
  ) async -> String? {
    do {
      try await pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
        try await body(connection)
      }
      return nil
    } catch let error as PostgresError {
      return error.constraint ?? error.sqlState
    } catch {
      return "\(error)"
    }
  }

  @Test("The database refuses one bank, three banks and a bank above its limit")
  func guarded() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let row = { (chain: String, period: String, lead: String, partner: String) -> SQL in
        """
        INSERT INTO finance.chain_bank
          (jurisdiction, term, chain, period, lead, partner, reason, document_no)
        VALUES ('341800', '2026', \(chain), \(period)::daterange, \(lead), \(partner), 'r', 'd')
        """
      }
      let whole = "[2026-01-01,2027-01-01)"
      for (statement, expected) in [
        (row("C01", whole, "BC", "BA"), "chain_bank_no_overlap"),
        (row("C01", "[2026-12-31,2027-01-01)", "BC", "BA"), "chain_bank_no_overlap"),
        (row("C01", "[2027-01-01,2027-02-01)", "BC", "BA"), "chain_bank_within_term"),
        (row("C01", whole, "BC", "BC"), "chain_bank_two_banks"),
        ("UPDATE finance.chain_bank SET partner = NULL", "23502"),
        ("UPDATE finance.chain_bank SET lead = 'BA', partner = 'BB'", "ok"),
      ] as [(SQL, String)] {
        let found = await constraint(of: superuser) { try await $0.execute(statement) }
        #expect((found ?? "ok") == expected)
      }
      try await FinanceOffice.load(
        ["banks": ["code,name,kind,max_chains,client_limit_wan", "BC,样本银行BC,city,1,1500"]],
        into: database)
      let above = await constraint(of: superuser) {
        try await $0.execute("UPDATE finance.chain_bank SET partner = 'BC'")
      }
      #expect(above == "chain_bank_limit")
      let service = await constraint(of: database.pool) {
        try await $0.execute("DELETE FROM finance.chain_bank")
      }
      #expect(service == "42501")
    }
  }
}

extension DateOnly {
  fileprivate init(_ text: String) { self = FinanceFixture.day(text) }
}
