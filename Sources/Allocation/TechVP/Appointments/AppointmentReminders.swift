import Postgres

/// What a night reminds of: agreements that are late, yearly reviews, terms that end.
struct AppointmentReminders {
  private let agreement, review, ending: Int

  /// - Throws: ``PolicyError`` if a clock is missing.
  init(_ policy: Policy) throws {
    agreement = try policy.count("techvp.clock.agreement")
    review = try policy.count("techvp.clock.review")
    ending = try policy.count("techvp.clock.ending")
  }

  /// Everything that is due to be told by a day, told before or not; the outbox knows.
  ///
  /// A night that was missed changes nothing but the day on which the reminder is raised: what
  /// counts is the day on which the thing itself is due.
  func due(
    in jurisdiction: String, by day: DateOnly, from connection: Connection
  ) async throws -> [Reminder] {
    try await connection.query(
      """
      WITH mine AS (
        SELECT * FROM techvp.appointment WHERE jurisdiction = \(jurisdiction)),
      due AS (
        SELECT appointment_id, 'agreement_overdue' AS kind, state_on + \(agreement)::integer AS due_on
        FROM mine
        WHERE state = 'consented' AND state_on + \(agreement)::integer < \(day)
        UNION ALL
        SELECT appointment_id, 'review_due', v.due_on
        FROM mine JOIN techvp.review v USING (appointment_id)
        WHERE state = 'active' AND v.grade IS NULL
          AND v.due_on - \(review)::integer <= \(day)
        UNION ALL
        SELECT appointment_id, 'review_overdue', v.due_on
        FROM mine JOIN techvp.review v USING (appointment_id)
        WHERE state = 'active' AND v.grade IS NULL AND v.due_on < \(day)
        UNION ALL
        SELECT appointment_id, 'ending', ends_on FROM mine
        WHERE state = 'active' AND ends_on - \(ending)::integer <= \(day))
      SELECT p.department, a.appointment_id::text AS subject, due.kind, due.due_on AS "dueOn",
        a.request, a.expert
      FROM due
      JOIN mine a USING (appointment_id)
      CROSS JOIN LATERAL (VALUES ('university:' || a.university), ('office')) AS p (department)
      """
    ).records(as: Row.self).map(\.reminder)
  }

  private struct Row: Decodable {
    let department, subject, kind: String
    let dueOn: DateOnly
    let request, expert: String

    var reminder: Reminder {
      Reminder(
        department: department, subjectKind: "appointment", subject: subject, kind: kind,
        dueOn: dueOn, payload: ["request": request, "expert": expert])
    }
  }
}
