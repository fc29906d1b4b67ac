import Postgres
import Testing

@testable import Allocation

/// The list of chains as days see it: what is entered late, ahead, or at once with something else.
@Suite("The list of chains, day by day")
struct ChainListDayTests {
  private func day(_ text: String) -> DateOnly { FinanceFixture.day(text) }

  private func leave(_ chain: String, _ from: String, _ database: Database) async throws {
    try await ChainListDesk(pool: database.pool, actor: "clerk").leave(
      chain, in: "341800", from: day(from), reason: "清单调整", documentNumber: "宣金〔2026〕9号")
  }

  private func comeBack(_ chain: String, _ from: String, _ database: Database) async throws {
    try await ChainListDesk(pool: database.pool, actor: "clerk").comeBack(
      chain, in: "341800", from: day(from), reason: "重新列入")
  }

  @discardableResult
  private func designate(
    _ year: Int, on date: String, _ database: Database
  ) async throws -> Designator.Outcome {
    try await Designator(pool: database.pool, actor: "test")
      .run(term: Term(year: year).orThrow(), on: day(date)).first.orThrow()
  }

  private func periods(_ chain: String, _ pool: Pool) async throws -> [String] {
    try await pool.query(
      "SELECT period::text FROM finance.chain_bank WHERE chain = \(chain) ORDER BY period"
    ).decode(String.self)
  }

