public import Postgres

/// A year's Saturday consultations: every Saturday, but for those moved by a recorded decision.
///
/// A Saturday in a public holiday is to be moved, by default to the next Saturday that is in none;
/// a make-up workday is an ordinary Saturday. Where two Saturdays come to one day, one session is
/// held for both.
public struct SessionPlan: Hashable, Sendable {
  /// One Saturday, and the day on which its session is held.
  public struct Entry: Hashable, Encodable, Sendable {
    public let saturday: DateOnly
    public let heldOn: DateOnly
    /// Why it was moved; `nil` where it is held on its Saturday.
    public let reason: String?
    /// Whether a holiday notice still to come may change it.
    public let isProvisional: Bool
  }

  /// One a Saturday, in order.
  public let entries: [Entry]

  /// Plans a year: a pure function of the calendar and of the moves on record.
  ///
  /// - Throws: ``CalendarError/outOfRange(_:)`` for a year past the calendar.
  public init(
    year: Int, calendar: WorkingCalendar, moves: [SessionMove]
  ) throws(CalendarError) {
    let recorded = Dictionary(
      moves.map { ($0.saturday, $0) }, uniquingKeysWith: { first, _ in first })
    var entries: [Entry] = []
    for saturday in Self.saturdays(of: year) {
      var move = recorded[saturday]
      if move == nil { move = try SessionMove(default: saturday, calendar) }
      let heldOn = move?.heldOn ?? saturday
      entries.append(
        Entry(
          saturday: saturday, heldOn: heldOn, reason: move?.reason,
          isProvisional: calendar.isProvisional(saturday) || calendar.isProvisional(heldOn)))
    }
    self.entries = entries
  }

  /// The moves that the calendar asks for and nobody has recorded yet.
  func missing(in moves: [SessionMove]) -> [SessionMove] {
    let recorded = Set(moves.map(\.saturday))
    return entries.compactMap { entry in
      guard let reason = entry.reason, !recorded.contains(entry.saturday) else { return nil }
      return SessionMove(saturday: entry.saturday, heldOn: entry.heldOn, reason: reason)
    }
  }

  private static func saturdays(of year: Int) -> [DateOnly] {
    guard let first = DateOnly(year: year, month: 1, day: 1) else { return [] }
    let start = first.adding(days: (13 - first.weekday) % 7)
    return stride(from: 0, to: 366, by: 7).map { start.adding(days: $0) }.filter { $0.year == year }
  }
}

/// A recorded decision to hold a Saturday's session on another Saturday.
public struct SessionMove: Hashable, Decodable, Sendable {
  public let saturday: DateOnly
  public let heldOn: DateOnly
  public let reason: String

  public init(saturday: DateOnly, heldOn: DateOnly, reason: String) {
    self.saturday = saturday
    self.heldOn = heldOn
    self.reason = reason
  }

  /// The default: from a Saturday in a public holiday to the next Saturday in none; `nil` for a
  /// Saturday that stays.
  init?(default saturday: DateOnly, _ calendar: WorkingCalendar) throws(CalendarError) {
    guard calendar.isInHoliday(saturday) else { return nil }
    var day = saturday
    repeat {
      let next = day.adding(days: 7)
      guard next.weekday == 6, next > day else { throw .outOfRange(saturday) }
      day = next
    } while calendar.isInHoliday(day)
    self.init(saturday: saturday, heldOn: day, reason: Self.holiday(saturday, day))
  }

  private static func holiday(_ saturday: DateOnly, _ day: DateOnly) -> String {
    "\(saturday) 逢法定节假日，顺延至 \(day)，与当日会商合并召开"
  }
}
