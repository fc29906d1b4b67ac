import Postgres
import Testing

@testable import Allocation

@Suite("One expert, two offers")
struct ExpertRaceTests {
  private let scope = RoundScope(
    mechanism: .techvp, jurisdiction: "341800", businessDate: TechVPOffice.start)

  @Test("Two offers of one expert at the same instant: one is written, the other gets the cause")
  func offers() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      for expert in 0..<5 {
        let round = try await emptyRound(superuser, day: expert)
        let results = await withTaskGroup(of: String.self) { group in
          for rival in [expert, expert + 1] {
            group.addTask {
              do {
                try await offer("KJ-\(rival)", rival, "ZJ-\(expert)", of: round, database)
                return "offered"
              } catch let error as PostgresError {
                return AppointmentRefusal(error, expert: "ZJ-\(expert)")?.code ?? "\(error)"
              } catch { return "\(error)" }
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.sorted() == ["expert_busy", "offered"])
        let live = try await superuser.query(
          """
          SELECT count(*), (SELECT count(*) FROM techvp.appointment
            WHERE expert = o.resource AND state = 'offered')
          FROM allocation.offer o WHERE resource = \("ZJ-\(expert)") GROUP BY resource
          """
        ).only(Int.self, Int.self)
        #expect(live == (1, 1))
        try await withdraw(superuser)
      }
    }
  }

  private func offer(
    _ request: String, _ enterprise: Int, _ expert: String, of round: Int, _ database: Database
  ) async throws {
    var found = TechVPFixture.expert(expert)
    found.code = expert
    let offer = Offer(
      request: request, uscc: FinanceOffice.enterprises[enterprise % 8],
      option: TechVPMarket.Candidate(found).option(score: 1, ranks: .init()),
      department: "university:4134010359",
      deadline: Deadline(day: TechVPFixture.day("2026-01-19"), isProvisional: false), holdings: [])
    try await database.pool.transaction { connection in
      try await connection.beginEvent(Cause(actor: request, reason: expert, action: "offer"))
      try await OfferStore(connection).store([offer], of: round, in: scope)
    }
  }

  /// A round without requests, for offers to belong to.
  private func emptyRound(_ superuser: Pool, day: Int) async throws -> Int {
    try await superuser.transaction { connection in
      try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
      return try await connection.query(
        """
        INSERT INTO allocation.round (mechanism, jurisdiction, business_date, kind, status,
          policy_version, seed, input_digest, content_digest, requests, options, assigned, objective,
          bound, certificate, scale, algorithm, solve_ms, started_at, finished_at)
        VALUES ('techvp', '341800', \(scope.businessDate.adding(days: -day)), 'nightly', 'stable', 1,
          's', repeat('0', 64), repeat('0', 64), 0, 0, 0, 0, 0, 'price', 1, 't', 0, now(), now())
        RETURNING round_id
        """
      ).only(Int.self)
    }
  }

  private func withdraw(_ superuser: Pool) async throws {
    try await superuser.transaction { connection in
      try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
      try await connection.execute(
        "UPDATE allocation.offer SET state = 'withdrawn' WHERE state = 'offered'")
    }
  }

  @Test("Nights of two days at the same instant never offer an expert or a request twice")
  func nights() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      await withTaskGroup(of: Void.self) { group in
        for day in 0..<3 {
          group.addTask {
            // A night that loses the race says so and can be run again.
            _ = try? await database.techVPNight(TechVPOffice.start.adding(days: day))
          }
        }
      }
      for day in 0..<3 { try await database.techVPNight(TechVPOffice.start.adding(days: day)) }
      let twice: Int = try await superuser.one(
        """
        SELECT count(*) FROM allocation.offer a JOIN allocation.offer b
          ON a.offer_id < b.offer_id AND (a.resource = b.resource OR a.request = b.request)
        WHERE a.state = 'offered' AND b.state = 'offered'
        """)
      #expect(twice == 0)
      let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(faults == [])
    }
  }

  @Test("A university declines for a reason of declining, not for one that ends a term")
  func reasons() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(TechVPOffice.start)
      let (offer, university) = try await superuser.query(
        "SELECT offer_id, department FROM allocation.offer ORDER BY offer_id LIMIT 1"
      ).only(Int.self, String.self)
      func decline(_ code: String) async throws {
        try await OfferDesk(pool: database.pool).answer(
          offer, OfferAnswer(.decline, by: university, code: code, on: TechVPOffice.start))
      }
      for code in ["completed", "renewed", "ended", "failed_review", "days_short", "price"] {
        await #expect(throws: OfferRefusal.self, "\(code)") { try await decline(code) }
      }
      try await decline("not_released")
      let state: String = try await superuser.one(
        "SELECT state FROM techvp.appointment WHERE offer_id = \(offer)")
      #expect(state == "lapsed")
    }
  }
}
