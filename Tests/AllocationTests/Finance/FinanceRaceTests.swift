import Postgres
import Testing

@testable import Allocation

/// What somebody else takes while a night is computing: the night waits at the lock, finds it gone, and
/// computes anew on what is left.
@Suite("A finance night overtaken")
struct FinanceRaceTests {
  /// The bank to which a quiet night recommends a request: nights are repeatable.
  private func quietBank(of request: String) async throws -> String {
    var bank = ""
    try await Office.with(FinanceOffice.small) { database, _ in
      try await database.financeNight("2026-01-19")
      bank = try await database.bank(of: request)
    }
    return bank
  }

  private func checkInvariants(_ pool: Pool) async throws {
    try await FinanceInvariants.check(pool)
  }

  @Test("A chain's banks change while the night computes: it recommends to the new pair")
  func pairChanges() async throws {
    let leaving = try await quietBank(of: "RZ-1")
    let pair = FinanceOffice.banks.filter { $0 != leaving }
    try await Office.with(FinanceOffice.small) { database, superuser in
      let change = ChainBankDesk.Change(
        jurisdiction: "341800", chain: "C01", lead: pair[0], partner: pair[1],
        from: FinanceFixture.day("2026-01-19"), reason: "调整", documentNumber: "1号")
      let night = try await database.pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "clerk", reason: "race", action: "change"))
        _ = try await ChainBankDesk(on: connection)
          .apply(change, on: FinanceFixture.day("2026-01-19"))
        let night = Task { try await database.financeNight("2026-01-19") }
        try await superuser.waitForLock()
        return night
      }
      let outcome = try await night.value
      #expect(outcome.assigned == 4)
      let banks = try await superuser.query(
        """
        SELECT m.bank FROM finance.match m JOIN registry.enterprises e USING (uscc)
        WHERE e.chain = 'C01'
        """
      ).decode(String.self)
      #expect(banks.count == 2 && !banks.contains(leaving))
      try await checkInvariants(superuser)
      #expect(try await Verification(pool: database.pool).run(.all).flatMap(\.faults) == [])
    }
  }

  @Test("A bank lowers its client limit while the night computes: the other bank is recommended to")
  func limitFalls() async throws {
    let bank = try await quietBank(of: "RZ-1")
    try await Office.with(FinanceOffice.small) { database, superuser in
      let night = try await superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "bank", reason: "race", action: "lower"))
        // Every offer waits here.
        _ = try await connection.query("SELECT lot FROM allocation.lot_head FOR UPDATE")
        try await connection.execute(
          "UPDATE registry.banks SET client_limit_wan = 450 WHERE code = \(bank)")
        let night = Task { try await database.financeNight("2026-01-19") }
        try await superuser.waitForLock()
        return night
      }
      _ = try await night.value
      #expect(try await database.bank(of: "RZ-1") != bank)
      let above: Int = try await superuser.one(
        "SELECT count(*) FROM finance.match WHERE bank = \(bank) AND amount_wan > 450")
      #expect(above == 0)
      try await checkInvariants(superuser)
    }
  }

  @Test(
    "A bank's limit of chains is lowered while a clerk gives it one more: one of the two is refused"
  )
  func chainLimitFalls() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let chains = try await superuser.query(
        "SELECT count(*) FROM finance.chain_bank WHERE 'BC' IN (lead, partner)"
      ).only(Int.self)
      #expect(chains == 1)
      let change = ChainBankDesk.Change(
        jurisdiction: "341800", chain: "C01", lead: "BA", partner: "BC",
        from: FinanceFixture.day("2026-03-01"), reason: "调整", documentNumber: "1号")
      let clerk = try await superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "office", reason: "race", action: "lower"))
        try await connection.execute("UPDATE registry.banks SET max_chains = 1 WHERE code = 'BC'")
        let clerk = Task {
          try await ChainBankDesk(pool: database.pool, actor: "clerk")
            .apply(change, on: FinanceFixture.day("2026-01-20"))
        }
        try await superuser.waitForLock()
        return clerk
      }
      let error = await #expect(throws: PostgresError.self) { _ = try await clerk.value }
      #expect(error?.constraint == "chain_bank_limit")
      try await checkInvariants(superuser)
    }
  }

  @Test("A night that waits for an offer holds no line meanwhile: clerks lock offers, then lines")
  func offersBeforeLines() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await database.financeNight("2026-01-19")
      // On the 23rd RZ-1 is overdue, and RZ-3, which its bank considers, is of a bank that has left.
      let leaving = try await database.bank(of: "RZ-3")
      try await database.step(.acknowledge, "RZ-3", leaving, "2026-01-20")
      let pair = FinanceOffice.banks.filter { $0 != leaving }
      _ = try await ChainBankDesk(pool: database.pool, actor: "clerk").apply(
        ChainBankDesk.Change(
          jurisdiction: "341800", chain: "C02", lead: pair[0], partner: pair[1],
          from: FinanceFixture.day("2026-01-23"), reason: "调整", documentNumber: "1号"),
        on: FinanceFixture.day("2026-01-20"))
      let night = try await superuser.transaction { connection in
        _ = try await connection.query(
          "SELECT FROM allocation.offer WHERE request = 'RZ-3' FOR UPDATE")
        let night = Task { try await database.endSilence(on: "2026-01-23") }
        try await superuser.waitForLock()
        _ = try await connection.query(
          """
          SELECT FROM allocation.lot_head h WHERE h.lot IN (
            SELECT u.lot FROM allocation.offer_use u JOIN allocation.offer o USING (offer_id)
            WHERE o.request IN ('RZ-1', 'RZ-3'))
          FOR UPDATE NOWAIT
          """)
        return night
      }
      try await night.value
      let states = try await superuser.query(
        "SELECT state FROM finance.match WHERE request IN ('RZ-1', 'RZ-3') ORDER BY request"
      ).decode(String.self)
      #expect(states == ["expired", "withdrawn"])
    }
  }
}