  /// The constraint that refuses a statement of somebody who goes past the desks; `nil` if none does.
  private func refused(_ sql: SQL, _ pool: Pool) async throws -> String? {
    do {
      try await pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
        try await connection.execute(sql)
      }
      return nil
    } catch let error as PostgresError { return error.constraint }
  }

  @Test(
    "A return is not entered for days on which any bank served the chain's enterprises")
  func backdatedReturn() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await leave("C01", "2026-01-18", database)
      try await database.financeNight("2026-01-21")
      let served: Int = try await superuser.one(
        """
        SELECT count(*) FROM finance.match m JOIN registry.enterprises e USING (uscc)
        WHERE e.chain = 'C01' AND m.chain IS NULL
        """)
      #expect(served == 2)
      for date in ["2026-01-20", "2026-01-21"] {
        await #expect(
          throws: ChainListError.tooEarly(chain: "C01", earliest: day("2026-01-22"))
        ) { try await comeBack("C01", date, database) }
        let constraint = try await refused(
          """
          UPDATE finance.chain_absence SET period = daterange(lower(period), \(day(date)))
          """, superuser)
        #expect(constraint == "chain_absence_counted")
      }
      try await comeBack("C01", "2026-01-22", database)
      try await designate(2026, on: "2026-01-22", database)
      #expect(try await periods("C01", superuser).last == "[2026-01-22,2027-01-01)")
      try await database.financeNight("2026-01-22")
      try await FinanceInvariants.check(superuser)
    }
  }

  @Test(
    "A chain that comes back while a night serves it by any bank: the night computes anew")
  func returnDuringNight() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      // A chain that no term has known yet.
      try await FinanceOffice.load(Self.third, into: database)
      try await leave("C03", "2026-01-18", database)
      let night = try await superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "clerk", reason: "race", action: "return"))
        try await connection.execute(
          "UPDATE finance.chain_absence SET period = '[2026-01-18,2026-01-19)'")
        let night = Task { try await database.financeNight("2026-01-19") }
        try await superuser.waitForLock()
        return night
      }
      #expect(try await night.value.assigned == 3, "without two banks the chain waits")
      let chains = try await superuser.query(
        "SELECT DISTINCT coalesce(chain, '-') FROM finance.match ORDER BY 1"
      ).decode(String.self)
      #expect(chains == ["C01", "C02"])
    }
  }

  @Test("A return waits for the night that reads the list, and is too early for its day")
  func nightDuringReturn() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await FinanceOffice.load(Self.third, into: database)
      try await leave("C03", "2026-01-18", database)
      let comeBack = try await superuser.transaction { connection in
        // As a night does when it writes its offers.
        _ = try await connection.query("SELECT FROM finance.chain_absence FOR SHARE")
        let comeBack = Task { try await self.comeBack("C03", "2026-01-19", database) }
        try await superuser.waitForLock()
        try await database.financeNight("2026-01-19")
        return comeBack
      }
      await #expect(
        throws: ChainListError.tooEarly(chain: "C03", earliest: day("2026-01-20"))
      ) { try await comeBack.value }
    }
  }

  @Test("A leave that lies ahead ends the two banks of a later designation on its day")
  func leaveAhead() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await leave("C02", "2027-03-01", database)
      try await designate(2027, on: "2026-12-20", database)
      #expect(try await periods("C02", superuser).last == "[2027-01-01,2027-03-01)")
      #expect(try await periods("C01", superuser).last == "[2027-01-01,2028-01-01)")
      // The database says so to whoever goes past the designation, from either side.
      #expect(
        try await refused(
          """
          UPDATE finance.chain_bank SET period = '[2027-01-01,2027-03-02)'
          WHERE chain = 'C02' AND term = '2027'
          """, superuser) == "chain_bank_listed")
      #expect(
        try await refused(
          """
          INSERT INTO finance.chain_absence (jurisdiction, chain, period, reason, document_no)
          VALUES ('341800', 'C01', '[2027-05-01,)', 't', '1号')
          """, superuser) == "chain_bank_listed")
      // Back on the list it is designated again, for what is left of the term.
      try await comeBack("C02", "2027-06-01", database)
      #expect(try await designate(2027, on: "2027-02-01", database).wasDone)
      #expect(try await !designate(2027, on: "2027-06-01", database).wasDone)
      #expect(
        try await periods("C02", superuser).suffix(2) == [
          "[2027-01-01,2027-03-01)", "[2027-06-01,2028-01-01)",
        ])
    }
  }

  @Test(
    "A chain leaves while its term is designated: its two banks end on that day")
  func leaveDuringDesignation() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let outcome = try await superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "clerk", reason: "race", action: "leave"))
        _ = try await connection.query("SELECT finance.lock_chain('341800', 'C02')")
        try await connection.execute(
          """
          INSERT INTO finance.chain_absence (jurisdiction, chain, period, reason, document_no)
          VALUES ('341800', 'C02', '[2027-03-01,)', 't', '1号')
          """)
        let outcome = Task { try await designate(2027, on: "2026-12-20", database) }
        try await superuser.waitForLock()
        return outcome
      }
      #expect(try await !outcome.value.wasDone)
      #expect(try await periods("C02", superuser).last == "[2027-01-01,2027-03-01)")
    }
  }

  private static let third = [
    "chains": ["code,name,industry_divisions", "C03,绿色食品,C13"],
    "enterprises": [
      "uscc,name,region,industry,chain,size,rating",
      "\(FinanceOffice.enterprises[7]),宣城样本企业7,341802,C3670,C03,medium,A",
    ],
  ]

  @Test("An addition counts what is left of the lines, not what is lent already")
  func lentLines() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      let matches = try await superuser.query(
        "SELECT request, bank FROM finance.match ORDER BY request"
      ).decode(String.self, String.self)
      #expect(matches.count == 4)
      for (request, bank) in matches {
        for step in [.acknowledge, .beginDueDiligence, .approve] as [MatchStep] {
          try await database.step(step, request, bank, "2026-01-20")
        }
      }
      try await FinanceOffice.load(Self.third, into: database)
      let outcome = try await designate(2026, on: "2026-02-02", database)
      let different = try await superuser.query(
        """
        SELECT d.bank FROM finance.designation_bank d JOIN registry.credit_lines l USING (bank)
        WHERE d.designation_id = \(outcome.designationID) AND d.capacity <> l.amount_wan - coalesce((
          SELECT sum(m.approved_wan) FROM finance.match m WHERE m.bank = d.bank), 0)
        """
      ).decode(String.self)
      #expect(different == [])
      let lent: Int = try await superuser.one("SELECT sum(approved_wan)::bigint FROM finance.match")
      #expect(lent > 0)
    }
  }

  @Test("Next year's places do not stand in the way of this year's addition")
  func nextYear() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await FinanceOffice.load(Self.third, into: database)
      // Three banks with two places each, three chains: next year has no place left.
      try await designate(2027, on: "2026-12-20", database)
      #expect(try await !designate(2026, on: "2026-12-21", database).wasDone)
      #expect(
        try await periods("C03", superuser) == [
          "[2026-12-21,2027-01-01)", "[2027-01-01,2028-01-01)",
        ])
      try await FinanceInvariants.check(superuser)
    }
  }

  @Test("A change withdraws what is strange to its own chain, and nothing of another's")
  func ownDocument() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      func change(_ chain: String, of request: String, on date: String) async throws {
        let leaving = try await database.bank(of: request)
        let pair = FinanceOffice.banks.filter { $0 != leaving }
        _ = try await ChainBankDesk(pool: database.pool, actor: "clerk").apply(
          ChainBankDesk.Change(
            jurisdiction: "341800", chain: chain, lead: pair[0], partner: pair[1],
            from: day("2026-01-21"), reason: "调整", documentNumber: "\(chain)号"),
          on: day(date))
      }
      // The one is entered ahead, the other on the day.
      try await change("C02", of: "RZ-3", on: "2026-01-19")
      try await change("C01", of: "RZ-1", on: "2026-01-21")
      func told(_ request: String) async throws -> String {
        try await superuser.one(
          """
          SELECT state || ' ' || coalesce(note, '-') FROM finance.match WHERE request = \(request)
          ORDER BY offer_id LIMIT 1
          """)
      }
      #expect(try await told("RZ-3") == "offered -")
      try await database.financeNight("2026-01-21")
      #expect(try await told("RZ-3") == "withdrawn 该行已不是产业链的两行之一")
    }
  }

  @Test(
    "Clerks take chains off the list, put them back and designate at once: both stay apart",
    arguments: 0..<3)
  func atOnce(seed: UInt64) async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let done = try await withThrowingTaskGroup(of: [Int].self) { group in
        for clerk in 0..<3 {
          group.addTask { try await changes(seed * 10 + UInt64(clerk), database) }
        }
        return try await group.reduce(into: [0, 0, 0]) { sums, own in
          for (place, count) in own.enumerated() { sums[place] += count }
        }
      }
      #expect(done.allSatisfy { $0 > 0 }, "leaves, returns, designations: \(done)")
      try await FinanceInvariants.check(superuser)
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)
    }
  }

  /// - Returns: how many leaves, returns and designations a clerk got done.
  private func changes(_ seed: UInt64, _ database: Database) async throws -> [Int] {
    var random = FinanceDraft.Generator(state: seed)
    var done = [0, 0, 0]
    for number in 0..<6 {
      let (first, back) = (
        day("2026-02-01").adding(days: 20 * number), day("2026-02-06").adding(days: 20 * number)
      )
      let chain = Bool.random(using: &random) ? "C01" : "C02"
      let acts: [@Sendable () async throws -> Bool] = [
        {
          try await leave(chain, "\(first)", database)
          return true
        },
        {
          try await comeBack(chain, "\(back)", database)
          return true
        },
        { try await !designate(2026, on: "\(back)", database).wasDone },
      ]
      for (place, act) in acts.enumerated() {
        do {
          done[place] += try await act() ? 1 : 0
        } catch is ChainListError {
        } catch let error as PostgresError
          where error.isTransient || error.constraint == "chain_bank_listed"
        {
        }
      }
    }
    return done
  }
}
