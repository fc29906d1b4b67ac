public import Postgres

/// Working days in China: Monday to Friday, but for the days that a State Council notice names.
///
/// A notice appears in October or November of the year before. Days of a year whose notice is not
/// loaded are counted by weekday alone and are *provisional*: they may move once it appears.
public struct WorkingCalendar: Sendable {
  /// Days that differ from their weekday: `true` is off, `false` is a make-up workday (调休上班).
  private let exceptions: [DateOnly: Bool]
  /// The years whose notice is loaded.
  private let years: Set<Int>

  public init(exceptions: [DateOnly: Bool], years: Set<Int>) {
    self.exceptions = exceptions
    self.years = years
  }

  /// Whether people work on this day.
  public func isWorkingDay(_ day: DateOnly) -> Bool {
    if let isOff = exceptions[day] { return !isOff }
    return day.weekday < 6
  }

  /// Whether the day belongs to a public holiday: a day off that a notice names, or a day off joined
  /// to one by days off alone. Notices of some years leave out the weekends inside a holiday.
  public func isInHoliday(_ day: DateOnly) -> Bool {
    guard !isWorkingDay(day) else { return false }
    return [-1, 1].contains { step in
      var current = day
      while !isWorkingDay(current) {
        if exceptions[current] == true { return true }
        let next = current.adding(days: step)
        guard next != current else { return false }
        current = next
      }
      return false
    }
  }

  /// Whether the notice of this day's year is not loaded yet.
  public func isProvisional(_ day: DateOnly) -> Bool { !years.contains(day.year) }

  /// The working day that is `count` working days after `day`; `day` itself is not counted.
  ///
  /// - Parameter count: working days, at least 1.
  /// - Throws: ``CalendarError/outOfRange(_:)`` past the calendar's end.
  /// - Complexity: linear in `count`.
  public func workingDay(_ count: Int, after day: DateOnly) throws -> DateOnly {
    var current = day
    var left = max(1, count)
    while left > 0 {
      let next = current.adding(days: 1)
      guard next > current else { throw CalendarError.outOfRange(day) }
      current = next
      if isWorkingDay(current) { left -= 1 }
    }
    return current
  }
}

/// Why a date cannot be had.
public enum CalendarError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The date would lie past the last day the calendar can hold.
  case outOfRange(DateOnly)
  /// A holiday notice is not in the form of holiday-cn.
  case malformedNotice(file: String, what: String)

  public var description: String {
    switch self {
    case .outOfRange(let day): "no date that long after \(day)"
    case .malformedNotice(let file, let what): "\(file): \(what)"
    }
  }
}
