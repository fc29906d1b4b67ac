internal import CLibPQ
internal import Glibc

/// An instant, to the microsecond: SQL's `timestamptz`.
///
/// Holds no zone; ``description`` is in UTC. `infinity` decodes as ``ValueError/outOfRange``.
public struct Timestamp: Hashable, Sendable {
  /// Microseconds since 2000-01-01T00:00:00Z, the server's own epoch.
  public let microseconds: Int64

  /// Seconds from the Unix epoch to the server's.
  private static let epochShift: Int64 = 946_684_800
  static let range: ClosedRange<Int64> = -211_813_488_000_000_000...9_223_371_331_199_999_999

  /// - Returns: `nil` outside the server's range (years −4712 to 294,276).
  public init?(microseconds: Int64) {
    guard Self.range.contains(microseconds) else { return nil }
    self.microseconds = microseconds
  }

  /// - Returns: `nil` outside the server's range.
  public init?(unixMicroseconds: Int64) {
    let (shifted, overflow) =
      unixMicroseconds.subtractingReportingOverflow(Self.epochShift * 1_000_000)
    guard !overflow else { return nil }
    self.init(microseconds: shifted)
  }

  /// Microseconds since 1970-01-01T00:00:00Z, held at the ends of `Int64`.
  public var unixMicroseconds: Int64 {
    let (sum, overflow) = microseconds.addingReportingOverflow(Self.epochShift * 1_000_000)
    return overflow ? .max : sum
  }

  /// The system clock's time.
  public static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let unix = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    return Timestamp(unixMicroseconds: unix) ?? Timestamp(clamped: range.upperBound)
  }

  private init(clamped microseconds: Int64) {
    self.microseconds = microseconds
  }
}

extension Timestamp {
  static let microsecondsPerDay: Int64 = 86_400_000_000

  /// The calendar day in a zone that is `offset` seconds east of UTC (28,800 for Asia/Shanghai).
  public func date(offset: Int = 0) -> DateOnly {
    let (shift, overflow) = Int64(offset).multipliedReportingOverflow(by: 1_000_000)
    let shifted = overflow ? self : adding(microseconds: shift)
    return DateOnly(clamping: Int(shifted.split.day))
  }

  /// Later by `count` microseconds, held at the range's ends.
  public func adding(microseconds count: Int64) -> Timestamp {
    let (sum, overflow) = microseconds.addingReportingOverflow(count)
    let wide = overflow ? (count < 0 ? Int64.min : .max) : sum
    return Timestamp(clamped: min(max(wide, Self.range.lowerBound), Self.range.upperBound))
  }

  /// Day number and microseconds into that day, rounded towards the past.
  var split: (day: Int64, microseconds: Int64) {
    let (day, rest) = microseconds.quotientAndRemainder(dividingBy: Self.microsecondsPerDay)
    return rest < 0 ? (day - 1, rest + Self.microsecondsPerDay) : (day, rest)
  }
}

extension Timestamp: Comparable {
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }
}

extension Timestamp: CustomStringConvertible {
  /// ISO 8601 in UTC: `2026-11-20T08:30:00.000123Z`, whole seconds without a fraction.
  public var description: String {
    let (day, rest) = split
    let (clock, fraction) = rest.quotientAndRemainder(dividingBy: 1_000_000)
    var text = ""
    text.reserveCapacity(27)
    DateOnly(clamping: Int(day)).append(to: &text)
    var mark = "T"
    for part in [clock / 3600, clock / 60 % 60, clock % 60] {
      text += mark
      CivilCalendar.append(Int(part), width: 2, to: &text)
      mark = ":"
    }
    if fraction != 0 {
      text += "."
      CivilCalendar.append(Int(fraction), width: 6, to: &text)
    }
    return text + "Z"
  }
}

extension Timestamp {
  /// Parses ISO 8601 with a zone: `2026-11-20T08:30:00Z`, `…08:30:00.123456+08:00`.
  ///
  /// - Returns: `nil` for anything else; an instant without a zone is none.
  public init?(text: String) {
    guard let match = text.wholeMatch(of: Self.pattern) else { return nil }
    let (_, date, hour, minute, second, fraction, zone) = match.output
    guard let day = DateOnly(text: String(date)), let hours = Int64(hour), hours < 24,
      let minutes = Int64(minute), minutes < 60, let seconds = Int64(second), seconds < 60,
      let offset = Self.offset(zone)
    else { return nil }
    let digits = fraction.map { $0 + String(repeating: "0", count: max(0, 6 - $0.count)) } ?? "0"
    guard let micros = Int64(digits) else { return nil }
    let clock = (hours * 3600 + minutes * 60 + seconds - offset) * 1_000_000 + micros
    let (start, overflow) =
      Int64(day.days).multipliedReportingOverflow(by: Self.microsecondsPerDay)
    guard !overflow else { return nil }
    let (sum, wrapped) = start.addingReportingOverflow(clock)
    guard !wrapped else { return nil }
    self.init(microseconds: sum)
  }

  nonisolated(unsafe) private static let pattern =
    /([0-9]{4,6}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)/

  private static func offset(_ zone: Substring) -> Int64? {
    if zone == "Z" { return 0 }
    let digits = zone.dropFirst().filter { $0 != ":" }
    guard let hours = Int64(digits.prefix(2)), hours < 24,
      let minutes = digits.count == 4 ? Int64(digits.suffix(2)) : 0, minutes < 60
    else { return nil }
    return (zone.hasPrefix("-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}

extension Timestamp: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = Timestamp(text: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not an ISO 8601 instant"))
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Timestamp: SQLEncodable, SQLDecodable {
  public static var sqlType: PostgresType { .timestamptz }

  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    guard type == .timestamptz else { throw ValueError.typeMismatch(type, swift: "Timestamp") }
    writer.write(microseconds)
  }

  /// Reads `timestamptz` only: a `timestamp` names no instant.
  public static func decode(_ cell: Cell) throws -> Timestamp {
    guard cell.type == .timestamptz else { throw cell.mismatch(Timestamp.self) }
    guard let value = Timestamp(microseconds: try cell.integer(Int64.self)) else {
      throw ValueError.outOfRange
    }
    return value
  }
}
