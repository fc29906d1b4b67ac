import Foundation
import Matching
import Postgres
import Testing

@testable import Allocation

@Suite("The night on the sample city")
struct NightTests {
  private let date = TechVPFixture.day("2026-11-20")

  /// A digest of everything the database holds of rounds, offers and events.
  private func fingerprint(_ pool: Pool) async throws -> String {
    var parts: [String] = []
    for table in [
      "round", "round_request", "round_row", "round_option", "round_use", "round_refusal",
      "round_unserved", "round_rank", "round_matching", "offer", "outbox",
    ] {
      parts.append(
        try await pool.one(
          """
          SELECT coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '')
          FROM allocation.\(identifier: [table]) t
          """))
    }
    parts.append(try await pool.one("SELECT count(*)::text FROM audit.event"))
    return parts.joined(separator: "/")
  }

  private func offers(_ pool: Pool) async throws -> [String] {
    try await pool.query(
      "SELECT request || ' ' || resource || ' ' || score FROM report.offer ORDER BY 1"
    ).decode(String.self)
  }

  @Test("Certified rounds; the same night again changes nothing")
  func certified() async throws {
    try await Office.with(Office.city) { database, superuser in
      _ = try await Designator(pool: database.pool, actor: "test").run(
        term: try #require(Term(containing: date)), on: date)
      let night = Night(pool: database.pool, actor: "test")
      let outcomes = try await night.run(on: date)
      #expect(Set(outcomes.map(\.scope.mechanism)) == Set(Night.mechanisms.map { $0.name }))
      for outcome in outcomes {
        #expect(!outcome.wasDone)
        #expect(outcome.assigned > 0)
        #expect(Self.isCloseEnough(outcome), "\(outcome)")
        let recomputed = try await superuser.query(
          """
          SELECT recomputed_objective::text, recomputed_bound::text FROM report.certificate
          WHERE round_id = \(outcome.roundID)
          """
        ).only(String.self, String.self)
        #expect(recomputed == ("\(outcome.objective)", "\(outcome.bound)"))
      }
      let violations: Int = try await superuser.one(
        "SELECT count(*) FROM report.certificate_violation")
      #expect(violations == 0)
      let findings = try await Verification(pool: database.pool).run(.all)
      #expect(findings.count == outcomes.count)
      #expect(findings.flatMap(\.faults) == [])
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)

      try await GoldenNight.expect(superuser)

      let before = try await fingerprint(superuser)
      let again = try await night.run(on: date)
      #expect(again.filter { !$0.wasDone }.isEmpty)
      #expect(try await fingerprint(superuser) == before)
    }
  }

  /// Stability costs a few points, which the certificate states; a general round is certified within
  /// half a percent.
  private static func isCloseEnough(_ outcome: Night.Outcome) -> Bool {
    outcome.scope.mechanism == .techvp
      ? outcome.bound >= outcome.objective && outcome.status == "stable"
      : 200 * (outcome.bound - outcome.objective) <= outcome.bound
  }

  @Test("Rows in another order give the same digest and the same offers")
  func repeatable() async throws {
    var digests: [String] = []
    var results: [[String]] = []
    for reversed in [false, true] {
      try await Office.with(Office.empty) { database, superuser in
        let city = SampleCity.spreadsheets.map { reversed ? Self.reversed($0) : $0 }
        let report = try await Importer(pool: database.pool).run(city)
        #expect(report.isAccepted, "\(report.faultLines())")
        _ = try await Night(pool: database.pool, actor: "test").run(on: date)
        digests.append(
          try await superuser.one(
            "SELECT string_agg(input_digest, ' ' ORDER BY mechanism) FROM report.round"))
        results.append(try await offers(superuser))
      }
    }
    #expect(digests.first == digests.last)
    #expect(results.first == results.last)
    #expect(results.first?.isEmpty == false)
  }

  private static func reversed(_ sheet: ImportText) -> ImportText {
    let lines = sheet.text.split(separator: "\n")
    let turned = lines.prefix(1) + lines.dropFirst().reversed()
    return ImportText(name: sheet.name, text: turned.joined(separator: "\n") + "\n")
  }

  private func solved(
    _ scope: RoundScope, _ database: Database, rule: TwoSidedRule = .optimal
  ) async throws -> (SolvedRound, TechVPSnapshot) {
    // The lists are open once the dates of the night are done.
    try await database.techVPDates(scope.businessDate)
    return try await solvedAfterDates(scope, database, rule)
  }

