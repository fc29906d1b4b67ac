import Matching
import Postgres
import Testing

@testable import Allocation

@Suite("Nights of people on the sample city")
struct PeopleNightTests {
  private let date = TechVPFixture.day("2026-11-20")

  @Test("Under “optimal” a Tech VP night is certified without a gap, and verify agrees")
  func optimal() async throws {
    try await Office.with(Office.city) { database, superuser in
      for statement: SQL in [
        "ALTER TABLE policy.parameters DISABLE TRIGGER USER",
        "UPDATE policy.parameters SET word = 'optimal' WHERE name = 'techvp.rule'",
        "ALTER TABLE policy.parameters ENABLE TRIGGER USER",
      ] { try await superuser.execute(statement) }
      let outcome = try await database.techVPNight(date)
      #expect(outcome.status == "optimal" && outcome.objective == outcome.bound)
      let recomputed = try await superuser.query(
        "SELECT gap::bigint, recomputed_objective::bigint, recomputed_bound::bigint FROM report.certificate"
      ).only(Int64.self, Int64.self, Int64.self)
      #expect(recomputed == (0, outcome.objective, outcome.bound))
      let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(faults == [])
      // What stability would have given stands beside it.
      let prices = try await superuser.query(
        "SELECT matching, is_chosen, price::bigint FROM report.price_of_stability ORDER BY matching"
      ).decode(String.self, Bool.self, Int64.self)
      #expect(prices.map(\.0) == ["optimal", "request_optimal", "resource_optimal"])
      #expect(prices.filter(\.1).map(\.0) == ["optimal"])
      #expect(prices.dropFirst().allSatisfy { $0.2 > 0 })
    }
  }

  @Test("Three runs on shuffled files give the same people")
  func shuffled() async throws {
    var runs: Set<[String]> = []
    for seed in 1...3 {
      try await Office.with(Office.empty) { database, superuser in
        var random = SplitMix(seed: UInt64(seed))
        let city = SampleCity.spreadsheets.shuffled(using: &random).map { sheet in
          let lines = sheet.text.split(separator: "\n")
          let mixed = lines.prefix(1) + lines.dropFirst().shuffled(using: &random)
          return ImportText(name: sheet.name, text: mixed.joined(separator: "\n") + "\n")
        }
        let report = try await Importer(pool: database.pool).run(city)
        #expect(report.isAccepted, "\(report.faultLines())")
        let outcomes = try await Night(pool: database.pool, actor: "test").run(
          on: date, mechanisms: [.techvp, .rotation])
        #expect(outcomes.map(\.status) == ["stable", "optimal"])
        #expect(outcomes.last.map { $0.objective == $0.bound && $0.assigned > 0 } == true)
        if seed == 1 {
          let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
          #expect(faults == [])
          let blocking: Int = try await superuser.one("SELECT count(*) FROM report.blocking_pair")
          #expect(blocking == 0)
        }
        runs.insert(
          try await superuser.query(
            """
            SELECT request || ' ' || resource || ' ' || detail::text FROM report.offer
            UNION ALL SELECT mechanism || ' ' || input_digest || content_digest FROM report.round
            ORDER BY 1
            """
          ).decode(String.self))
      }
    }
    #expect(runs.count == 1)
    #expect((runs.first?.count ?? 0) > 100)
  }
}
