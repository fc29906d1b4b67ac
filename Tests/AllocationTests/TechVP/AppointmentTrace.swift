import Postgres

@testable import Allocation

/// What is left of appointments: their tables, their reminders, and what was done when.
struct AppointmentTrace {
  struct Reminder: Decodable {
    let department, request, kind: String
    let dueOn, raisedOn: DateOnly

    var what: String { "\(request) \(kind) \(dueOn) \(department)" }
  }

  struct Step: Decodable {
    let request, state: String
    let reachedOn: DateOnly
  }

  struct Review: Decodable {
    let request: String
    let dueOn: DateOnly
    let reviewedOn: DateOnly?
  }

  let tables: [String]
  let reminders: [Reminder]
  private let steps: [Step]
  private let reviews: [Review]

  init(_ superuser: Pool) async throws {
    tables = try await superuser.query(
      """
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
      ORDER BY 1
      """
    ).decode(String.self)
    reminders = try await superuser.query(
      """
      SELECT department, payload ->> 'request' AS request, kind, due_on AS "dueOn",
        raised_on AS "raisedOn"
      FROM allocation.outbox WHERE mechanism = 'techvp' ORDER BY reminder_id
      """
    ).records(as: Reminder.self)
    steps = try await superuser.query(
      """
      SELECT a.request, s.state, s.reached_on AS "reachedOn" FROM techvp.appointment_step s
      JOIN techvp.appointment a USING (appointment_id) ORDER BY s.appointment_id, s.step
      """
    ).records(as: Step.self)
    reviews = try await superuser.query(
      """
      SELECT a.request, v.due_on AS "dueOn", v.reviewed_on AS "reviewedOn"
      FROM techvp.review v JOIN techvp.appointment a USING (appointment_id)
      """
    ).records(as: Review.self)
  }

  /// Whether what a reminder tells of is still to be done on a night, or is news that stays.
  func isOpen(_ reminder: Reminder, on night: DateOnly) -> Bool {
    func has(_ state: String, by day: DateOnly) -> Bool {
      steps.contains {
        $0.request == reminder.request && $0.state == state && $0.reachedOn <= day
      }
    }
    // The last day of a term that ran out belongs to the term.
    let yesterday = night.adding(days: -1)
    let isOver =
      has("ended", by: night) || has("completed", by: yesterday) || has("renewed", by: yesterday)
    let isReviewed = reviews.contains {
      $0.request == reminder.request && $0.dueOn == reminder.dueOn
        && $0.reviewedOn.map { $0 <= night } ?? false
    }
    return switch reminder.kind {
    case "agreement_overdue": !has("agreed", by: night) && !isOver
    case "review_due": !isReviewed && !isOver
    case "review_overdue": !isReviewed
    case "ending", "conflict": !isOver
    default: true
    }
  }
}
