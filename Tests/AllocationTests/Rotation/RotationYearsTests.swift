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

  @Test(
    "Daily nights: every state, no promise broken, all settled or left, no reminder twice; late ones leave the same"
  )
  func years() async throws {
    var daily: LifeTrace?
    try await Office.with(RotationOffice.small) { database, superuser in
      try await Self.live(database, nightEvery: 1) { date in
        if date.day == 1 { try await Self.checkHeadcount(superuser, from: date) }
      }
      try await Self.checkEnd(superuser)
      try await Self.checkAudit(database, superuser)
      daily = try await LifeTrace(.placements, superuser)
    }
    try await late(nightEvery: 50, as: try daily.orThrow())
  }

  /// The same acts with nights that come late.
  private func late(nightEvery interval: Int, as daily: LifeTrace) async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      try await Self.live(database, nightEvery: interval) { _ in }
      let late = try await LifeTrace(.placements, superuser)
      let expected = daily.expectSame(late, nights: Self.nights(every: interval))
      #expect(expected.contains { $0.kind == "term_ending" })
    }
  }

  private static func nights(every interval: Int) -> [DateOnly] {
    LifeTrace.nights(after: first.adding(days: 20), to: last, every: interval)
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
    try await transfer(database)
    let reports = try await reports(database)
    let desk = Desk(pool: database.pool)
    let nights = Set(nights(every: interval))
    var date = first.adding(days: 21)
    while date <= last {
      for report in reports where report.date == date { try await report.act(desk) }
      if nights.contains(date) { try await database.movePlacements(on: date) }
      try await check(date)
      date = date.adding(days: 1)
    }
  }

  /// One head that is not promised goes to another post.
  private static func transfer(_ database: Database) async throws {
    let from: String = try await database.pool.one(
      """
      SELECT i.code FROM registry.institution_posts i
      WHERE i.headcount > (
        SELECT count(*) FROM rotation.placement p
        WHERE p.institution_post = i.code AND p.state <> 'lapsed')
      ORDER BY i.code LIMIT 1
      """)
    try await HeadcountDesk(pool: database.pool).transfer(
      .init(
        from: from, to: from == "BZ-3" ? "BZ-1" : "BZ-3", amount: 1,
        effectiveOn: RotationOffice.day("2027-04-01"), documentNo: "宣编〔2027〕1号"),
      on: first.adding(days: 20), by: "编办")
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
        // Known a month before.
        reports.append(
          Report(date: start.adding(days: 170)) {
            try await $0.end(
              talent, code: "resigned", consequence: "退还安家费", on: start.adding(days: 186), by: "t")
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

  /// Counts promises and occupied posts anew, from the placements alone, on every day ahead on which
  /// they change, and compares the worst of each month with the ledger's.
  private static func checkHeadcount(_ superuser: Pool, from date: DateOnly) async throws {
    let claims = try await claims(superuser)
    let granted = try await granted(superuser)
    let ledger = Dictionary(
      try await superuser.query(
        """
        SELECT institution_post || ' ' || month, worst_case, headcount FROM report.headcount
        WHERE month >= \(date) AND worst_case = occupied + promised
        """
      ).decode(String.self, Int.self, Int.self).map { ($0.0, ($0.1, $0.2)) },
      uniquingKeysWith: { first, _ in first })
    var compared = 0
    for ahead in 0..<40 {
      let (month, next) = (date.adding(months: ahead), date.adding(months: ahead + 1))
      for (post, changes) in granted {
        let heads = changes.filter { $0.from < next }.reduce(0) { $0 + $1.amount }
        let own = claims.filter { $0.post == post }
        let days = [month] + own.map(\.from).filter { month <= $0 && $0 < next }
        let worst = days.map { day in own.count { $0.holds(on: day) } }.max() ?? 0
        #expect(worst <= heads, "\(post) \(month)")
        guard let told = ledger["\(post) \(month)"] else { continue }
        #expect(told == (worst, heads), "\(post) \(month)")
        compared += 1
      }
    }
    // The ledger reaches 36 months from the last round, of December 2026.
    #expect(compared > 0 || date >= RotationOffice.day("2029-12-01"))
  }

  /// A head of a post that somebody holds, promised or occupied.
  private struct Claim {
    let post: String
    let from: DateOnly
    /// The first day on which it is held no more.
    let until: DateOnly?

    func holds(on day: DateOnly) -> Bool { from <= day && until.map { day < $0 } ?? true }
  }

  private static func claims(_ superuser: Pool) async throws -> [Claim] {
    try await superuser.query(
      "SELECT state, institution_post, settled_post, starts_on, state_on FROM rotation.placement"
    ).decode(String.self, String.self, String?.self, DateOnly.self, DateOnly.self)
      .flatMap { state, promised, settled, start, since -> [Claim] in
        switch state {
        case "lapsed": []
        case "left": [Claim(post: promised, from: start, until: since)]
        case "settled":
          [Claim(post: promised, from: start, until: since)]
            + (settled.map { [Claim(post: $0, from: since, until: nil)] } ?? [])
        default: [Claim(post: promised, from: start, until: nil)]
        }
      }
  }

  /// Heads that a post has, from a day on.
  private static func granted(
    _ superuser: Pool
  ) async throws -> [String: [(amount: Int, from: DateOnly)]] {
    var granted: [String: [(amount: Int, from: DateOnly)]] = [:]
    for (post, heads) in try await superuser.query(
      "SELECT code::text, headcount::bigint FROM registry.institution_posts"
    ).decode(String.self, Int.self) { granted[post] = [(heads, first)] }
    for (from, to, amount, day) in try await superuser.query(
      "SELECT from_post, to_post, amount::bigint, effective_on FROM rotation.headcount_transfer"
    ).decode(String.self, String.self, Int.self, DateOnly.self) {
      granted[from, default: []].append((-amount, day))
      granted[to, default: []].append((amount, day))
    }
    return granted
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

  /// One reminder for each review that came into sight, each choice that opened and each silence: so
  /// many as a talent had, whatever day a reminder bears.
  private static func checkReminders(_ superuser: Pool) async throws {
    let told: SQL = """
      SELECT payload ->> 'talent', kind, count(*) FROM allocation.outbox
      WHERE mechanism = 'rotation' GROUP BY 1, 2
      """
    let occasions: SQL = """
      SELECT p.talent, o.kind, sum(o.times)::bigint FROM rotation.placement p
      CROSS JOIN LATERAL (
        SELECT 'review_due', count(*) FROM rotation.review r WHERE r.placement_id = p.placement_id
        UNION ALL SELECT 'settled_by_default', 1 WHERE p.settled_post IS NOT NULL AND p.choice IS NULL
        UNION ALL SELECT 'term_ending', count(*) FROM rotation.placement_step s
          WHERE s.placement_id = p.placement_id AND s.state = 'term_ending') o (kind, times)
      GROUP BY 1, 2 HAVING sum(o.times) > 0
      """
    var rows: [[String]] = []
    for query in [told, occasions] {
      rows.append(
        try await superuser.query(query).decode(String.self, String.self, Int.self)
          .map { "\($0.0) \($0.1) \($0.2)" }.sorted())
    }
    #expect(rows[0] == rows[1])
    let kinds = try await superuser.query("SELECT DISTINCT kind FROM allocation.outbox ORDER BY 1")
      .decode(String.self)
    #expect(kinds == ["review_due", "settled_by_default", "term_ending"])
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
        ("headcount_transfer", "transfer_id"),
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
}
