import Foundation
public import Postgres

/// The outbox of reminders: raised by nights, delivered once.
///
/// A reminder is known by what it is about, what is due and when — of several conflicts of interest, by
/// which of them —, so that a night that comes late, or twice, raises nothing a second time.
public struct Outbox: Sendable {
  private let connection: Connection

  /// - Parameter connection: in a transaction with an open audit event.
  public init(_ connection: Connection) {
    self.connection = connection
  }

  /// Raises the reminders that were not raised before.
  ///
  /// - Returns: how many are new.
  /// - Throws: ``PostgresError``, also for a kind that the mechanism does not have.
  @discardableResult
  public func raise(_ reminders: [Reminder], in scope: RoundScope) async throws -> Int {
    guard !reminders.isEmpty else { return 0 }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let rows = String(decoding: try encoder.encode(reminders.map(Row.init)), as: UTF8.self)
    return try await connection.execute(
      """
      INSERT INTO allocation.outbox (mechanism, jurisdiction, department, subject_kind, subject,
        kind, due_on, raised_on, payload)
      SELECT \(scope.mechanism.rawValue), \(scope.jurisdiction), r.department, r."subjectKind",
        r.subject, r.kind, r."dueOn", \(scope.businessDate)::date, r.payload
      FROM jsonb_to_recordset(\(JSONText(rows))::jsonb) AS r (department text, "subjectKind" text,
        subject text, kind text, "dueOn" date, payload jsonb)
      ORDER BY r."dueOn", r."subjectKind", r.subject COLLATE "C", r.kind, r.department COLLATE "C"
      ON CONFLICT (mechanism, subject_kind, subject, kind, due_on, department,
        (CASE kind WHEN 'conflict' THEN coalesce(payload ->> 'occasion', '') ELSE '' END)) DO NOTHING
      """)
  }

  /// Notes that a reminder has reached its department.
  ///
  /// - Returns: `false` if it was delivered before, or there is none of that number.
  @discardableResult
  public func deliver(_ reminder: Int, at time: Timestamp) async throws -> Bool {
    try await connection.execute(
      """
      UPDATE allocation.outbox SET delivered_at = \(time)
      WHERE reminder_id = \(reminder) AND delivered_at IS NULL
      """) == 1
  }

  private struct Row: Encodable {
    let department, subjectKind, subject, kind, dueOn: String
    let payload: [String: String]

    init(_ reminder: Reminder) {
      department = reminder.department
      subjectKind = reminder.subjectKind
      subject = reminder.subject
      kind = reminder.kind
      dueOn = "\(reminder.dueOn)"
      payload = reminder.payload
    }
  }
}
