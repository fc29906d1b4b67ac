import Postgres
import Testing

@testable import Allocation

/// Four years of nights, some of them missed, with reviews, early ends and renewals drawn from a fixed
/// seed.
@Suite("Four years of appointments")
struct AppointmentYearsTests {
  private let first = TechVPFixture.day("2026-01-12")
  private let last = TechVPFixture.day("2030-01-12")

  @Test(
    "Terms, caps and stability hold, no reminder is raised twice, and the audit replays the tables")
  func years() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      var random = SplitMix(seed: 20_260_112)
      var date = first
      // More requests than the universities' caps allow: terms follow one another.
      try await FinanceOffice.load(
        [
          "expert_requests": [TechVPOffice.requestHeader]
            + (6..<14).map { TechVPOffice.request("KJ-\($0)", $0) }
        ], into: database)
      // The clocks change twice under way; nobody hears of the same thing again for it.
      try await superuser.putInForce(
        3, from: TechVPFixture.day("2027-03-01"),
        ["techvp.clock.agreement": 12, "techvp.clock.review": 45, "techvp.clock.ending": 120])
      try await superuser.putInForce(
        4, from: TechVPFixture.day("2028-05-01"), ["techvp.clock.agreement": 60])
      while date < last {
        try await database.techVPNight(date)
        // The same night again, or a later one, raises nothing twice.
        if Int.random(in: 0..<6, using: &random) == 0 { try await database.techVPDates(date) }
        try await office(on: date, database, superuser, &random)
        date = date.adding(days: [1, 3, 5, 9, 21, 40].randomElement(using: &random) ?? 1)
      }
      try await check(superuser)
      let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(faults == [])
      #expect(try await Verification(pool: database.pool).auditFaults() == [])
    }
  }

  private struct Open: Decodable {
    let id, offer: Int
    let request, state, university: String
    let stateOn: DateOnly
    let startsOn, endsOn, reviewDue, offerDue: DateOnly?
    let hasRenewal: Bool
  }

  /// What people do on a day.
  private func office(
    on date: DateOnly, _ database: Database, _ superuser: Pool, _ random: inout SplitMix
  ) async throws {
    let open = try await superuser.query(
      """
      SELECT a.appointment_id AS id, a.offer_id AS offer, a.request, a.state,
        a.state_on AS "stateOn", a.university, a.starts_on AS "startsOn", a.ends_on AS "endsOn", (
          SELECT min(due_on) FROM techvp.review v
          WHERE v.appointment_id = a.appointment_id AND grade IS NULL) AS "reviewDue",
        o.due_on AS "offerDue", a.renewal_request IS NOT NULL AS "hasRenewal"
      FROM techvp.appointment a JOIN allocation.offer o USING (offer_id)
      WHERE a.state IN ('offered', 'consented', 'agreed', 'active') ORDER BY a.appointment_id
      """
    ).records(as: Open.self)
    for appointment in open {
      let roll = Int.random(in: 0..<10, using: &random)
      switch appointment.state {
      // Every fifth offer meets silence, and a later night finds it expired.
      case "offered" where appointment.id % 5 == 1: break
      case "offered" where roll < 7:
        try await database.appoint(
          .consent, appointment.request, by: "university:\(appointment.university)", on: date)
      case "offered" where roll == 9:
        try await OfferDesk(pool: database.pool).answer(
          appointment.offer,
          OfferAnswer(
            .decline, by: "university:\(appointment.university)", code: "not_released", on: date))
      // Every fourth agreement takes its time.
      case "consented" where appointment.id % 4 == 2 && appointment.stateOn.days(until: date) < 90:
        break
      case "consented" where roll < 5:
        try await database.appoint(
          .agree(
            documentNo: "三方\(appointment.request)", startsOn: date.adding(days: roll),
            months: [12, 24, 36][roll % 3]), appointment.request, on: date)
      case "consented" where roll == 9:
        try await database.appoint(.end(code: "not_agreed"), appointment.request, on: date)
      case "active": try await term(appointment, roll, on: date, database)
      default: break
      }
    }
  }

  private func term(
    _ appointment: Open, _ roll: Int, on date: DateOnly, _ database: Database
  ) async throws {
    guard let endsOn = appointment.endsOn, date <= endsOn else { return }
    let request = appointment.request
    if let due = appointment.reviewDue, date >= due.adding(days: -10), roll < 6 {
      let grade: ReviewGrade = roll == 0 ? .failed : roll < 3 ? .excellent : .passed
      try await database.appoint(.review(grade: grade, year: nil), request, on: date)
    }
    if roll == 5, let startsOn = appointment.startsOn, startsOn.days(until: date) > 31, date.day > 5
    {
      try await AppointmentDesk(pool: database.pool).record(
        .log(days: roll, month: date), request: request, by: "office", note: "核对", on: date)
      try await database.appoint(
        .outcome(.init(.problemSolved, title: "难题\(date)")), request, on: date)
    }
    // Every third enterprise lets its term run out.
    let mayRenew = !appointment.hasRenewal && appointment.id % 3 > 0
    if date >= endsOn.adding(days: -90), mayRenew, roll < 9 {
      do {
        try await database.appoint(.renew(months: 12), request, on: date)
      } catch AppointmentRefusal.failedReview { return }
    } else if roll == 9, date.days(until: endsOn) % 4 == 0 {
      try await database.appoint(.end(code: "days_short"), request, on: date)
    }
  }

  private func check(_ superuser: Pool) async throws {
    let states = try await superuser.query(
      "SELECT DISTINCT state FROM techvp.appointment_step ORDER BY state"
    ).decode(String.self)
    #expect(states == AppointmentState.allCases.map(\.rawValue).sorted())
    let kinds = try await superuser.query(
      "SELECT DISTINCT kind FROM report.reminder WHERE mechanism = 'techvp' ORDER BY kind"
    ).decode(String.self)
    #expect(kinds == ["agreement_overdue", "ending", "review_due", "review_overdue"])
    for (what, query): (String, SQL) in [
      // What is told of is one agreement, one end and each of the years, whatever day it says.
      (
        "a reminder twice",
        """
        SELECT concat_ws(' ', o.subject, o.kind, v.year_no) FROM allocation.outbox o
        LEFT JOIN techvp.review v ON o.kind LIKE 'review%'
          AND v.appointment_id = o.subject::bigint
          AND o.due_on BETWEEN v.due_on - 180 AND v.due_on + 180
        GROUP BY o.department, o.subject, o.kind, v.year_no HAVING count(*) > 1
        """
      ),
      (
        "a reminder of nothing",
        """
        SELECT concat_ws(' ', o.subject, o.kind, o.due_on) FROM allocation.outbox o
        JOIN techvp.appointment a ON a.appointment_id = o.subject::bigint
        WHERE CASE o.kind
          WHEN 'agreement_overdue' THEN o.raised_on <= o.due_on
          WHEN 'ending' THEN o.due_on <> a.ends_on OR o.raised_on > o.due_on
          ELSE NOT EXISTS (
            SELECT FROM techvp.review v
            WHERE (v.appointment_id, v.due_on) = (a.appointment_id, o.due_on)
              AND (v.reviewed_on IS NULL OR v.reviewed_on >= o.raised_on)) END
        """
      ),
      (
        "two terms of one expert at once",
        """
        SELECT a.expert FROM techvp.appointment a JOIN techvp.appointment b
          ON a.expert = b.expert AND a.appointment_id < b.appointment_id AND a.term && b.term
        """
      ),
      (
        "a cap exceeded",
        """
        SELECT u.code FROM registry.universities u WHERE u.max_experts < (
          SELECT count(*) FROM techvp.appointment a
          WHERE a.university = u.code AND a.state IN ('offered', 'consented', 'agreed', 'active'))
        """
      ),
      (
        "an ended appointment that still holds its expert",
        """
        SELECT a.request FROM techvp.appointment a JOIN allocation.offer o USING (offer_id)
        WHERE a.state IN ('completed', 'renewed', 'ended') AND o.state <> 'released'
        """
      ),
      (
        "a renewal that did not come first",
        """
        SELECT o.renewal_request FROM techvp.appointment o JOIN techvp.appointment n
          ON n.request = o.renewal_request
        WHERE o.state = 'renewed' AND n.expert <> o.expert AND NOT EXISTS (
          SELECT FROM techvp.appointment e
          WHERE e.request = n.request AND e.appointment_id < n.appointment_id)
        """
      ),
      ("a blocking pair", "SELECT request FROM report.blocking_pair"),
      ("a violation", "SELECT detail FROM report.certificate_violation"),
    ] {
      let rows = try await superuser.query(query).decode(String.self)
      #expect(rows.isEmpty, "\(what): \(rows)")
    }
    try await AuditReplay.expectSame(
      "techvp",
      [
        ("appointment", "appointment_id"), ("appointment_step", "appointment_id,step"),
        ("review", "appointment_id,year_no"), ("site_days", "appointment_id,month"),
        ("outcome", "outcome_id"),
      ], superuser)
  }
}
