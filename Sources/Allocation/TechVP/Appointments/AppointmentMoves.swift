import Postgres

/// What dates did to appointments in a night that somebody has to hear of: terms that did not begin for
/// a conflict of interest, and moves that were refused.
struct AppointmentMoves: Sendable {
  private let rows: [Row]

  /// Moves what is due by the business date, each appointment for itself.
  static func make(in scope: RoundScope, on connection: Connection) async throws -> Self {
    Self(
      rows: try await connection.query(
        """
        SELECT a.appointment_id::text AS subject, m.what, m.due AS "dueOn", m.cause, m.detail,
          a.request, a.expert, a.university
        FROM techvp.move_terms(\(scope.jurisdiction), \(scope.businessDate)) m
        JOIN techvp.appointment a ON a.appointment_id = m.appointment
        ORDER BY m.appointment
        """
      ).records(as: Row.self))
  }

  /// To the university and to the office.
  var reminders: [Reminder] {
    rows.flatMap { row in
      ["university:\(row.university)", "office"].map(row.reminder(to:))
    }
  }

  var refused: [RefusedMove] { rows.compactMap(\.refused) }

  private struct Row: Decodable, Sendable {
    let subject, what: String
    let dueOn: DateOnly
    let cause, detail: String?
    let request, expert, university: String

    var refused: RefusedMove? {
      guard what == RefusedMove.kind else { return nil }
      return RefusedMove(
        subjectKind: AppointmentReminders.subjectKind, subject: subject, dueOn: dueOn,
        cause: cause ?? "", detail: detail ?? "")
    }

    func reminder(to department: String) -> Reminder {
      let payload = ["request": request, "expert": expert]
      return refused?.reminder(to: department, payload: payload)
        ?? Reminder(
          department: department, subjectKind: AppointmentReminders.subjectKind, subject: subject,
          kind: what, dueOn: dueOn, payload: payload)
    }
  }
}
