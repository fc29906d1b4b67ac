public import Postgres

/// Something that a date should have moved and that the database refused to move. It stays where it was,
/// is told to the department that answers, and is tried again every night.
public struct RefusedMove: Hashable, Sendable {
  /// `appointment` or `placement`.
  public let subjectKind: String
  /// The number of what did not move.
  public let subject: String
  /// The day on which it should have moved.
  public let dueOn: DateOnly
  /// The constraint that refused.
  public let cause: String
  /// What the constraint says, without personal data.
  public let detail: String

  public init(subjectKind: String, subject: String, dueOn: DateOnly, cause: String, detail: String)
  {
    self.subjectKind = subjectKind
    self.subject = subject
    self.dueOn = dueOn
    self.cause = cause
    self.detail = detail
  }

  /// The kind of reminder that tells of it.
  static let kind = "not_moved"

  /// The refusal as a reminder.
  func reminder(to department: String, payload: [String: String]) -> Reminder {
    Reminder(
      department: department, subjectKind: subjectKind, subject: subject, kind: Self.kind,
      dueOn: dueOn,
      payload: payload.merging(["cause": cause, "detail": detail]) { own, _ in own })
  }
}

extension RefusedMove: CustomStringConvertible {
  public var description: String { "\(subjectKind) \(subject), due on \(dueOn): \(detail)" }
}

extension PostgresError {
  /// Whether a rule that the database keeps refused the row, which is the row's fault alone.
  var isRefusal: Bool { sqlState?.hasPrefix("23") ?? false }
}
