import Postgres

/// What a night reminds of: agreements that are late, yearly reviews, terms that end, conflicts of
/// interest.
struct AppointmentReminders {
  static let subjectKind = "appointment"

  private let review, ending: Int

  /// - Throws: ``PolicyError`` if a clock is missing.
  init(_ policy: Policy) throws {
    review = try policy.count("techvp.clock.review")
    ending = try policy.count("techvp.clock.ending")
  }

  /// Everything that stands to be done on a day, told before or not; the outbox knows. What was done
  /// before is not reminded of, however late the night; a year that passed without a review is told
  /// all the same.
  ///
  /// What counts is the day on which the thing itself is due, which no later policy moves.
  func due(
    in jurisdiction: String, by day: DateOnly, from connection: Connection
  ) async throws -> [Reminder] {
    try await connection.query(
      """
      WITH mine AS (
        SELECT * FROM techvp.appointment WHERE jurisdiction = \(jurisdiction)),
      due AS (
        SELECT appointment_id, 'agreement_overdue' AS kind, d.due_on, NULL AS occasion
        FROM mine JOIN techvp.agreement_deadline d USING (appointment_id)
        WHERE d.due_on < \(day)
        UNION ALL
        SELECT appointment_id, 'review_due', v.due_on, v.year_no::text
        FROM mine JOIN techvp.review v USING (appointment_id)
        WHERE state = 'active' AND v.grade IS NULL
          AND v.due_on - \(review)::integer <= \(day)
        UNION ALL
        SELECT appointment_id, 'review_overdue', v.due_on, v.year_no::text
        FROM mine JOIN techvp.review v USING (appointment_id)
        WHERE v.grade IS NULL AND v.due_on < \(day) AND term @> v.due_on
        UNION ALL
        SELECT appointment_id, 'ending', ends_on, NULL FROM mine
        WHERE state = 'active' AND ends_on - \(ending)::integer <= \(day) AND ends_on >= \(day)
        UNION ALL
        SELECT a.appointment_id, 'conflict', greatest(c.since, r.business_date), c.id::text
        FROM techvp.appointment a
        CROSS JOIN LATERAL techvp.conflicts_with(a) c
        JOIN allocation.offer o USING (offer_id)
        JOIN allocation.round r USING (round_id)
        WHERE a.jurisdiction = \(jurisdiction)
          AND a.state IN ('offered', 'consented', 'agreed', 'active') AND c.since <= \(day))
      SELECT p.department, a.appointment_id::text AS subject, due.kind, due.due_on AS "dueOn",
        a.request, a.expert, due.occasion
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
    /// The year of a review, the number of a conflict.
    let occasion: String?

    var reminder: Reminder {
      var payload = ["request": request, "expert": expert]
      payload["occasion"] = occasion
      return Reminder(
        department: department, subjectKind: AppointmentReminders.subjectKind, subject: subject,
        kind: kind, dueOn: dueOn, payload: payload)
    }
  }
}
