import Postgres

/// A decision as `land.decision` stores it: the columns of its kind, the others empty.
struct DecisionRow: Hashable, Sendable {
  let kind: Decision.Kind
  var request: String?
  var parcel: String?
  var area: Numeric?
  var fromLot: String?
  var toLot: String?
  var amount: Numeric?
  var documentNumber: String?
  var rule: String?
  var until: DateOnly?
  var department: String?
  var due: Deadline?
  var reason: String?
  var legalBasis: String?
  let note: String?

  /// - Throws: ``CalendarError`` for a task due past the calendar.
  init(_ motion: Motion, session: DateOnly, calendar: WorkingCalendar) throws {
    kind = motion.decision.kind
    note = motion.note
    switch motion.decision {
    case .allocate(let request, let parcel, let area):
      (self.request, self.parcel, self.area) = (request, parcel, area)
    case .adjustQuota(let from, let to, let amount, let documentNumber):
      (fromLot, toLot) = (from.map(Self.lot), Self.lot(to))
      (self.amount, self.documentNumber) = (amount, documentNumber)
    case .waiveThreshold(let request, let threshold, let parcel, let until):
      (self.request, rule) = (request, threshold.rawValue)
      (self.parcel, self.until) = (parcel, until)
    case .holdParcel(let parcel, let request, let until):
      (self.parcel, self.request, self.until) = (parcel, request, until)
    case .defer(let request, let until):
      (self.request, self.until) = (request, until)
    case .refuse(let request, let reason, let legalBasis):
      (self.request, self.reason, self.legalBasis) = (request, reason, legalBasis)
    case .assignTask(let department, let due, let request, let parcel):
      (self.department, self.request, self.parcel) = (department, request, parcel)
      self.due = try due.deadline(after: session, calendar)
    }
  }

  /// The ledger's lot of a quota, which people call by its code.
  private static func lot(_ quota: String) -> String {
    quota.hasPrefix("quota:") ? quota : "quota:" + quota
  }
}

extension TaskDeadline {
  fileprivate func deadline(
    after session: DateOnly, _ calendar: WorkingCalendar
  ) throws -> Deadline {
    let day =
      switch self {
      case .workingDays(let count): try calendar.workingDay(count, after: session)
      case .on(let date): date
      }
    return Deadline(day: day, isProvisional: calendar.isProvisional(day))
  }
}
