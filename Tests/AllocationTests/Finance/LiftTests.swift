import Postgres
import Testing

@testable import Allocation

@Suite("Declines of banks lifted")
struct LiftTests {
  private func lift(
    _ request: String, _ bank: String, on day: String, _ database: Database
  ) async throws {
    try await OfferDesk(pool: database.pool).liftDecline(
      .finance, request: request, resource: bank, by: "finance_office", cause: "已补材料",
      on: FinanceFixture.day(day))
  }

  /// The banks at which a request's latest round found options.
  private func open(_ request: String, _ pool: Pool) async throws -> [String] {
    try await pool.query(
      """
      SELECT DISTINCT o.resource FROM allocation.round_option o
      JOIN allocation.round_request q USING (round_id, request_no)
      WHERE q.request = \(request)
        AND o.round_id = (SELECT max(round_id) FROM allocation.round) ORDER BY 1
      """
    ).decode(String.self)
  }

  @Test(
    "A decline and an approval given up are lifted alike; what is declined again the same day counts",
    arguments: [false, true])
  func lifted(isApproved: Bool) async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      func refuse(_ bank: String, on day: String) async throws {
        let steps: [MatchStep] =
          isApproved
          ? [.acknowledge, .beginDueDiligence, .approve, .abandon(note: nil)]
          : [.decline(code: "terms", note: nil)]
        for step in steps { try await database.step(step, "RZ-1", bank, day) }
      }
      try await database.financeNight("2026-01-19")
      let bank = try await database.bank(of: "RZ-1")
      let other = bank == "BA" ? "BB" : "BA"
      await #expect(throws: OfferRefusal.self) {
        try await lift("RZ-1", bank, on: "2026-01-19", database)
      }
      try await refuse(bank, on: "2026-01-20")
      try await database.financeNight("2026-01-20")
      #expect(try await open("RZ-1", superuser) == [other])
      try await database.step(.withdraw(note: nil), "RZ-1", other, "2026-01-20")
      try await lift("RZ-1", bank, on: "2026-01-21", database)
      await #expect(throws: OfferRefusal.self) {
        try await lift("RZ-1", bank, on: "2026-01-21", database)
      }
      try await database.financeNight("2026-01-21")
      #expect(try await open("RZ-1", superuser) == ["BA", "BB"])
      let now = try await database.bank(of: "RZ-1")
      try await refuse(now, on: "2026-01-21")
      try await database.financeNight("2026-01-22")
      #expect(try await open("RZ-1", superuser) == [now == "BA" ? "BB" : "BA"])
      if now == bank { try await lift("RZ-1", bank, on: "2026-01-21", database) }
    }
  }

  @Test("A share that one of two banks has declined is lifted by that bank's name")
  func share() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await MatchArrowTests.policy(["finance.split.rule": "above"], superuser)
      try await FinanceOffice.load(
        [
          "finance_requests": [
            FinanceOffice.requestHeader, FinanceOffice.request("RZ-9", 2, amount: 2400),
          ]
        ], into: database)
      try await database.financeNight("2026-01-19")
      let partner: String = try await superuser.one(
        "SELECT detail ->> 'partner' FROM report.offer WHERE request = 'RZ-9'")
      try await database.step(
        .decline(code: "industry", note: nil), "RZ-9", partner, "2026-01-20")
      func refused() async throws -> [String] {
        try await superuser.query(
          "SELECT resource FROM allocation.declined_pairs('finance', '341800') WHERE request = 'RZ-9'"
        ).decode(String.self)
      }
      #expect(try await refused() == [partner])
      try await lift("RZ-9", partner, on: "2026-01-20", database)
      #expect(try await refused() == [])
      try await database.financeNight("2026-01-20")
      let shared: Bool = try await superuser.one(
        "SELECT detail ? 'partner' FROM report.offer WHERE request = 'RZ-9' ORDER BY offer_id DESC LIMIT 1"
      )
      #expect(shared)
    }
  }
}
