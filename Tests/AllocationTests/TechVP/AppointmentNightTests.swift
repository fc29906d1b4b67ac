import Postgres
import Testing

@testable import Allocation

@Suite("Nights of appointments")
struct AppointmentNightTests {
  private let start = TechVPFixture.day("2026-02-01")
  private let today = TechVPOffice.start
  private let request = "KJ-3"

  private func day(_ text: String) -> DateOnly { TechVPFixture.day(text) }

  /// Three requests, KJ-3 among them, with an agreement for a term from `start`.
  private func signed(
    _ database: Database, _ superuser: Pool, months: Int = 12
  ) async throws -> [String] {
    try await database.techVPNight(today)
    let requests = try await superuser.query(
      """
      SELECT request FROM techvp.appointment ORDER BY request <> \(request), request LIMIT 3
      """
    ).decode(String.self)
    #expect(requests.first == request)
    for request in requests {
      try await database.agree(request, startingOn: start, months: months, on: today)
    }
    return requests
  }

  private func states(_ requests: [String], _ superuser: Pool) async throws -> [String] {
    var states: [String] = []
    for request in requests {
      states.append(
        try await superuser.one(
          """
          SELECT concat_ws(' ', state, state_on, end_code) FROM techvp.appointment
          WHERE request = \(request) ORDER BY appointment_id LIMIT 1
          """))
    }
    return states
  }

  private func told(_ request: String, _ superuser: Pool) async throws -> [String] {
    try await superuser.query(
      """
      SELECT kind || ' ' || split_part(department, ':', 1) FROM allocation.outbox
      WHERE payload ->> 'request' = \(request)
        AND kind IN ('conflict', 'ended_for_conflict', 'not_moved')
      ORDER BY 1
      """
    ).decode(String.self)
  }

