import Matching
import Postgres
import TestSupport
import Testing

@testable import Allocation

/// Cities in which rotation has next to nothing to give.
@Suite("rotation at its edges")
struct RotationEdgeTests {
  private static let cities: [(name: String, change: [String: [String]], assigned: Int)] = [
    ("no institution post", ["institution_posts": [RotationOffice.postHeader]], 0),
    ("no talent", ["talents": [RotationOffice.talentHeader]], 0),
    ("no host", ["host_posts": [RotationOffice.hostHeader]], 0),
    (
      "no headcount",
      ["institution_posts": [RotationOffice.postHeader, RotationOffice.post(1, headcount: 0)]], 0
    ),
    (
      "more seats wanted than there are talents",
      ["host_posts": [RotationOffice.hostHeader, RotationOffice.host(1, max: 40, min: 40)]], 12
    ),
  ]

  @Test("Certified and verified all the same", arguments: cities.indices)
  func certified(city: Int) async throws {
    let (name, change, assigned) = Self.cities[city]
    try await Office.with(Office.empty) { database, superuser in
      try await FinanceOffice.load(
        RotationOffice.files().merging(change) { $1 }, into: database)
      let outcome = try await database.rotationNight(RotationOffice.day("2026-11-20"))
      #expect(outcome.assigned == assigned, "\(name)")
      #expect(outcome.objective == outcome.bound, "\(name)")
      let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(faults == [], "\(name)")
      let unserved: Int = try await superuser.one(
        "SELECT count(*) FROM report.unserved WHERE explanation <> ''")
      #expect(unserved == outcome.requests - assigned, "\(name)")
    }
  }

  @Test("More seats at least than at most: the import names the column and changes nothing")
  func seats() async throws {
    try await Office.with(Office.empty) { database, superuser in
      let files = RotationOffice.files().merging([
        "host_posts": [RotationOffice.hostHeader, RotationOffice.host(1, max: 1, min: 2)]
      ]) { $1 }
      let report = try await Importer(pool: database.pool).run(
        files.map { ImportText(name: "\($0.key).csv", text: $0.value.joined(separator: "\n")) })
      #expect(!report.isAccepted)
      #expect(report.faultLines().contains { $0.contains("min_seats") && $0.contains("max_seats") })
      let loaded: Int = try await superuser.one("SELECT count(*) FROM registry.regions")
      #expect(loaded == 0)
    }
  }

  @Test("What an unserved talent is told would win does win when solved again", arguments: 0..<25)
  func advice(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    let counties = ["341802", "341881", "341825"]
    let talents = (0..<7).map { number in
      RotationFixture.talent(
        "RC-\(number)",
        degree: [.doctor, .master, .bachelor][Int.random(in: 0...2, using: &random)],
        regions: Array(
          counties.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random))))
    }
    let snapshot = RotationFixture.snapshot(
      talents: talents,
      hosts: counties.indices.map {
        RotationFixture.host("RH-\($0)", min: $0 % 2, max: 1 + $0 % 2, region: counties[$0])
      },
      posts: [
        RotationFixture.post(free: 2, region: "341802"), RotationFixture.post("BZ-2", free: 1),
      ])
    let policy = RotationFixture.policy()
    let problem = try Rotation.problem(of: snapshot, policy: policy)
    let solution = try problem.decided(seed: "s").solution
    let advisor = Advisor(problem: problem, solution: solution, glossary: Rotation.glossary)
    let relaxer = try Rotation.relaxer(in: snapshot, policy: policy)
    for index in problem.requests.indices where solution.choices[index] < 0 {
      let verdict = try advisor.unserved(index, relaxer)
      let change = verdict.smallestChange
      if let row = problem.rows.first(where: { $0.name == verdict.row }), row.upper > 0 {
        let prices = Dictionary(
          uniqueKeysWithValues: zip(problem.rows.map(\.name), solution.certificate.rowPrices))
        let rows = Set(problem.requests[index].options.flatMap(\.uses).map(\.row))
        let dear = rows.filter { (prices[$0] ?? 0) ?? 0 > 0 }
        #expect(dear.isEmpty || dear.contains(row.name), "\(row.name), but \(dear) have prices")
      }
      if let score = change.score {
        let raised = problem.changing(index, score.resource, score: score.needed)
        #expect(try raised.decided(seed: "s").solution.choices[index] >= 0, "\(score)")
      }
      for figure in change.figures {
        let changed = snapshot.adding(figure.to, to: problem.requests[index].number)
        let again = try Rotation.problem(of: changed, policy: policy).decided(seed: "s")
        #expect(again.solution.choices[index] >= 0, "\(figure)")
      }
    }
  }

  @Test("A small group is not told by subtraction from what is listed beside it")
  func outcome() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      try await leave(
        superuser, talents: [(1, 1), (2, 2), (3, 2), (4, 2)] + (5...9).map { ($0, 3) })
      func listed(_ dimension: String) async throws -> [Int] {
        try await superuser.query(
          "SELECT ended FROM report.rotation_outcome WHERE dimension = \(dimension) ORDER BY ended"
        ).decode(Int.self)
      }
      // One host had one talent; its county and the city would tell, were the others listed.
      #expect(try await listed("host") == [])
      #expect(try await listed("county") == [3, 6])
      #expect(try await listed("chain") == [9])
      try await leave(superuser, talents: [(10, 1), (11, 1)])
      #expect(try await listed("host") == [3, 3, 5])
    }
  }

  /// Placements that are over: talent and host by number.
  private func leave(_ superuser: Pool, talents: [(Int, Int)]) async throws {
    try await superuser.transaction { connection in
      try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
      try await connection.execute("SET LOCAL session_replication_role = replica")
      for (talent, host) in talents {
        try await connection.execute(
          """
          WITH p AS (
            INSERT INTO rotation.placement (document_no, jurisdiction, talent, institution_post,
              starts_on, ends_on, state, state_on)
            VALUES ('文号', '341800', \("RC-\(talent)"), 'BZ-1', '2024-01-01', '2026-01-01', 'left',
              '2026-01-01') RETURNING placement_id)
          INSERT INTO rotation.posting (placement_id, posting_no, host_post, period)
          SELECT placement_id, 1, \("RH-\(host)"), daterange('2024-01-01', '2026-01-01') FROM p
          """)
      }
    }
  }
}

extension RotationSnapshot {
  /// The snapshot with a talent's counties as advised.
  fileprivate func adding(_ regions: String, to code: String) -> RotationSnapshot {
    RotationSnapshot(
      businessDate: businessDate,
      talents: talents.map { talent in
        guard talent.code == code else { return talent }
        var changed = talent
        changed.regions = regions.split(separator: ";").map(String.init)
        return changed
      }, hosts: hosts, posts: posts, declined: declined.elements)
  }
}
