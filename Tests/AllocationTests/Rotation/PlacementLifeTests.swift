import Postgres
import Testing

@testable import Allocation

@Suite("placements")
struct PlacementLifeTests {
  private func day(_ text: String) -> DateOnly { RotationOffice.day(text) }

  @Test("An offer holds seat and headcount; its answer recruits or frees")
  func offers() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      let outcome = try await database.rotationNight(day("2026-11-20"))
      #expect(outcome.assigned == 12)
      #expect(outcome.objective == outcome.bound)
      let free: SQL = "SELECT sum(free)::bigint FROM report.headcount WHERE month = '2027-01-01'"
      #expect(try await superuser.one(free, as: Int.self) == 1)
      let shown = try await superuser.query(
        "SELECT uscc, enterprise FROM report.offer WHERE resource = 'RH-1' LIMIT 1"
      ).only(String.self, String.self)
      #expect(shown == (FinanceOffice.enterprises[1], "样本企业1"))
      let offers = try await superuser.query(
        "SELECT offer_id FROM allocation.offer ORDER BY offer_id"
      ).decode(Int.self)
      let desk = OfferDesk(pool: database.pool)
      let accepted = try #require(offers.first)
      try await desk.answer(
        accepted, OfferAnswer(.accept, by: "human_resources", on: day("2026-11-23")))
      try await desk.answer(
        offers[1],
        OfferAnswer(.decline, by: "human_resources", code: "not_interested", on: day("2026-11-23")))
      let states = try await superuser.query(
        "SELECT state || ' ' || state_on FROM rotation.placement ORDER BY offer_id LIMIT 2"
      ).decode(String.self)
      #expect(states == ["recruited 2026-11-23", "lapsed 2026-11-23"])
      #expect(try await superuser.one(free, as: Int.self) == 2)
      // A commitment ends at its own desk, with reason and consequence.
      await #expect(throws: OfferRefusal.self) {
        try await desk.answer(
          accepted,
          OfferAnswer(.release, by: "human_resources", code: "ended_early", on: day("2026-11-24")))
      }
      await #expect(throws: PostgresError.self) {
        try await database.pool.transaction { connection in
          try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
          try await connection.execute(
            """
            UPDATE allocation.offer SET state = 'released', answer_code = 'left'
            WHERE offer_id = \(accepted)
            """)
        }
      }
      // The declined pair is not offered again, and offers nobody answered expire.
      let again = try await database.rotationNight(day("2026-12-10"))
      #expect(again.requests == 11)
      let repeated: Int = try await superuser.one(
        """
        SELECT count(*) FROM allocation.offer a JOIN allocation.offer b
          ON (a.request, a.resource) = (b.request, b.resource) AND a.offer_id < b.offer_id
        WHERE a.state = 'declined'
        """)
      #expect(repeated == 0)
    }
  }

  @Test("From hire to the promised post")
  func life() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      let desk = PlacementDesk(pool: database.pool)
      try await database.place("RC-1", "RH-1", "BZ-1")
      #expect(try await database.placementState("RC-1") == "recruited 2026-11-20")
      try await database.movePlacements(on: day("2026-12-03"))
      #expect(try await database.placementState("RC-1") == "placed 2026-12-01")
      await #expect(throws: PlacementRefusal.noReviewDue(next: day("2027-06-01"))) {
        try await desk.review("RC-1", grade: .excellent, on: day("2027-01-01"), by: "考核组")
      }
      try await desk.review("RC-1", grade: .excellent, on: day("2027-05-30"), by: "考核组")
      try await database.movePlacements(on: day("2027-11-20"))
      await #expect(
        throws: PlacementRefusal.beforeWindow(day("2028-09-01"), opensOn: day("2028-09-02"))
      ) { try await desk.choose("RC-1", .stay, on: day("2028-09-01"), by: "经办人") }
      // The window is open on its day, whether or not a night has been.
      try await desk.choose(
        "RC-1", .institutionPost(wishes: ["BZ-2"]), on: day("2028-09-02"), by: "经办人")
      try await database.movePlacements(on: day("2029-01-05"))
      #expect(try await database.placementState("RC-1") == "settled 2028-12-01")
      let settled: String = try await superuser.one(
        "SELECT settled_post FROM rotation.placement WHERE talent = 'RC-1'")
      #expect(settled == "BZ-2")
      await #expect(throws: PlacementRefusal.self) {
        try await desk.review("RC-1", grade: .excellent, on: day("2029-01-06"), by: "考核组")
      }
      try await desk.vacate("RC-1", on: day("2029-02-01"), by: "经办人")
      let violations: Int = try await superuser.one(
        "SELECT count(*) FROM report.settlement_violation")
      #expect(violations == 0)
      let outbox = try await superuser.query(
        "SELECT kind || ' ' || due_on FROM report.reminder ORDER BY due_on, kind"
      ).decode(String.self)
      // The first was held before a night came, the third cannot be held any more when one comes.
      #expect(outbox == ["review_due 2027-12-01"])
    }
  }

  @Test("Extension within 36 months; then silence returns the talent to the promised post")
  func extensionThenSilence() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      let desk = PlacementDesk(pool: database.pool)
      try await database.place("RC-1", "RH-1", "BZ-1")
      let date = day("2028-10-01")
      await #expect(
        throws: PlacementRefusal.extensionTooLong(to: day("2030-01-01"), latest: day("2029-12-01"))
      ) { try await desk.choose("RC-1", .extend(months: 13), on: date, by: "经办人") }
      await #expect(throws: PlacementRefusal.self) {
        try await desk.choose("RC-1", .extend(months: 0), on: date, by: "经办人")
      }
      try await desk.choose("RC-1", .extend(months: 12), on: date, by: "经办人")
      await #expect(throws: PlacementRefusal.self) {
        try await desk.choose("RC-1", .stay, on: date, by: "经办人")
      }
      try await database.movePlacements(on: day("2028-12-01"))
      #expect(try await database.placementState("RC-1") == "placed 2028-12-01")
      try await database.movePlacements(on: day("2029-12-01"))
      #expect(try await database.placementState("RC-1") == "settled 2029-12-01")
      let told: Int = try await superuser.one(
        "SELECT count(*) FROM report.reminder WHERE kind = 'settled_by_default'")
      #expect(told == 1)
    }
  }

  @Test("Change of host, early end with reason and consequence")
  func changes() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      let desk = PlacementDesk(pool: database.pool)
      try await database.place("RC-1", "RH-1", "BZ-1")
      try await desk.changeHost(
        "RC-1", to: "RH-2", code: "host_closed", on: day("2027-05-01"), by: "经办人")
      let postings = try await superuser.query(
        "SELECT host_post || ' ' || period FROM rotation.posting ORDER BY posting_no"
      ).decode(String.self)
      #expect(
        postings == ["RH-1 [2026-12-01,2027-05-01)", "RH-2 [2027-05-01,2028-12-01)"])
      await #expect(throws: PlacementRefusal.self) {
        try await desk.changeHost(
          "RC-1", to: "RH-1", code: "host_closed", on: day("2027-05-01"), by: "经办人")
      }
      await #expect(throws: PlacementRefusal.self) {
        try await desk.end(
          "RC-1", code: "bored", consequence: "无", on: day("2027-06-01"), by: "经办人")
      }
      try await desk.end(
        "RC-1", code: "resigned", consequence: "退还安家费", on: day("2027-06-01"), by: "经办人")
      let ended = try await superuser.query(
        """
        SELECT state, end_code, consequence, host_changes::bigint, talent_name
        FROM report.placement
        """
      ).only(String.self, String.self, String.self, Int.self, String.self)
      #expect(ended == ("left", "resigned", "退还安家费", 1, "人**"))
      let promised = try await superuser.query(
        "SELECT to_char(max(month), 'YYYY-MM'), max(promised)::bigint FROM report.headcount WHERE promised > 0"
      ).only(String.self, Int.self)
      #expect(promised == ("2027-05", 1))
      await #expect(throws: PlacementRefusal.self) {
        try await desk.choose("RC-1", .stay, on: day("2028-10-01"), by: "经办人")
      }
    }
  }

  @Test(
    "Orders that the rules do not allow",
    arguments: [
      ("RC-9", "RH-1", "BZ-1", 11), ("RC-9", "RH-1", "BZ-1", 37), ("RC-99", "RH-1", "BZ-1", 24),
      ("RC-9", "RH-9", "BZ-1", 24), ("RC-9", "RH-1", "BZ-9", 24),
    ])
  func orders(talent: String, host: String, post: String, months: Int) async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      await #expect(throws: PlacementRefusal.self) {
        try await database.place(talent, host, post, months: months)
      }
      let events: Int = try await superuser.one(
        "SELECT count(*) FROM audit.event WHERE action = 'place talent'")
      #expect(events == 0)
    }
  }

  @Test("The database draws the arrows, whoever writes")
  func arrows() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      try await database.place("RC-1", "RH-1", "BZ-1")
      let arrows: Set<[Placement.State]> = [
        [.offered, .recruited], [.offered, .lapsed], [.recruited, .placed], [.recruited, .left],
        [.placed, .termEnding], [.placed, .left], [.termEnding, .chosen], [.termEnding, .settled],
        [.termEnding, .left], [.chosen, .placed], [.chosen, .settled], [.chosen, .left],
      ]
      for from in Placement.State.allCases {
        for to in Placement.State.allCases where from != to {
          let moved = try await move(from, to, superuser)
          #expect(moved == arrows.contains([from, to]), "\(from) → \(to)")
        }
      }
    }
  }

  /// Puts the placement into a state behind the triggers' back, and tries one arrow.
  private func move(
    _ from: Placement.State, _ to: Placement.State, _ superuser: Pool
  ) async throws -> Bool {
    let connection = try await Connection.connect(superuser.configuration)
    defer { connection.close() }
    try await connection.execute("BEGIN")
    try await connection.execute("SET LOCAL session_replication_role = replica")
    try await connection.execute(
      """
      UPDATE rotation.placement SET state = \(from.rawValue), choice = 'stay',
        chosen_on = '2028-10-01', known_from = known_from
      """)
    try await connection.execute("SET LOCAL session_replication_role = origin")
    _ = try await connection.query("SELECT audit.begin('t', 't', 't')")
    do {
      try await connection.execute("UPDATE rotation.placement SET state = \(to.rawValue)")
      return true
    } catch let error as PostgresError where error.constraint == "placement_arrow" {
      return false
    }
  }
}
