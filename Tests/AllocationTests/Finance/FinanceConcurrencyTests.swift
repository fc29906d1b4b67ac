import Postgres
import Testing

@testable import Allocation

/// Clerks, banks and a night at once: whatever the order, the promises hold.
@Suite("Finance under concurrency")
struct FinanceConcurrencyTests {
  @Test(
    "Clerks change pairs, also of days past, banks answer, nights run and sessions are killed at once",
    arguments: 0..<3)
  func everybodyAtOnce(seed: UInt64) async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await fill(database)
      try await database.financeNight("2026-01-19")
      let killer = Task { try await kill(superuser) }
      let done = try await withThrowingTaskGroup(of: (who: String, successes: Int).self) { group in
        for clerk in 0..<3 {
          group.addTask {
            ("clerks", try await changePairs(database, seed: seed * 10 + UInt64(clerk)))
          }
        }
        for bank in FinanceOffice.banks {
          group.addTask { (bank, try await answer(database, bank, seed: seed)) }
        }
        group.addTask {
          for day in ["2026-01-20", "2026-01-21", "2026-01-22"] { try await night(database, day) }
          return ("nights", 3)
        }
        return try await group.reduce(into: [:]) { $0[$1.who, default: 0] += $1.successes }
      }
      // A test in which everything is refused shows nothing.
      for who in ["clerks"] + FinanceOffice.banks {
        #expect((done[who] ?? 0) > 0, "\(who) got nothing done: \(done)")
      }
      killer.cancel()
      #expect(try await killer.value > 0)
      for broken in FinanceInvariants.broken {
        let rows = try await superuser.query(broken.query).decode(String.self)
        #expect(rows == [], "\(broken.what)")
      }
      let rounds: Int = try await superuser.one("SELECT count(*) FROM allocation.round")
      #expect(rounds == 4)
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)
    }
  }

  /// Many requests, so that lines and client limits are short; of one amount, so that nights are quick.
  private func fill(_ database: Database) async throws {
    let requests = (0..<40).map { number in
      FinanceOffice.request("RZ-1\(number)", number % 8, amount: 500)
    }
    try await FinanceOffice.load(
      ["finance_requests": [FinanceOffice.requestHeader] + requests], into: database)
  }

  /// Ends sessions in the middle of their work until the test is over.
  private func kill(_ superuser: Pool) async throws -> Int {
    var killed = 0
    while !Task.isCancelled, killed < 15 {
      killed += try await superuser.query(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND state = 'idle in transaction'
        ORDER BY random() LIMIT 1
        """
      ).decode(Bool.self).count
    }
    return killed
  }

  /// Pairs change from days of the nights and from days after them.
  ///
  /// - Returns: how many changes were made.
  private func changePairs(_ database: Database, seed: UInt64) async throws -> Int {
    var successes = 0
    var random = FinanceDraft.Generator(state: seed)
    let desk = ChainBankDesk(pool: database.pool, actor: "clerk \(seed)")
    for number in 1...8 {
      let day = number.isMultiple(of: 2) ? "2026-01-\(18 + number / 2)" : "2026-03-0\(number)"
      let banks = FinanceOffice.banks.shuffled(using: &random)
      let change = ChainBankDesk.Change(
        jurisdiction: "341800", chain: Bool.random(using: &random) ? "C01" : "C02",
        lead: banks[0], partner: banks[1], from: FinanceFixture.day(day),
        reason: "调整", documentNumber: "宣金〔2026〕\(seed)-\(number)号")
      successes += try await tolerating {
        _ = try await desk.apply(change, on: FinanceFixture.day("2026-01-22"))
      }
    }
    return successes
  }

  /// - Returns: how many steps were recorded.
  private func answer(_ database: Database, _ bank: String, seed: UInt64) async throws -> Int {
    var successes = 0
    var random = FinanceDraft.Generator(state: seed &+ UInt64(bank.utf8.reduce(0) { $0 + Int($1) }))
    let steps: [MatchStep] = [
      .acknowledge, .acknowledge, .beginDueDiligence, .beginDueDiligence, .approve,
      .reduce(toWan: 100), .decline(code: "terms", note: nil),
      .sign(ratePct: FinanceFixture.number("4.00")), .draw, .repay,
    ]
    var attempts = 0
    // A bank may have nothing to answer, or only what is refused, until a night has matched it anew.
    while attempts < 120 || (successes == 0 && attempts < Self.mostAttempts) {
      attempts += 1
      var requests: [String] = []
      _ = try await tolerating {
        requests = try await database.pool.query(
          "SELECT DISTINCT request FROM finance.match WHERE bank = \(bank) ORDER BY 1"
        ).decode(String.self)
      }
      guard let request = requests.randomElement(using: &random),
        let step = steps.randomElement(using: &random)
      else { continue }
      successes += try await tolerating {
        try await database.step(step, request, bank, "2026-01-22")
      }
    }
    return successes
  }

  private static let mostAttempts = 10_000

  private func night(_ database: Database, _ day: String) async throws {
    for _ in 0..<100 {
      do {
        try await database.financeNight(day)
        return
      } catch is NightError {
        continue
      } catch let error as PostgresError where error.isTransient {
        continue
      }
    }
    Issue.record("the night of \(day) found no moment")
  }

  /// Only what the rules refuse, or what the database asks to try again, may go wrong.
  ///
  /// - Returns: 1 where it was done, 0 where it was refused.
  private func tolerating(_ body: () async throws -> Void) async throws -> Int {
    do {
      try await body()
      return 1
    } catch is MatchError {
    } catch is DesignationError {
    } catch let error as PostgresError
      where error.isTransient || error.constraint == "chain_bank_limit"
    {
    }
    return 0
  }

  @Test("Two clerks give the last place of a bank to two chains: one is refused")
  func lastPlace() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await FinanceOffice.load(
        ["banks": ["code,name,kind,max_chains,client_limit_wan", "BC,样本银行BC,city,1,1500"]],
        into: database)
      try await superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
        try await connection.execute(
          "UPDATE finance.chain_bank SET lead = 'BA', partner = 'BB'")
      }
      let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
        for chain in ["C01", "C02"] {
          group.addTask {
            do {
              _ = try await ChainBankDesk(pool: database.pool, actor: chain).apply(
                ChainBankDesk.Change(
                  jurisdiction: "341800", chain: chain, lead: "BA", partner: "BC",
                  from: FinanceFixture.day("2026-03-01"), reason: "调整", documentNumber: "1号"))
              return false
            } catch let error as PostgresError where error.constraint == "chain_bank_limit" {
              return true
            }
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(refused == 1)
    }
  }
}
