import Postgres

@testable import Allocation

/// What is left of placements: their tables, their reminders, and what was done when.
struct RotationTrace {
  struct Reminder: Decodable {
    let talent, kind: String
    let occasion: String?
    let dueOn, raisedOn: DateOnly

    var what: String { "\(talent) \(kind) \(dueOn)" }
  }

  private struct Step: Decodable {
    let talent, state: String
    let reachedOn: DateOnly
  }

  private struct Review: Decodable {
    let talent: String
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
      SELECT concat_ws(' ', p.talent, s.step, s.state, s.reached_on, p.settled_post, p.ends_on,
        p.choice, p.chosen_on, p.wishes, p.vacated_on, p.end_code, p.consequence, p.answered_by)
      FROM rotation.placement_step s JOIN rotation.placement p USING (placement_id)
      UNION ALL
      SELECT concat_ws(' ', p.talent, g.posting_no, g.host_post, g.period, g.change_code)
      FROM rotation.posting g JOIN rotation.placement p USING (placement_id)
      UNION ALL
      SELECT concat_ws(' ', p.talent, 'review', r.review_no, r.due_on, r.grade, r.reviewed_on)
      FROM rotation.review r JOIN rotation.placement p USING (placement_id)
      UNION ALL
      SELECT concat_ws(' ', talent, settled_on, position, institution_post, review_points, lottery,
        quota, got)
      FROM report.settlement
      UNION ALL
      SELECT concat_ws(' ', request, state, answered_on, answer_code) FROM allocation.offer
      ORDER BY 1
      """
    ).decode(String.self)
    reminders = try await superuser.query(
      """
      SELECT payload ->> 'talent' AS talent, kind, payload ->> 'occasion' AS occasion,
        due_on AS "dueOn", raised_on AS "raisedOn"
      FROM allocation.outbox WHERE mechanism = 'rotation' ORDER BY reminder_id
      """
    ).records(as: Reminder.self)
    steps = try await superuser.query(
      """
      SELECT p.talent, s.state, s.reached_on AS "reachedOn" FROM rotation.placement_step s
      JOIN rotation.placement p USING (placement_id) ORDER BY s.placement_id, s.step
      """
    ).records(as: Step.self)
    reviews = try await superuser.query(
      """
      SELECT p.talent, r.due_on AS "dueOn", r.reviewed_on AS "reviewedOn"
      FROM rotation.review r JOIN rotation.placement p USING (placement_id)
      """
    ).records(as: Review.self)
  }

  /// Whether what a reminder tells of is still to be done on a night, or is news that stays.
  func isOpen(_ reminder: Reminder, on night: DateOnly) -> Bool {
    let own = steps.filter { $0.talent == reminder.talent }
    switch reminder.kind {
    case "review_due":
      let isHeld = reviews.contains {
        $0.talent == reminder.talent && $0.dueOn == reminder.dueOn
          && $0.reviewedOn.map { $0 <= night } ?? false
      }
      return !isHeld
        && !own.contains { ["settled", "left"].contains($0.state) && $0.reachedOn <= night }
    case "term_ending":
      // Open until the step that follows.
      guard
        let opened = own.lastIndex(where: {
          $0.state == "term_ending" && $0.reachedOn <= reminder.raisedOn
        })
      else { return false }
      return own.dropFirst(opened + 1).first.map { night < $0.reachedOn } ?? true
    default: return true
    }
  }
}
