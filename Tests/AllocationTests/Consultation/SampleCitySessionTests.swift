import Postgres
import Testing

@testable import Allocation

@Suite("A session on the sample city")
struct SampleCitySessionTests {
  private let friday = LandFixture.day("2026-11-27")
  private let saturday = LandFixture.day("2026-11-28")
  private let until = LandFixture.day("2027-03-31")

  @Test(
    "One decision of each kind changes the next round as decided, and as the plain what-if foretold"
  )
  func scripted() async throws {
    try await Office.with(Office.city) { database, superuser in
      try await LandTown.night(database, on: friday)
      let script = try await script(database)
      #expect(
        Set(script.map(\.motion.decision.kind)) == Set(Decision.Kind.allCases))
      let base = try await database.pool.withConnection {
        try await LandWhatIf.Base.find(on: nil, jurisdiction: nil, from: $0)
      }
      let offered = try await LandTown.awards(superuser)
      #expect(Set(base.standing.map(\.request.number)) == Set(offered.keys))
      let foretold = try LandWhatIf(script.flatMap(\.changes), on: base)
      let desk = try await LandTown.openSession(database)
      for step in script { _ = try await desk.record(step.motion, session: saturday, by: "office") }
      let id = try await LandTown.night(database, on: saturday)
      let gained = foretold.difference.gains.compactMap { turn in
        turn.after.map { "\(turn.request) \($0.resource) \($0.amount.reduced)" }
      }
      #expect(try await awards(of: id, superuser) == gained.sorted())
      #expect(!gained.isEmpty)
      #expect(foretold.difference.losses.isEmpty && foretold.difference.moves.isEmpty)
      #expect(foretold.withdrawn.isEmpty)
      let after = try await LandTown.awards(superuser)
      #expect(offered.allSatisfy { after[$0.key] == $0.value })
      try await checkDecided(script.map(\.motion.decision), id, superuser)
      let findings = try await Verification(pool: database.pool).run(.all)
      #expect(findings.flatMap(\.faults) == [])
      let listed = try await superuser.query(
        "SELECT what || ' ' || detail FROM report.certificate_violation"
      ).decode(String.self)
      #expect(listed == [])
    }
  }

  private struct Step {
    let motion: Motion
    let changes: [LandChange]
  }

  /// What the round and the session gave: the Friday's live offers are not asked again.
  private func awards(of round: Int, _ pool: Pool) async throws -> [String] {
    try await pool.query(
      """
      SELECT request || ' ' || resource || ' ' || trim_scale(amount) FROM allocation.offer
      WHERE round_id = \(round) OR decision_id IS NOT NULL ORDER BY 1
      """
    ).decode(String.self)
  }

  /// Decisions about what blocks the Friday's unserved requests, each with the same as changes.
  private func script(_ database: Database) async throws -> [Step] {
    let round = try await database.pool.withConnection {
      try await AgendaRound.latest(upTo: saturday, jurisdiction: "341800", from: $0)
    }
    let blocks = try BlockFinder(
      snapshot: round.snapshot, policy: round.policy, problem: round.problem,
      choices: round.choices
    ).blocks()
    func number(_ block: Block) -> String { round.problem.requests[block.request].number }
    let quota = try #require(blocks.first { $0.isOfQuota })
    let threshold = try #require(
      blocks.first { block in
        block.cause == .belowThreshold
          && block.figures.rules?.allSatisfy { ["investment", "tax"].contains($0.rule) } == true
      })
    let others = blocks.map(number).filter { $0 != number(quota) && $0 != number(threshold) }
    let quotas = try await free(database)
    return try transfers(quota, quotas) + [allocation(quota, number(quota))]
      + waivers(threshold, number(threshold)) + [
        Step(
          motion: Motion(.defer(request: others[0], until: until)),
          changes: [.putOff(request: others[0], until: until)]),
        Step(
          motion: Motion(.refuse(request: others[1], reason: "low_benefit", legalBasis: "某条例")),
          changes: [.refuse(request: others[1])]),
        Step(
          motion: Motion(
            .assignTask(
              department: "office", due: .workingDays(5), request: others[2], parcel: nil),
            note: "另选地块"), changes: []),
      ]
  }

  private func free(_ database: Database) async throws -> [LandQuota] {
    try await database.pool.withConnection {
      try await Land.snapshot(
        in: RoundScope(mechanism: .land, jurisdiction: "341800", businessDate: saturday), from: $0)
    }.quotas
  }

  /// What a request lacks, from the county that has most of it.
  private func transfers(_ block: Block, _ quotas: [LandQuota]) throws -> [Step] {
    try #require(block.figures.shortages).map { shortage in
      let parts = shortage.row.split(separator: ":").map(String.init)
      let amount = try LandArea.mu(
        LandArea.units(LandFixture.mu(shortage.needed))
          - LandArea.units(LandFixture.mu(shortage.free)))
      let same = quotas.filter { $0.kind.rawValue == parts[0] }
      let taker = try #require(same.first { $0.region == parts[1] })
      let giver = try #require(
        same.filter { $0.region != parts[1] }.max { $0.free < $1.free })
      func code(_ quota: LandQuota) -> String { String(quota.lot.dropFirst("quota:".count)) }
      return Step(
        motion: Motion(
          .adjustQuota(
            from: code(giver), to: code(taker), amount: amount, documentNumber: "宣自然资〔2026〕9号")),
        changes: [
          .quota(.lot(giver.lot), by: LandArea.mu(-(try LandArea.units(amount)))),
          .quota(.lot(taker.lot), by: amount),
        ])
    }
  }

  private func allocation(_ block: Block, _ request: String) throws -> Step {
    let parcel = try #require(block.figures.parcel)
    let area = LandFixture.mu(try #require(block.figures.area))
    return Step(
      motion: Motion(.allocate(request: request, parcel: parcel, area: area)),
      changes: [.pin(.init(request: request, parcel: parcel, area: area))])
  }

  /// The thresholds of the nearest parcel, and the parcel kept for the request.
  private func waivers(_ block: Block, _ request: String) throws -> [Step] {
    let parcel = try #require(block.figures.parcel)
    let hold = Step(
      motion: Motion(.holdParcel(parcel: parcel, request: request, until: until)),
      changes: [.hold(parcel: parcel, ParcelHold(until: until, request: request))])
    return try #require(block.figures.rules).map { rule in
      let threshold = try #require(LandWaiver.Threshold(rawValue: rule.rule))
      return Step(
        motion: Motion(
          .waiveThreshold(request: request, threshold: threshold, parcel: parcel, until: nil)),
        changes: [.waive(LandWaiver(request: request, threshold: threshold, parcel: parcel))])
    } + [hold]
  }

  /// Each decision, seen in the data and in the round's rules.
  private func checkDecided(_ decisions: [Decision], _ round: Int, _ pool: Pool) async throws {
    for decision in decisions {
      let holds: Bool =
        switch decision {
        case .allocate(let request, let parcel, let area):
          try await pool.one(
            """
            SELECT EXISTS (SELECT FROM report.offer WHERE state = 'accepted'
              AND (request, resource, amount) = (\(request), \(parcel), \(area)::numeric))
            """)
        case .defer(let request, _), .refuse(let request, _, _):
          try await pool.one(
            """
            SELECT EXISTS (SELECT FROM report.refusal
              WHERE (round_id, request, rule) = (\(round), \(request), 'closed'))
            """)
        case .waiveThreshold(let request, let threshold, let parcel, _):
          try await pool.one(
            """
            SELECT NOT EXISTS (SELECT FROM report.refusal WHERE round_id = \(round)
              AND (request, rule, resource) = (\(request), \(threshold.rawValue), \(parcel)))
            """)
        case .holdParcel(let parcel, let request, _):
          try await pool.one(
            """
            SELECT NOT EXISTS (SELECT FROM report.offer WHERE round_id = \(round)
              AND resource = \(parcel) AND request <> \(request))
            """)
        case .adjustQuota(_, let to, let amount, _):
          try await pool.one(
            """
            SELECT EXISTS (SELECT FROM allocation.movement WHERE cause = 'transfer'
              AND (to_lot, amount) = ('quota:' || \(to), \(amount)::numeric))
            """)
        case .assignTask:
          try await pool.one("SELECT count(*) = 1 FROM report.task WHERE state = 'open'")
        }
      #expect(holds, "\(decision)")
    }
  }
}

extension Block {
  /// Whether quotas are all that is missing.
  fileprivate var isOfQuota: Bool {
    [.constructionLand, .farmlandBalance, .energy].contains(cause)
  }
}
