import Postgres

@testable import Allocation

extension LifeTrace.Plan {
  /// Placements, by talent.
  static let placements = Self(
    mechanism: .rotation, subject: "talent",
    tables: """
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
      """,
    steps: """
      SELECT p.talent AS subject, s.state, s.reached_on AS "reachedOn"
      FROM rotation.placement_step s JOIN rotation.placement p USING (placement_id)
      ORDER BY s.placement_id, s.step
      """,
    reviews: """
      SELECT p.talent AS subject, r.due_on AS "dueOn", r.reviewed_on AS "reviewedOn"
      FROM rotation.review r JOIN rotation.placement p USING (placement_id)
      """,
    ends: ["settled": 0, "left": 0],
    closing: ["review_due": [.review, .end], "term_ending": [.stepAfter("term_ending")]])
}
