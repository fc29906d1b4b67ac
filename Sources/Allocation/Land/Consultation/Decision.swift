public import Postgres

/// What a consultation decides: one of seven kinds.
public enum Decision: Hashable, Sendable {
  /// Gives a request a parcel, or an area in mu of it.
  case allocate(request: String, parcel: String, area: Numeric)
  /// Moves an amount of a quota between two counties; without `from` it comes from above.
  case adjustQuota(from: String?, to: String, amount: Numeric, documentNumber: String)
  /// Lets a request pass a parcel's threshold; without `parcel` every parcel's.
  case waiveThreshold(
    request: String, threshold: LandWaiver.Threshold, parcel: String?, until: DateOnly?)
  /// Keeps a parcel back; with `request` for that request alone.
  case holdParcel(parcel: String, request: String?, until: DateOnly)
  /// Puts a request off.
  case `defer`(request: String, until: DateOnly)
  /// Refuses a request, with a coded reason and its legal basis.
  case refuse(request: String, reason: String, legalBasis: String)
  /// Gives a department a task.
  case assignTask(department: String, due: TaskDeadline, request: String?, parcel: String?)

  /// The words under which the kinds are stored and written in files.
  public enum Kind: String, CaseIterable, Sendable {
    case allocate
    case adjustQuota = "adjust_quota"
    case waiveThreshold = "waive_threshold"
    case holdParcel = "hold_parcel"
    case `defer`
    case refuse
    case assignTask = "assign_task"
  }

  public var kind: Kind {
    switch self {
    case .allocate: .allocate
    case .adjustQuota: .adjustQuota
    case .waiveThreshold: .waiveThreshold
    case .holdParcel: .holdParcel
    case .defer: .defer
    case .refuse: .refuse
    case .assignTask: .assignTask
    }
  }
}

/// When a task is due.
public enum TaskDeadline: Hashable, Sendable {
  /// So many working days after the session.
  case workingDays(Int)
  case on(DateOnly)
}

/// A decision as it is put to the minutes.
public struct Motion: Hashable, Sendable {
  public let decision: Decision
  /// What is said about it; for a task, what is to be done.
  public let note: String?

  public init(_ decision: Decision, note: String? = nil) {
    self.decision = decision
    self.note = note
  }
}