  @Test(
    "A conflict recorded after the agreement ends it in place of its first day; all others begin")
  func conflict() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      let requests = try await signed(database, superuser)
      let (uscc, expert) = try await superuser.query(
        "SELECT uscc, expert FROM techvp.appointment WHERE request = \(request)"
      ).only(String.self, String.self)
      let recorded = try await ConflictDesk(pool: database.pool).record(
        .owned, of: .expert(expert), in: uscc, evidence: "工商登记", since: day("2025-01-01"),
        on: today, by: "office")
      #expect(recorded.touched == [request])
      for _ in 1...2 { try await database.techVPDates(today.adding(days: 1)) }
      #expect(try await told(request, superuser) == ["conflict office", "conflict university"])
      for ahead in 0...2 { try await database.techVPNight(start.adding(days: ahead)) }
      #expect(
        try await states(requests, superuser) == [
          "ended 2026-01-31 conflict_found", "active 2026-02-01", "active 2026-02-01",
        ])
      #expect(
        try await told(request, superuser) == [
          "conflict office", "conflict university", "ended_for_conflict office",
          "ended_for_conflict university",
        ])
      // The offer is released, the request open again, and the pair never comes together.
      let offers = try await superuser.query(
        """
        SELECT count(*) FILTER (WHERE resource = \(expert)),
          count(*) FILTER (WHERE resource = \(expert) AND state = 'released'), (
            SELECT count(*) FROM allocation.round_request q JOIN allocation.round r USING (round_id)
            WHERE q.request = \(request) AND r.business_date = \(start))
        FROM allocation.offer WHERE request = \(request)
        """
      ).only(Int.self, Int.self, Int.self)
      #expect(offers == (1, 1, 1))
    }
  }

  @Test(
    "What a rule refuses stays, is told once to both who answer, and goes on when the rule lets it")
  func refused() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      let requests = try await signed(database, superuser)
      try await superuser.execute(
        """
        ALTER TABLE techvp.appointment ADD CONSTRAINT of_this_test
          CHECK (NOT (request = 'KJ-3' AND state = 'active'))
        """)
      for ahead in 0...2 {
        let outcome = try await database.techVPNight(start.adding(days: ahead))
        #expect(outcome.refusedMoves.map(\.cause) == ["of_this_test"])
        #expect(outcome.refusedMoves.map(\.dueOn) == [start])
      }
      #expect(
        try await states(requests, superuser) == [
          "agreed 2026-01-12", "active 2026-02-01", "active 2026-02-01",
        ])
      #expect(try await told(request, superuser) == ["not_moved office", "not_moved university"])
      try await superuser.execute("ALTER TABLE techvp.appointment DROP CONSTRAINT of_this_test")
      let outcome = try await database.techVPNight(start.adding(days: 5))
      #expect(outcome.refusedMoves == [])
      #expect(try await states([request], superuser) == ["active 2026-02-01"])
    }
  }

  @Test("A renewal does not outlive a review that is failed after it, whoever writes")
  func renewal() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      _ = try await signed(database, superuser)
      try await database.techVPDates(start)
      try await database.appoint(.renew(months: 24), request, on: day("2026-12-01"))
      #expect(try await stands(superuser))
      try await database.appoint(.review(grade: .failed, year: nil), request, on: day("2027-01-20"))
      #expect(try await !stands(superuser))
      await #expect(throws: PostgresError.self) {
        try await superuser.transaction { connection in
          try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
          try await connection.execute(
            """
            UPDATE techvp.appointment SET state = 'renewed', state_on = ends_on
            WHERE request = \(request)
            """)
        }
      }
      for date in ["2027-02-01", "2027-02-15"] { try await database.techVPNight(day(date)) }
      #expect(try await states([request], superuser) == ["completed 2027-01-31"])
      let asked: Int = try await superuser.one(
        "SELECT count(*) FROM allocation.round_request WHERE request LIKE 'KJ-3-R%'")
      #expect(asked == 0)
    }
  }

  private func stands(_ superuser: Pool) async throws -> Bool {
    try await superuser.one(
      "SELECT renewal_stands FROM report.appointment WHERE request = \(request)")
  }

  @Test("An end that is recorded ahead frees expert and university after its last day, not before")
  func ahead() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      _ = try await signed(database, superuser)
      try await database.techVPDates(start)
      let last = day("2026-06-30")
      let expert: String = try await superuser.one(
        "SELECT expert FROM techvp.appointment WHERE request = \(request)")
      try await database.appoint(.end(code: "expert_left"), request, on: last)
      /// Whether a new request, which suits the expert best, may get the expert.
      func isFree(on date: DateOnly, for request: String) async throws -> Bool {
        try await FinanceOffice.load(
          ["expert_requests": [TechVPOffice.requestHeader, TechVPOffice.request(request, 3)]],
          into: database)
        let outcome = try await database.techVPNight(date)
        return try await superuser.one(
          """
          SELECT EXISTS (
            SELECT FROM allocation.round_option n JOIN allocation.round_request q
              USING (round_id, request_no)
            WHERE n.round_id = \(outcome.roundID) AND q.request = \(request)
              AND n.resource = \(expert))
          """)
      }
      #expect(try await !isFree(on: last.adding(days: -1), for: "KJ-33"))
      #expect(try await isFree(on: last, for: "KJ-34"))
    }
  }

  @Test("An agreement's deadline is that of the policy it was offered under, in view and reminder")
  func deadline() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(today)
      let university: String = try await superuser.one(
        "SELECT 'university:' || university FROM techvp.appointment WHERE request = \(request)")
      try await database.appoint(.consent, request, by: university, on: today)
      try await superuser.putInForce(3, from: day("2026-01-20"), ["techvp.clock.agreement": 5])
      try await superuser.putInForce(4, from: day("2026-02-20"), ["techvp.clock.agreement": 50])
      // Thirty days from 12 January.
      func reminders(_ date: String) async throws -> [DateOnly] {
        try await database.techVPDates(day(date))
        return try await superuser.query(
          "SELECT due_on FROM allocation.outbox WHERE kind = 'agreement_overdue' AND department = 'office'"
        ).decode(DateOnly.self)
      }
      #expect(try await reminders("2026-02-11") == [])
      let due: DateOnly = try await superuser.one(
        "SELECT due_on FROM report.appointment_due WHERE what = 'agreement' AND request = \(request)"
      )
      #expect(due == day("2026-02-11"))
      for date in ["2026-02-12", "2026-02-21", "2026-03-30"] {
        #expect(try await reminders(date) == [day("2026-02-11")])
      }
    }
  }

  @Test("The arrows are these, whoever writes")
  func arrows() async throws {
    let arrows: Set<[AppointmentState]> = [
      [.offered, .consented], [.offered, .lapsed], [.consented, .agreed], [.consented, .ended],
      [.agreed, .active], [.agreed, .ended], [.active, .completed], [.active, .renewed],
      [.active, .ended],
    ]
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(today)
      for from in AppointmentState.allCases {
        for to in AppointmentState.allCases where from != to {
          let moved = try await move(from, to, superuser)
          #expect(moved == arrows.contains([from, to]), "\(from) → \(to)")
        }
      }
      // The service opens no appointment, and whoever may does not open one at its end.
      #expect(try await opening("offered", database.pool).sqlState == "42501")
      #expect(try await opening("lapsed", superuser).constraint == "appointment_opening")
    }
  }

  private func opening(_ state: String, _ pool: Pool) async throws -> PostgresError {
    try await #require(throws: PostgresError.self) {
      try await pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
        try await connection.execute(
          """
          INSERT INTO techvp.appointment (offer_id, jurisdiction, request, uscc, expert, university,
            days_per_month, state, state_on)
          SELECT max(offer_id) + 1, '341800', 'KJ-0', 'U', 'ZJ-0', '4134010359', 4, \(state),
            '2026-01-12'
          FROM allocation.offer
          """)
      }
    }
  }

  /// Puts an appointment into a state behind the triggers' back, and tries one arrow.
  private func move(
    _ from: AppointmentState, _ to: AppointmentState, _ superuser: Pool
  ) async throws -> Bool {
    let connection = try await Connection.connect(superuser.configuration)
    defer { connection.close() }
    try await connection.execute("BEGIN")
    try await connection.execute("SET LOCAL session_replication_role = replica")
    try await connection.execute(
      """
      UPDATE techvp.appointment SET state = \(from.rawValue), agreement_no = 'X',
        starts_on = '2026-02-01', months = 12, ends_on = '2027-01-31', renewal_months = 12,
        renewal_request = 'R', end_code = CASE WHEN \(from.rawValue) = 'ended' THEN 'mutual' END,
        known_from = known_from
      WHERE request = \(request)
      """)
    try await connection.execute("SET LOCAL session_replication_role = origin")
    _ = try await connection.query("SELECT audit.begin('t', 't', 't')")
    do {
      try await connection.execute(
        """
        UPDATE techvp.appointment SET state = \(to.rawValue),
          end_code = CASE WHEN \(to.rawValue) = 'ended' THEN 'mutual' END
        WHERE request = \(request)
        """)
      return true
    } catch let error as PostgresError where error.constraint == "appointment_arrow" {
      return false
    }
  }

  /// A conflict recorded on a day, perhaps with its end and the day of that entry.
  struct Entry: Sendable {
    let recordedOn: String
    var until: String?
    var endedOn: String?
    let begins: Bool
  }

  @Test(
    "A late night begins or ends a term by what was recorded on its first day, as a night in time does",
    arguments: [
      Entry(recordedOn: "2026-01-20", begins: false),
      Entry(recordedOn: "2026-02-01", begins: false),
      Entry(recordedOn: "2026-02-02", begins: true),
      Entry(recordedOn: "2026-01-20", until: "2026-01-25", endedOn: "2026-01-26", begins: true),
      Entry(recordedOn: "2026-01-20", until: "2026-01-25", endedOn: "2026-02-05", begins: false),
      Entry(recordedOn: "2026-01-20", until: "2026-02-03", endedOn: "2026-02-03", begins: false),
    ], [1, 19])
  func asOfFirstDay(_ entry: Entry, nightEvery interval: Int) async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      _ = try await signed(database, superuser)
      let (uscc, expert) = try await superuser.query(
        "SELECT uscc, expert FROM techvp.appointment WHERE request = \(request)"
      ).only(String.self, String.self)
      let desk = ConflictDesk(pool: database.pool)
      for ahead in 0...19 {
        let date = start.adding(days: ahead - 12)
        if date == day(entry.recordedOn) {
          _ = try await desk.record(
            .owned, of: .expert(expert), in: uscc, evidence: "工商登记", since: day("2025-01-01"),
            on: date, by: "office")
        }
        if let until = entry.until, entry.endedOn.map(day) == date {
          try await desk.end(1, on: day(until), recordedOn: date, by: "office")
        }
        if ahead % interval == 0, ahead > 0 { try await database.techVPDates(date) }
      }
      #expect(
        try await states([request], superuser)
          == [entry.begins ? "active 2026-02-01" : "ended 2026-01-31 conflict_found"])
    }
  }

  @Test("Two conflicts of one appointment that began alike are both told, each once")
  func twoConflicts() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      _ = try await signed(database, superuser)
      let (uscc, expert, university) = try await superuser.query(
        "SELECT uscc, expert, university FROM techvp.appointment WHERE request = \(request)"
      ).only(String.self, String.self, String.self)
      let desk = ConflictDesk(pool: database.pool)
      for party in [ConflictDesk.Party.expert(expert), .university(university)] {
        _ = try await desk.record(
          .owned, of: party, in: uscc, evidence: "工商登记", since: day("2025-01-01"),
          on: today, by: "office")
        for _ in 1...2 { try await database.techVPDates(today.adding(days: 1)) }
      }
      let told = try await superuser.query(
        """
        SELECT payload ->> 'occasion' || ' ' || split_part(department, ':', 1) FROM allocation.outbox
        WHERE kind = 'conflict' AND payload ->> 'request' = \(request) ORDER BY 1
        """
      ).decode(String.self)
      #expect(told == ["1 office", "1 university", "2 office", "2 university"])
    }
  }
}
