import Postgres
import Testing

@testable import Allocation

@Suite("Nights of placements")
struct PlacementNightTests {
  private func day(_ text: String) -> DateOnly { RotationOffice.day(text) }

  private func count(_ kind: String, _ superuser: Pool) async throws -> Int {
    try await superuser.one("SELECT count(*) FROM allocation.outbox WHERE kind = \(kind)")
  }

  @Test(
    "A term that cannot be settled stays alone, is told once, and is settled for its own day later")
  func refused() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      for number in 1...3 {
        try await database.place("RC-\(number)", "RH-1", "BZ-\(number)", months: 24)
      }
      try await superuser.execute(
        """
        ALTER TABLE rotation.placement ADD CONSTRAINT of_this_test
          CHECK (NOT (talent = 'RC-2' AND state = 'settled'))
        """)
      for date in ["2028-12-01", "2028-12-02", "2028-12-20"] {
        let outcome = try await database.rotationNight(day(date))
        #expect(outcome.refusedMoves.map(\.cause) == ["of_this_test"])
        #expect(outcome.refusedMoves.map(\.dueOn) == [day("2028-12-01")])
      }
      #expect(try await database.placementState("RC-1") == "settled 2028-12-01")
      #expect(try await database.placementState("RC-2") == "term_ending 2028-09-02")
      #expect(try await database.placementState("RC-3") == "settled 2028-12-01")
      #expect(try await count("not_moved", superuser) == 1)
      #expect(try await count("settled_by_default", superuser) == 2)
      try await superuser.execute("ALTER TABLE rotation.placement DROP CONSTRAINT of_this_test")
      let outcome = try await database.rotationNight(day("2029-01-10"))
      #expect(outcome.refusedMoves == [])
      // A second settlement of the same day.
      #expect(try await database.placementState("RC-2") == "settled 2028-12-01")
      let settlements = try await superuser.query(
        """
        SELECT count(*), count(DISTINCT settled_on), (SELECT count(*) FROM report.settlement_violation)
        FROM rotation.settlement
        """
      ).only(Int.self, Int.self, Int.self)
      #expect(settlements == (2, 1, 0))
    }
  }

  @Test("Of those that move together only the refused one stays: each way a term can go")
  func each() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      let choices: [PlacementDesk.Decision] = [.stay, .leave, .extend(months: 6)]
      for number in 1...6 {
        try await database.place(
          "RC-\(number)", "RH-\(number % 2 + 1)", "BZ-\(number % 3 + 1)", months: 24)
      }
      try await superuser.execute(
        """
        ALTER TABLE rotation.placement ADD CONSTRAINT of_this_test
          CHECK (NOT (talent IN ('RC-4', 'RC-5', 'RC-6') AND state <> 'chosen' AND choice IS NOT NULL
            OR talent = 'RC-6' AND state = 'placed' AND ends_on > '2028-12-01'))
        """)
      for number in 1...6 {
        try await PlacementDesk(pool: database.pool).choose(
          "RC-\(number)", choices[(number - 1) % 3], on: day("2028-10-01"), by: "t")
      }
      let outcome = try await database.rotationNight(day("2028-12-05"))
      #expect(outcome.refusedMoves.count == 3)
      var states: [String] = []
      for number in 1...6 { states.append(try await database.placementState("RC-\(number)")) }
      #expect(
        states == [
          "settled 2028-12-01", "left 2028-12-01", "placed 2028-12-01", "chosen 2028-10-01",
          "chosen 2028-10-01", "chosen 2028-10-01",
        ])
    }
  }

  @Test("A term that is over cannot be ordered, by desk or database; one under way can")
  func past() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      await #expect(
        throws: PlacementRefusal.pastTerm(endsOn: day("2026-11-20"), on: day("2026-11-20"))
      ) {
        try await database.place("RC-1", "RH-1", "BZ-1", start: "2024-11-20", months: 24)
      }
      let error = try await refusal(
        """
        INSERT INTO rotation.placement (document_no, jurisdiction, talent, institution_post,
          starts_on, ends_on, state, state_on)
        VALUES ('文号', '341800', 'RC-1', 'BZ-1', '2024-11-20', '2026-11-20', 'recruited',
          '2026-11-20')
        """, database.pool)
      #expect(error.constraint == "placement_past_term")
      try await database.place("RC-2", "RH-1", "BZ-1", start: "2024-11-21", months: 24)
      try await database.rotationNight(day("2026-11-20"))
      try await database.rotationNight(day("2026-11-22"))
      #expect(try await database.placementState("RC-2") == "settled 2026-11-21")
    }
  }

  @Test("A placement begins at its beginning, whoever writes")
  func opening() async throws {
    try await Office.with(RotationOffice.small) { database, _ in
      let openings: [(String, choice: String?)] = [
        ("settled", nil), ("left", nil), ("placed", nil), ("offered", nil), ("recruited", "stay"),
      ]
      for (state, choice) in openings {
        let error = try await refusal(
          """
          INSERT INTO rotation.placement (document_no, jurisdiction, talent, institution_post,
            starts_on, ends_on, state, state_on, choice)
          VALUES ('文号', '341800', 'RC-1', 'BZ-1', '2026-12-01', '2028-12-01', \(state),
            '2026-11-20', \(choice))
          """, database.pool)
        #expect(error.constraint == "placement_opening", "\(state)")
      }
    }
  }

  private func refusal(_ statement: SQL, _ pool: Pool) async throws -> PostgresError {
    try await #require(throws: PostgresError.self) {
      try await pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
        try await connection.execute(statement)
      }
    }
  }

  @Test("A review is of a placement that runs, on a day of its term, once")
  func reviews() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      let desk = PlacementDesk(pool: database.pool)
      func review(_ talent: String, on date: String) async throws -> PlacementRefusal? {
        do {
          try await desk.review(talent, grade: .qualified, on: day(date), by: "考核组")
          return nil
        } catch let refusal as PlacementRefusal { return refusal }
      }
      // Ordered in November for a term since January: nobody was there before the order.
      try await database.place("RC-1", "RH-1", "BZ-1", start: "2026-01-01", months: 24)
      let running: [Placement.State] = [.placed, .termEnding, .chosen]
      #expect(
        try await review("RC-1", on: "2026-08-01")
          == .state(.recruited, needed: running, talent: "RC-1"))
      try await database.movePlacements(on: day("2026-11-21"))
      func outside(_ date: DateOnly) -> PlacementRefusal {
        .outsideTerm(date, from: day("2026-11-20"), before: day("2028-01-01"))
      }
      #expect(try await review("RC-1", on: "2026-11-19") == outside(day("2026-11-19")))
      #expect(try await review("RC-1", on: "2026-11-20") == nil)
      #expect(try await review("RC-1", on: "2028-01-01") == outside(day("2028-01-01")))
      // The database says the same to whoever goes past the desk.
      func write(_ date: String, no number: Int) async throws -> String? {
        try await refusal(
          """
          UPDATE rotation.review SET grade = 'excellent', reviewed_on = \(day(date)),
            reviewed_by = 't' WHERE review_no = \(number)
          """, database.pool
        ).constraint
      }
      try await database.movePlacements(on: day("2027-12-20"))
      #expect(try await write("2026-11-20", no: 1) == "review_once")
      #expect(try await write("2026-11-19", no: 2) == "review_in_term")
      #expect(try await write("2028-01-01", no: 2) == "review_in_term")
      try await database.movePlacements(on: day("2028-01-01"))
      #expect(
        try await review("RC-1", on: "2028-01-02")
          == .state(.settled, needed: running, talent: "RC-1"))
      #expect(
        try await review("RC-1", on: "2027-12-31")
          == .state(.settled, needed: running, talent: "RC-1"))
      #expect(try await write("2027-06-30", no: 2) == "review_of_placed")
      let inserted = try await refusal(
        """
        INSERT INTO rotation.review (placement_id, review_no, due_on, grade, reviewed_on, reviewed_by)
        SELECT placement_id, 9, '2027-07-01', 'excellent', '2027-07-01', 't' FROM rotation.placement
        """, database.pool)
      #expect(inserted.constraint == "review_of_placed")
      let held: Int = try await superuser.one(
        "SELECT count(*) FROM rotation.review WHERE grade IS NOT NULL")
      #expect(held == 1)
    }
  }

  @Test("A policy with other clocks reminds of no review and of no choice a second time")
  func clocks() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      try await database.place("RC-1", "RH-1", "BZ-1", months: 24)
      try await superuser.putInForce(
        3, from: day("2027-05-25"),
        [
          "rotation.clock.review": 4, "rotation.clock.review_notice": 40,
          "rotation.clock.term_ending": 120,
        ])
      try await superuser.putInForce(
        4, from: day("2028-10-10"), ["rotation.clock.term_ending": 30])
      var date = day("2027-05-20")
      while date <= day("2028-12-10") {
        try await database.movePlacements(on: date)
        date = date.adding(days: 1)
      }
      let told = try await superuser.query(
        "SELECT kind || ' ' || due_on FROM allocation.outbox ORDER BY due_on, kind"
      ).decode(String.self)
      // One was planned under the old clock; the others are multiples of four months from the start.
      #expect(
        told == [
          "review_due 2027-06-01", "review_due 2027-08-01", "review_due 2027-12-01",
          "review_due 2028-04-01", "review_due 2028-08-01", "settled_by_default 2028-12-01",
          "term_ending 2028-12-01",
        ])
    }
  }

  @Test("A choice made while the night settles the term waits for it, and finds the term over")
  func choiceWaits() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      try await database.place("RC-1", "RH-1", "BZ-1", months: 24)
      try await database.movePlacements(on: day("2028-10-01"))
      let end = RoundScope(
        mechanism: .rotation, jurisdiction: "341800", businessDate: day("2028-12-01"))
      let choice = try await database.pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "nightly work"))
        try await Rotation.nightlyWork(in: end, on: connection)
        let choice = Task {
          try await PlacementDesk(pool: database.pool)
            .choose("RC-1", .stay, on: day("2028-11-30"), by: "t")
        }
        try await superuser.waitForLock()
        return choice
      }
      await #expect(
        throws: PlacementRefusal.state(.settled, needed: [.termEnding], talent: "RC-1")
      ) { try await choice.value }
      let left: String = try await superuser.one(
        "SELECT concat_ws(' ', state, choice, settled_post) FROM rotation.placement")
      #expect(left == "settled BZ-1", "by default, whole")
    }
  }

  @Test("A night that finds a choice being made waits for it, and carries it out")
  func nightWaits() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      try await database.place("RC-1", "RH-1", "BZ-1", months: 24)
      try await database.movePlacements(on: day("2028-10-01"))
      let night = try await database.pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "choose"))
        try await PlacementDesk(on: connection).choose(
          "RC-1", .stay, on: day("2028-11-30"), by: "t")
        let night = Task { try await database.movePlacements(on: day("2028-12-01")) }
        try await superuser.waitForLock()
        return night
      }
      try await night.value
      let left: String = try await superuser.one(
        "SELECT concat_ws(' ', state, choice, settled_post) FROM rotation.placement")
      #expect(left == "settled stay")
      let told: Int = try await superuser.one(
        "SELECT count(*) FROM allocation.outbox WHERE kind = 'settled_by_default'")
      #expect(told == 0)
    }
  }
}
