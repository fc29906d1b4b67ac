public import Postgres

/// Something that falls due and that a department should hear of.
public struct Reminder: Hashable, Sendable {
  /// The department that is told, by code.
  public let department: String
  /// What the reminder is about: `appointment`, `placement`, …
  public let subjectKind: String
  /// The number or code of what it is about.
  public let subject: String
  /// A code of `allocation.reminder_kind`.
  public let kind: String
  /// The day on which the thing itself is due, whenever a night notices it.
  public let dueOn: DateOnly
  /// What else belongs to it, by name. No personal data: reminders leave the house.
  public let payload: [String: String]

  public init(
    department: String, subjectKind: String, subject: String, kind: String, dueOn: DateOnly,
    payload: [String: String] = [:]
  ) {
    self.department = department
    self.subjectKind = subjectKind
    self.subject = subject
    self.kind = kind
    self.dueOn = dueOn
    self.payload = payload
  }
}