  private func solvedAfterDates(
    _ scope: RoundScope, _ database: Database, _ rule: TwoSidedRule
  ) async throws -> (SolvedRound, TechVPSnapshot) {
    try await database.pool.withConnection { connection in
      let snapshot = try await TechVP.snapshot(in: scope, from: connection)
      let round = try SolvedRound.solve(
        TechVP.self, snapshot, scope: scope,
        policy: TechVPFixture.policy(["techvp.rule": .word(rule.rawValue)]),
        calendar: try await WorkingCalendar.load(from: connection), clock: ContinuousClock())
      return (round, snapshot)
    }
  }

  @Test("A second algorithm finds the same total")
  func secondAlgorithm() async throws {
    try await Office.with(Office.city) { database, _ in
      let scope = RoundScope(mechanism: .techvp, jurisdiction: "341800", businessDate: date)
      let (round, _) = try await solved(scope, database)
      #expect(round.solution.objective == BellmanFordFlow(round.problem).bestScore())
    }
  }

  @Test("What a losing request is told would win does win, and a point below the tie does not")
  func thresholds() async throws {
    try await Office.with(Office.city) { database, _ in
      let scope = RoundScope(mechanism: .techvp, jurisdiction: "341800", businessDate: date)
      let (round, snapshot) = try await solved(scope, database)
      let losers = round.unserved.filter { $0.smallestChange.score != nil }.prefix(4)
      #expect(losers.count == 4)
      for loser in losers {
        let change = try #require(loser.smallestChange.score)
        for (score, wins) in [(change.needed, true), (change.needed - 2, false)] {
          let changed = round.problem.changing(loser.request, change.resource, score: score)
          let solution = try Engine.solve(changed.matchingProblem(seed: round.seed))
          #expect((solution.choices[loser.request] >= 0) == wins)
        }
      }
      try adviceHolds(round, snapshot)
    }
  }

  /// Each advised change of a figure, made in the snapshot itself, serves the request.
  private func adviceHolds(_ round: SolvedRound, _ snapshot: TechVPSnapshot) throws {
    let advised = round.unserved.filter { !$0.smallestChange.figures.isEmpty }.prefix(3)
    #expect(!advised.isEmpty)
    for loser in advised {
      for change in loser.smallestChange.figures {
        let problem = try TechVP.problem(
          of: snapshot.changing(round.problem.requests[loser.request].number, change),
          policy: TechVPFixture.policy())
        let solution = try Engine.solve(problem.matchingProblem(seed: round.seed))
        #expect(solution.choices[loser.request] >= 0, "\(change)")
      }
    }
  }

  @Test("Under stability too, what a losing request is told would win does win")
  func stableThresholds() async throws {
    try await Office.with(Office.city) { database, _ in
      let scope = RoundScope(mechanism: .techvp, jurisdiction: "341800", businessDate: date)
      let (round, snapshot) = try await solved(scope, database, rule: .stable)
      #expect(round.solution.status == .stable)
      #expect(!round.filedRanks.isEmpty)
      let losers = round.unserved.filter { $0.reason == .unstable }
      #expect(!losers.isEmpty)
      for loser in losers.prefix(6) {
        #expect(loser.explanation[.chinese]?.contains("已配") == true)
        guard let change = loser.smallestChange.score else { continue }
        let changed = round.problem.changing(loser.request, change.resource, score: change.needed)
        let again = try changed.decided(seed: round.seed).solution.choices
        #expect(again[loser.request] >= 0)
      }
      for loser in losers.filter({ !$0.smallestChange.figures.isEmpty }).prefix(3) {
        for change in loser.smallestChange.figures where change.rule != "rank" {
          let problem = try TechVP.problem(
            of: snapshot.changing(round.problem.requests[loser.request].number, change),
            policy: TechVPFixture.policy(["techvp.rule": .word("stable")]))
          let again = try problem.decided(seed: round.seed).solution.choices
          #expect(again[loser.request] >= 0, "\(change)")
        }
      }
    }
  }

  @Test("Two nights at once: one computes, the other finds it done or is told to try again")
  func concurrent() async throws {
    try await Office.with(Office.city) { database, superuser in
      let results = await withTaskGroup(of: Result<Bool, any Error>.self) { group in
        for _ in 0..<4 {
          group.addTask {
            do {
              let outcomes = try await Night(pool: database.pool, actor: "test").run(
                on: date, mechanisms: [.techvp])
              return .success(outcomes.contains { !$0.wasDone })
            } catch let error as NightError {
              return .failure(error.failures.first?.error ?? error)
            } catch {
              return .failure(error)
            }
          }
        }
        var results: [Result<Bool, any Error>] = []
        for await result in group { results.append(result) }
        return results
      }
      var computed = 0
      for result in results {
        switch result {
        case .success(let isNew): computed += isNew ? 1 : 0
        case .failure(let error): #expect(error as? RoundError != nil, "\(error)")
        }
      }
      #expect(computed == 1)
      let rounds: Int = try await superuser.one("SELECT count(*) FROM allocation.round")
      #expect(rounds == 1)
    }
  }

