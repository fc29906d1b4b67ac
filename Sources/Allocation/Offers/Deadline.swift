public import Postgres

/// The last day on which an offer may be answered.
public struct Deadline: Hashable, Sendable {
  public let day: DateOnly
  /// Whether the holiday notice of that day's year is still to come, so that the day may move.
  public let isProvisional: Bool

  public init(day: DateOnly, isProvisional: Bool) {
    self.day = day
    self.isProvisional = isProvisional
  }

  /// The deadline of a round's offers: the policy's number of working days after its business date.
  ///
  /// - Throws: ``PolicyError`` if the policy has no clock for the mechanism; ``CalendarError``.
  init(of scope: RoundScope, policy: Policy, calendar: WorkingCalendar) throws {
    let days = try policy.count("\(scope.mechanism.rawValue).clock.answer")
    day = try calendar.workingDay(days, after: scope.businessDate)
    isProvisional = calendar.isProvisional(day)
  }
}
