import Postgres

@testable import Allocation

extension LifeTrace.Plan {
  /// Appointments, by request. The last day of a term that ran out belongs to the term.
  static let appointments = Self(
    mechanism: .techvp, subject: "request",
    tables: """
      SELECT concat_ws(' ', a.request, s.step, s.state, s.reached_on, s.answered_by, a.end_code, a.note,
        a.renewal_request, o.state, o.answered_on, o.answer_code)
      FROM techvp.appointment_step s JOIN techvp.appointment a USING (appointment_id)
      JOIN allocation.offer o USING (offer_id)
      UNION ALL
      SELECT concat_ws(' ', a.request, 'review', v.year_no, v.due_on, v.grade, v.reviewed_on)
      FROM techvp.review v JOIN techvp.appointment a USING (appointment_id)
      UNION ALL
      SELECT concat_ws(' ', a.request, d.month, d.days, d.logged_on)
      FROM techvp.site_days d JOIN techvp.appointment a USING (appointment_id)
      """,
    steps: """
      SELECT a.request AS subject, s.state, s.reached_on AS "reachedOn"
      FROM techvp.appointment_step s JOIN techvp.appointment a USING (appointment_id)
      ORDER BY s.appointment_id, s.step
      """,
    reviews: """
      SELECT a.request AS subject, v.due_on AS "dueOn", v.reviewed_on AS "reviewedOn"
      FROM techvp.review v JOIN techvp.appointment a USING (appointment_id)
      """,
    ends: ["ended": 0, "completed": 1, "renewed": 1],
    closing: [
      "agreement_overdue": [.step("agreed"), .end], "review_due": [.review, .end],
      "review_overdue": [.review], "ending": [.end], "conflict": [.end],
    ])
}