  @Test("A night that fails half-way leaves nothing and succeeds later")
  func halfWay() async throws {
    try await Office.with(Office.city) { database, superuser in
      try await superuser.execute("REVOKE INSERT ON allocation.offer FROM yaosu_service")
      // What dates alone do is done and told before the round, and stays: lists of ranks are open.
      try await database.techVPDates(date)
      let before = try await fingerprint(superuser)
      await #expect(throws: NightError.self) {
        try await Night(pool: database.pool, actor: "test").run(
          on: date, mechanisms: [.techvp])
      }
      #expect(try await fingerprint(superuser) == before)
      try await superuser.execute("GRANT INSERT ON allocation.offer TO yaosu_service")
      let outcomes = try await Night(pool: database.pool, actor: "test").run(
        on: date, mechanisms: [.techvp])
      #expect(outcomes.map(\.wasDone) == [false])
    }
  }

  @Test("Live offers shrink the next night's capacity; unanswered ones expire and free it again")
  func laterNights() async throws {
    try await Office.with(Office.city) { database, superuser in
      let night = Night(pool: database.pool, actor: "test")
      let first = try #require(try await night.run(on: date, mechanisms: [.techvp]).first)
      let next = try #require(
        try await night.run(on: date.adding(days: 1), mechanisms: [.techvp]).first)
      #expect(next.requests == first.requests - first.assigned)
      let due: DateOnly = try await superuser.one("SELECT max(due_on) FROM report.offer")
      #expect(due == TechVPFixture.day("2026-11-27"))
      let onDueDay = try #require(try await night.run(on: due, mechanisms: [.techvp]).first)
      #expect(onDueDay.requests == next.requests)
      let after = try #require(
        try await night.run(on: due.adding(days: 1), mechanisms: [.techvp]).first)
      #expect(after.requests == first.requests)
      // Each night draws its own lottery, and stable matchings of other ties may serve one more or less.
      #expect(abs(after.assigned - first.assigned) <= 2)
      let states = try await superuser.query(
        "SELECT state, count(*) FROM report.offer GROUP BY state ORDER BY state"
      ).decode(String.self, Int.self)
      #expect(states.map(\.0) == ["expired", "offered"])
      let findings = try await Verification(pool: database.pool).run(.all)
      #expect(findings.flatMap(\.faults).isEmpty)
    }
  }

  @Test("A declined pair is not offered again; a conflict of interest never")
  func ruledOut() async throws {
    try await Office.with(Office.city) { database, superuser in
      let night = Night(pool: database.pool, actor: "test")
      _ = try await night.run(on: date, mechanisms: [.techvp])
      let (request, expert) = try await superuser.query(
        "SELECT request, resource FROM report.offer ORDER BY request LIMIT 1"
      ).only(String.self, String.self)
      let (other, rival, uscc) = try await superuser.query(
        "SELECT request, resource, uscc FROM report.offer ORDER BY request DESC LIMIT 1"
      ).only(String.self, String.self, String.self)
      try await database.pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "test", reason: "test", action: "decline"))
        try await connection.execute(
          """
          UPDATE allocation.offer SET state = 'declined', answered_by = 'test',
            answered_on = \(date), answer_code = 'not_interested'
          WHERE request IN (\(request), \(other))
          """
        )
        try await connection.execute(
          """
          INSERT INTO registry.conflicts_of_interest (uscc, expert, kind, evidence, since)
          VALUES (\(uscc), \(rival), 'owned', '工商登记', '2020-01-01')
          """)
      }
      _ = try await night.run(on: date.adding(days: 1), mechanisms: [.techvp])
      let pairs = try await superuser.query(
        """
        SELECT request, resource, rule FROM report.refusal
        WHERE (request, resource) IN ((\(request), \(expert)), (\(other), \(rival)))
          AND rule IN ('declined', 'conflict') ORDER BY request, rule
        """
      ).decode(String.self, String.self, String.self)
      #expect(pairs.filter { $0.0 == request }.map(\.2) == ["declined"])
      #expect(pairs.filter { $0.0 == other }.map(\.2) == ["conflict", "declined"])
    }
  }
}
