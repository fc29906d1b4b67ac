import Postgres

/// What a night tells the finance office: banks that have kept silent past their clocks, whether the policy
/// ends their matches for it or not.
enum SilenceReminders {
  /// What the night of a business date has flagged.
  static func flagged(
    in scope: RoundScope, from connection: Connection
  ) async throws -> [Reminder] {
    try await connection.query(
      """
      SELECT m.offer_id || '/' || m.bank AS subject, s.clock || '_overdue' AS kind,
        coalesce(m.due_on, m.state_on) AS "dueOn", m.request, m.bank
      FROM finance.match m
      CROSS JOIN LATERAL (
        SELECT t.clock FROM finance.match_step p JOIN finance.match_state t USING (state)
        WHERE (p.offer_id, p.bank) = (m.offer_id, m.bank) AND t.clock IS NOT NULL
        ORDER BY p.step DESC LIMIT 1) s
      WHERE m.jurisdiction = \(scope.jurisdiction) AND m.flagged_on = \(scope.businessDate)
      """
    ).records(as: Row.self).map(\.reminder)
  }

  private struct Row: Decodable {
    let subject, kind: String
    /// An expired match bears the day that it expired on: its deadline.
    let dueOn: DateOnly
    let request, bank: String

    var reminder: Reminder {
      Reminder(
        department: "finance_office", subjectKind: "match", subject: subject, kind: kind,
        dueOn: dueOn, payload: ["request": request, "bank": bank])
    }
  }
}
