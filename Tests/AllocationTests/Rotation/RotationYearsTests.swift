import Postgres
import Testing

@testable import Allocation

/// Four years and more of nights, with what people report in between.
@Suite("four years of rotation", .serialized)
struct RotationYearsTests {
  private typealias Desk = PlacementDesk

  /// Something that people report of one talent.
  private struct Report {
    let date: DateOnly
    let act: @Sendable (Desk) async throws -> Void
  }

  private static let first = RotationOffice.day("2026-11-20")
  private static let last = RotationOffice.day("2031-02-01")

  @Test("Daily nights: every state, no promise broken, all settled or left, no reminder twice")
  func daily() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      try await Self.live(database, nightEvery: 1) { date in
        if date.day == 1 { try await Self.checkHeadcount(superuser, from: date) }
      }
      try await Self.checkEnd(superuser)
      try await Self.checkAudit(database, superuser)
    }
  }

  @Test("Nights that come every fifty days leave the same behind")
  func delayed() async throws {
    var endings: [[String]] = []
    for interval in [7, 50] {
      try await Office.with(RotationOffice.small) { database, superuser in
        try await Self.live(database, nightEvery: interval) { _ in }
        endings.append(try await Self.ending(superuser))
      }
    }
    let (weekly, rare) = (Set(endings[0]), Set(endings[1]))
    #expect(weekly.symmetricDifference(rare).sorted() == [])
    #expect(!weekly.isEmpty)
  }

  /// A round, answers, and then the years.
  private static func live(
    _ database: Database, nightEvery interval: Int,
    _ check: (DateOnly) async throws -> Void
  ) async throws {
    try await database.rotationNight(first)
    try await database.acceptOffers(
      of: (1...11).map { "RC-\($0)" }, on: first.adding(days: 3))
    try await database.rotationNight(first.adding(days: 20))
    try await database.withdrawOffers(on: first.adding(days: 20))
    let reports = try await reports(database)
    let desk = Desk(pool: database.pool)
    var date = first.adding(days: 21)
    while date <= last {
      for report in reports where report.date == date { try await report.act(desk) }
      if first.days(until: date) % interval == 0 || date == last {
        try await database.movePlacements(on: date)
      }
      try await check(date)
      date = date.adding(days: 1)
    }
  }

  /// What will be reported of whom: early ends and changes of host, reviews as they fall due, and each
  /// sort of choice.
  private static func reports(_ database: Database) async throws -> [Report] {
    let placements = try await database.pool.query(
      """
      SELECT talent, institution_post, starts_on, ends_on FROM rotation.placement
      WHERE state <> 'lapsed' ORDER BY talent COLLATE "C"
      """
    ).decode(String.self, String.self, DateOnly.self, DateOnly.self)
    var random = SplitMix(seed: 20_261_120)
    var reports: [Report] = []
    for (index, (talent, post, start, end)) in placements.enumerated() {
      if index == 0 {
        reports.append(
          Report(date: start.adding(days: 200)) {
            try await $0.end(
              talent, code: "resigned", consequence: "退还安家费", on: start.adding(days: 200), by: "t")
          })
        continue
      }
      let extends = index == 1 && start.adding(months: 36) > end
      reports += self.reviews(talent, start, end, using: &random)
      if index == 2 || index == 3 {
        reports.append(
          Report(date: start.adding(days: 150)) { desk in
            for host in ["RH-1", "RH-2", "RH-3"] {
              let moved: Void? = try? await desk.changeHost(
                talent, to: host, code: "conflict", on: start.adding(days: 150), by: "t")
              if moved != nil { return }
            }
          })
      }
      let choices: [Desk.Decision?] = [
        .extend(months: 6), .stay, .institutionPost(wishes: ["BZ-2", "BZ-3"]),
        .institutionPost(wishes: ["BZ-3", "BZ-1"]), .leave, nil,
        .institutionPost(wishes: ["BZ-1"]), .stay,
      ]
      let choice = extends ? choices[0] : choices[1 + (index + post.count) % 7]
      reports += self.choice(talent, choice, end, using: &random)
      if extends { reports += self.choice(talent, .leave, end.adding(months: 6), using: &random) }
    }
    return reports
  }

  private static func reviews(
    _ talent: String, _ start: DateOnly, _ end: DateOnly, using random: inout SplitMix
  ) -> [Report] {
    var reports: [Report] = []
    for number in 1...5 where start.adding(months: 6 * number) < end {
      let day = start.adding(months: 6 * number).adding(
        days: Int.random(in: -3...1, using: &random))
      let grade = Placement.Grade.allCases[Int.random(in: 0...2, using: &random)]
      reports.append(
        Report(date: day) { try await $0.review(talent, grade: grade, on: day, by: "t") })
    }
    return reports
  }

  private static func choice(
    _ talent: String, _ decision: Desk.Decision?, _ end: DateOnly, using random: inout SplitMix
  ) -> [Report] {
    guard let decision else { return [] }
    let day = end.adding(days: -Int.random(in: 5...60, using: &random))
    return [
      Report(date: day) { try await $0.choose(talent, decision, on: day, by: "t") }
    ]
  }

  /// Counts promises and occupied posts anew, from the placements alone, in every month ahead.
  private static func checkHeadcount(_ superuser: Pool, from date: DateOnly) async throws {
    let heads = Dictionary(
      try await superuser.query(
        "SELECT code::text, headcount::bigint FROM registry.institution_posts"
      )
      .decode(String.self, Int.self), uniquingKeysWith: { first, _ in first })
    let placements = try await superuser.query(
      "SELECT state, institution_post, settled_post, starts_on, state_on FROM rotation.placement"
    ).decode(String.self, String.self, String?.self, DateOnly.self, DateOnly.self)
    for ahead in 0..<40 {
      let end = date.adding(months: ahead + 1)
      var taken: [String: Int] = [:]
      for (state, promised, settled, start, since) in placements {
        switch state {
        case "lapsed", "left": continue
        case "settled":
          if let settled, since < end { taken[settled, default: 0] += 1 }
        default: if start < end { taken[promised, default: 0] += 1 }
        }
      }
      for (post, count) in taken { #expect(count <= heads[post, default: 0], "\(post) \(end)") }
    }
    let over: Int = try await superuser.one(
      """
      SELECT count(*) FROM report.headcount
      WHERE worst_case > headcount OR worst_case <> occupied + promised
      """)
    #expect(over == 0)
  }

  private static func checkEnd(_ superuser: Pool) async throws {
    let reached: [String] = try await superuser.query(
      "SELECT DISTINCT state FROM rotation.placement_step ORDER BY state"
    ).decode(String.self)
    #expect(reached == Placement.State.allCases.map(\.rawValue).sorted())
    let open: Int = try await superuser.one(
      "SELECT count(*) FROM rotation.placement WHERE state NOT IN ('settled', 'left', 'lapsed')")
    #expect(open == 0)
    let choices: Int = try await superuser.one(
      "SELECT count(DISTINCT choice) FROM rotation.placement WHERE choice IS NOT NULL")
    #expect(choices == 3)  // stay, institution post, leave; an extension was used up
    let changed: Int = try await superuser.one(
      "SELECT count(*) FROM report.placement WHERE host_changes > 0")
    #expect(changed > 0)
    let settlements = try await superuser.query(
      "SELECT count(*), (SELECT count(*) FROM report.settlement_violation) FROM rotation.settlement"
    ).only(Int.self, Int.self)
    #expect(settlements.0 > 0 && settlements.1 == 0)
    try await checkReminders(superuser)
    let offers: Int = try await superuser.one(
      """
      SELECT count(*) FROM allocation.offer o JOIN rotation.placement p USING (offer_id)
      WHERE (p.state = 'left') <> (o.state = 'released')
        OR (p.state = 'settled') <> (o.state = 'accepted')
      """)
    #expect(offers == 0)
    let outcome = try await superuser.query(
      "SELECT count(*), bool_and(ended >= 3 AND ended = stayed + returned + left_count) FROM report.rotation_outcome"
    ).only(Int.self, Bool.self)
    #expect(outcome.0 > 0 && outcome.1)
  }

  /// One reminder for each review that came into sight, each choice that opened and each silence.
  private static func checkReminders(_ superuser: Pool) async throws {
    let counts = try await superuser.query(
      """
      SELECT kind, count(*), count(DISTINCT (subject, due_on)) FROM allocation.outbox
      WHERE mechanism = 'rotation' GROUP BY kind ORDER BY kind
      """
    ).decode(String.self, Int.self, Int.self)
    for (kind, all, distinct) in counts { #expect(all == distinct, "\(kind)") }
    let expected = try await superuser.query(
      """
      SELECT 'review_due', count(*) FROM rotation.review
      UNION ALL SELECT 'settled_by_default', count(*) FROM rotation.placement
        WHERE settled_post IS NOT NULL AND choice IS NULL
      UNION ALL SELECT 'term_ending', count(*) FROM rotation.placement_step
        WHERE state = 'term_ending'
      """
    ).decode(String.self, Int.self)
    #expect(counts.map(\.0) == expected.map(\.0))
    #expect(counts.map(\.1) == expected.map(\.1))
  }

  /// The tables are rebuilt from the audit's events, and each recorded step is a version that it has.
  private static func checkAudit(_ database: Database, _ superuser: Pool) async throws {
    try await AuditReplay.expectSame(
      "rotation",
      [
        ("placement", "placement_id"), ("placement_step", "placement_id,step"),
        ("posting", "placement_id,posting_no"), ("review", "placement_id,review_no"),
        ("settlement", "settlement_id"), ("settlement_post", "settlement_id,institution_post"),
        ("settlement_wish", "settlement_id,placement_id,position"),
      ], superuser)
    // Each recorded step is a version that the audit still has, state and day alike.
    let missing: Int = try await superuser.one(
      """
      SELECT count(*) FROM rotation.placement_step s
      WHERE NOT EXISTS (
        SELECT FROM rotation.placement p
        WHERE (p.placement_id, p.state, p.state_on) = (s.placement_id, s.state, s.reached_on))
        AND NOT EXISTS (
          SELECT FROM audit.row_history h
          WHERE h.table_name = 'rotation.placement'
            AND (h.old_row ->> 'placement_id')::bigint = s.placement_id
            AND h.old_row ->> 'state' = s.state
            AND (h.old_row ->> 'state_on')::date = s.reached_on)
      """)
    #expect(missing == 0)
    let breaks: Int = try await superuser.one("SELECT count(*) FROM audit.chain_break()")
    #expect(breaks == 0)
  }

  /// Everything that time has brought about, without when a night noticed it; nobody is reminded of a
  /// choice that was made before a night came.
  private static func ending(_ superuser: Pool) async throws -> [String] {
    try await superuser.query(
      """
      SELECT concat_ws(' ', p.talent, s.step, s.state, s.reached_on, p.settled_post, p.ends_on)
      FROM rotation.placement_step s JOIN rotation.placement p USING (placement_id)
      UNION ALL
      SELECT concat_ws(' ', p.talent, 'review', r.review_no, r.due_on, r.grade, r.reviewed_on)
      FROM rotation.review r JOIN rotation.placement p USING (placement_id)
      UNION ALL
      SELECT concat_ws(' ', 'reminder', payload ->> 'talent', kind, due_on) FROM allocation.outbox
      WHERE kind <> 'term_ending'
      UNION ALL
      SELECT concat_ws(' ', talent, position, institution_post, review_points, lottery, got)
      FROM report.settlement
      ORDER BY 1
      """
    ).decode(String.self)
  }
}
