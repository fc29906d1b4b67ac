import Postgres
import Testing

@testable import Allocation

/// Cities in which Tech VP has next to nothing to give, and lists that cannot be.
@Suite("techvp at its edges")
struct TechVPEdgeTests {
  private static let experts =
    "code,name,university,title,fields,regions,available_from,days_per_month,past_projects"
  private static let rankings = "side,request,expert,rank"

  private static let cities: [(name: String, change: [String: [String]], assigned: Int)] = [
    ("no expert", ["experts": [experts], "expert_rankings": [rankings]], 0),
    (
      "no request",
      ["expert_requests": [TechVPOffice.requestHeader], "expert_rankings": [rankings]], 0
    ),
    (
      "caps of 0",
      ["universities": ["code,name,max_experts", "4134010359,合肥工业大学,0", "4134010357,安徽大学,0"]], 0
    ),
    (
      "one cap of 0",
      ["universities": ["code,name,max_experts", "4134010359,合肥工业大学,0", "4134010357,安徽大学,2"]], 2
    ),
    ("no lists", ["expert_rankings": [rankings]], 5),
  ]

  @Test("Stable, certified and explained all the same", arguments: cities.indices)
  func certified(city: Int) async throws {
    let (name, change, assigned) = Self.cities[city]
    try await Office.with(Office.empty) { database, superuser in
      try await FinanceOffice.load(TechVPOffice.files().merging(change) { $1 }, into: database)
      let outcome = try await database.techVPNight(TechVPOffice.start)
      #expect(outcome.assigned == assigned, "\(name)")
      #expect(outcome.status == "stable", "\(name)")
      let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(faults == [], "\(name)")
      let counts = try await superuser.query(
        """
        SELECT (SELECT count(*) FROM report.blocking_pair),
          (SELECT count(*) FROM report.unserved WHERE explanation <> '')
        """
      ).only(Int.self, Int.self)
      #expect(counts == (0, outcome.requests - assigned), "\(name)")
    }
  }

  @Test(
    "A list that names somebody unknown, or somebody twice, is refused as a whole",
    arguments: [
      (["expert,KJ-0,ZJ-99,1"], "ZJ-99"), (["enterprise,KJ-99,ZJ-0,1"], "KJ-99"),
      (["expert,KJ-0,ZJ-2,1", "expert,KJ-0,ZJ-2,2"], "KJ-0/ZJ-2"),
      (["expert,KJ-0,ZJ-2,0"], "rank"), (["university,KJ-0,ZJ-2,1"], "side"),
    ])
  func lists(rows: [String], named: String) async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      let text = ([Self.rankings] + rows).joined(separator: "\n")
      let report = try await Importer(pool: database.pool).run([
        ImportText(name: "expert_rankings.csv", text: text)
      ])
      #expect(!report.isAccepted)
      #expect(report.faultLines().contains { $0.contains(named) }, "\(report.faultLines())")
      let lists: Int = try await superuser.one("SELECT count(*) FROM registry.expert_rankings")
      #expect(lists == 4)
    }
  }
}
