import Postgres
import Testing

@testable import Allocation

@Suite("Appointments")
struct AppointmentTests {
  private let start = TechVPFixture.day("2026-02-01")
  private let today = TechVPOffice.start
  private let request = "KJ-3"

  private func day(_ text: String) -> DateOnly { TechVPFixture.day(text) }

  /// The word of the refusal; `nil` if the step was recorded.
  private func refusal(
    _ step: AppointmentStep, _ database: Database, by party: String = "office",
    on date: DateOnly
  ) async throws -> String? {
    do {
      try await database.appoint(step, request, by: party, on: date)
      return nil
    } catch let refusal as AppointmentRefusal {
      #expect(!"\(refusal)".isEmpty)
      return refusal.code
    }
  }

  private func state(_ pool: Pool) async throws -> String {
    try await pool.one(
      """
      SELECT a.state || '/' || o.state FROM report.appointment a JOIN report.offer o USING (offer_id)
      WHERE a.request = \(request) ORDER BY a.appointment_id DESC LIMIT 1
      """)
  }

  @Test("From the offer to a term's end, with reviews, days on site and outcomes")
  func life() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(today)
      #expect(try await state(superuser) == "offered/offered")
      try await database.agree(request, startingOn: start, on: today)
      #expect(try await state(superuser) == "agreed/accepted")
      try await database.techVPDates(day("2026-02-03"))
      #expect(try await state(superuser) == "active/accepted")
      try await database.appoint(.log(days: 5, month: start), request, on: day("2026-03-02"))
      try await AppointmentDesk(pool: database.pool).record(
        .log(days: 3, month: start), request: request, by: "office", note: "误填",
        on: day("2026-03-03"))
      try await database.appoint(
        .outcome(.init(.contract, title: "联合研发", valueWan: 120, documentNo: "HT-1")), request,
        on: day("2026-06-01"))
      try await database.appoint(
        .review(grade: .excellent, year: nil), request, on: day("2027-01-20"))
      try await database.appoint(.review(grade: .passed, year: 2), request, on: day("2028-01-15"))
      try await database.techVPDates(day("2028-01-31"))
      #expect(try await state(superuser) == "active/accepted")
      try await database.techVPDates(day("2028-02-09"))
      #expect(try await state(superuser) == "completed/released")
      let row = try await superuser.query(
        """
        SELECT expert_name, ends_on, state_on, days_logged, days_promised, contract_wan::bigint,
          array_to_string(grades, ',')
        FROM report.appointment WHERE request = \(request)
        """
      ).only(String.self, DateOnly.self, DateOnly.self, Int.self, Int.self, Int.self, String.self)
      #expect(row.0 == "欧****")
      #expect(row.1 == day("2028-01-31") && row.2 == day("2028-01-31"))
      #expect((row.3, row.4, row.5) == (3, 4, 120))
      #expect(row.6 == "excellent,passed")
      // A request that had its term is not open again; the expert is free.
      try await database.techVPNight(day("2028-02-10"))
      #expect(try await state(superuser) == "completed/released")
    }
  }

  @Test("A renewal is stated before the end and joins the next round first")
  func renewal() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(today)
      let expert: String = try await superuser.one(
        "SELECT expert FROM report.appointment WHERE request = \(request)")
      try await database.agree(request, startingOn: start, months: 12, on: today)
      try await database.techVPDates(start)
      let state = try await database.appoint(
        .renew(months: 24), request, on: day("2026-12-01"))
      #expect(state == .active)
      #expect(
        try await refusal(.renew(months: 24), database, on: day("2026-12-02"))
          == "renewed_already")
      try await database.techVPNight(day("2026-12-20"))
      let early: Int = try await superuser.one(
        "SELECT count(*) FROM report.appointment WHERE request = 'KJ-3-R1'")
      #expect(early == 0)
      try await database.techVPNight(day("2027-02-01"))
      let renewed = try await superuser.query(
        """
        SELECT o.state, n.expert, n.renews = o.appointment_id FROM report.appointment n
        JOIN report.appointment o ON o.request = \(request)
        WHERE n.request = 'KJ-3-R1'
        """
      ).only(String.self, String.self, Bool.self)
      #expect(renewed == ("renewed", expert, true))
    }
  }

  @Test("Forbidden arrows, wrong terms and steps out of their time are refused with the cause")
  func refusals() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(today)
      let agreement = AppointmentStep.agree(documentNo: "X", startsOn: start, months: nil)
      for step in [
        agreement, .start, .review(grade: .passed, year: nil), .renew(months: nil),
        .end(code: "mutual"), .log(days: 1, month: start),
      ] {
        #expect(try await refusal(step, database, on: today) == "wrong_state")
      }
      await #expect(throws: OfferRefusal.self) {
        try await database.appoint(.consent, request, by: "university:0000000000", on: today)
      }
      let university: String = try await superuser.one(
        "SELECT 'university:' || university FROM report.appointment WHERE request = \(request)")
      try await database.appoint(.consent, request, by: university, on: today)
      for months in [0, 11, 37, 600] {
        #expect(
          try await refusal(
            .agree(documentNo: "X", startsOn: start, months: months), database, on: today)
            == "wrong_months")
      }
      #expect(
        try await refusal(
          .agree(documentNo: "X", startsOn: today.adding(days: -1), months: 12), database, on: today
        )
          == "wrong_start")
      try await database.appoint(
        .agree(documentNo: "X", startsOn: start, months: 36), request, on: today)
      #expect(try await refusal(.start, database, on: today) == "too_early")
      #expect(try await refusal(agreement, database, on: today) == "wrong_state")
      try await database.appoint(.start, request, on: start)
      try await inTerm(database)
      await #expect(throws: PostgresError.self) {
        try await superuser.transaction { connection in
          try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
          try await connection.execute(
            "UPDATE techvp.appointment SET state = 'offered' WHERE state = 'ended'")
        }
      }
    }
  }

  private func inTerm(_ database: Database) async throws {
    let review = AppointmentStep.review(grade: .passed, year: nil)
    #expect(try await refusal(review, database, on: day("2026-12-31")) == "too_early")
    #expect(try await refusal(review, database, on: day("2027-01-02")) == nil)
    #expect(
      try await refusal(.review(grade: .passed, year: 1), database, on: day("2027-01-03"))
        == "no_review")
    #expect(try await refusal(.renew(months: nil), database, on: day("2027-01-03")) == "too_early")
    #expect(
      try await refusal(.log(days: 30, month: start), database, on: day("2026-03-01"))
        == "site_days_of_month")
    #expect(
      try await refusal(.log(days: 3, month: today), database, on: day("2026-03-01"))
        == "site_days_in_term")
    #expect(
      try await refusal(.end(code: "weather"), database, on: day("2027-02-01")) == "wrong_code")
    #expect(try await refusal(.end(code: "days_short"), database, on: day("2027-02-01")) == nil)
    #expect(
      try await refusal(.review(grade: .passed, year: 2), database, on: day("2027-02-02"))
        == "wrong_state")
    #expect(
      try await refusal(.end(code: "mutual"), database, on: day("2027-02-02")) == "wrong_state")
  }

  @Test("A conflict of interest found later keeps the agreement from being signed")
  func conflict() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(today)
      try await superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
        try await connection.execute(
          """
          INSERT INTO registry.conflicts_of_interest (uscc, expert, kind, evidence, since)
          SELECT uscc, expert, 'owned', '工商登记', '2025-01-01' FROM techvp.appointment
          WHERE request = \(request)
          """)
      }
      let university: String = try await superuser.one(
        "SELECT 'university:' || university FROM report.appointment WHERE request = \(request)")
      try await database.appoint(.consent, request, by: university, on: today)
      #expect(
        try await refusal(
          .agree(documentNo: "X", startsOn: start, months: 12), database, on: today)
          == "appointment_conflict")
      #expect(try await refusal(.end(code: "conflict_found"), database, on: today) == nil)
      // What came to nothing before its term is not offered again.
      try await database.techVPNight(today.adding(days: 1))
      let rule: [String] = try await superuser.query(
        """
        SELECT f.rule || ' ' || f.found FROM report.refusal f JOIN report.appointment a
          ON a.request = f.request AND a.expert = f.resource
        WHERE a.request = \(request) ORDER BY 1
        """
      ).decode(String.self)
      #expect(rule.contains("conflict owned 2025-01-01: 工商登记"))
      #expect(rule.contains("declined declined"))
    }
  }

  @Test("Two enterprises offering one expert at the same instant: one succeeds")
  func sameInstant() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(today)
      // Two signed terms of one expert, in sessions that see neither each other nor a live offer.
      let expert: String = try await superuser.one("SELECT min(expert) FROM techvp.appointment")
      for statement: SQL in [
        "ALTER TABLE techvp.appointment DISABLE TRIGGER USER",
        "UPDATE techvp.appointment SET state = 'consented', expert = \(expert)",
        "ALTER TABLE techvp.appointment ENABLE TRIGGER USER",
      ] { try await superuser.execute(statement) }
      let requests = try await superuser.query("SELECT request FROM techvp.appointment")
        .decode(String.self)
      let start = start
      let date = today
      let results = await withTaskGroup(of: String.self) { group in
        for request in requests {
          group.addTask {
            do {
              try await database.appoint(
                .agree(documentNo: "X", startsOn: start, months: 12), request, on: date)
              return "agreed"
            } catch let refusal as AppointmentRefusal {
              return refusal.code
            } catch { return "\(error)" }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(results.filter { $0 == "agreed" }.count == 1)
      #expect(results.filter { $0 == "expert_busy" }.count == requests.count - 1, "\(results)")
    }
  }
}
