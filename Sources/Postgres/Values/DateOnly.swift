/// A calendar day without a time or a zone: SQL's `date`.
///
/// The proleptic Gregorian calendar, from year −4712 to 5,874,897 as on the server.
/// `infinity` and `-infinity` have no reading and decode as ``ValueError/outOfRange``.
public struct DateOnly: Hashable, Sendable {
  /// Days since 2000-01-01, the server's own epoch.
  public let days: Int32

  static let range: ClosedRange<Int32> = -2_451_507...2_145_031_948

  /// - Returns: `nil` outside the server's calendar.
  public init?(days: Int) {
    guard let days = Int32(exactly: days), Self.range.contains(days) else { return nil }
    self.days = days
  }

  /// The nearest day the calendar has.
  init(clamping days: Int) {
    let wide = Swift.min(
      Swift.max(days, Int(Self.range.lowerBound)), Int(Self.range.upperBound))
    self.days = Int32(truncatingIfNeeded: wide)
  }

  /// - Returns: `nil` when the calendar has no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (-4712...5_874_897).contains(year), (1...12).contains(month), day >= 1,
      day <= CivilCalendar.length(ofMonth: month, year: year)
    else { return nil }
    self.init(days: CivilCalendar.days(year: year, month: month, day: day))
  }

  /// Parses `2026-11-20`; `nil` for anything else. Other notations are the importer's business.
  public init?(text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, (4...7).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
      parts[2].utf8.count == 2
    else { return nil }
    guard let year = CivilCalendar.number(parts[0]), let month = CivilCalendar.number(parts[1]),
      let day = CivilCalendar.number(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }
}

extension DateOnly {
  public var year: Int { CivilCalendar.civil(Int(days)).year }
  public var month: Int { CivilCalendar.civil(Int(days)).month }
  public var day: Int { CivilCalendar.civil(Int(days)).day }

  /// 1 for Monday to 7 for Sunday (ISO 8601).
  public var weekday: Int {
    // 2000-01-01, day 0, was a Saturday.
    let fromMonday = (Int(days) + 5) % 7
    return (fromMonday + 7) % 7 + 1
  }

  /// The day `count` days later (earlier where negative), held at the calendar's ends.
  public func adding(days count: Int) -> DateOnly {
    let (sum, overflow) = Int(days).addingReportingOverflow(count)
    return DateOnly(clamping: overflow ? (count < 0 ? .min : .max) : sum)
  }

  /// The same day `count` months later, held at the month's last day (31 January + 1 = 28 February).
  public func adding(months count: Int) -> DateOnly {
    let date = CivilCalendar.civil(Int(days))
    let (total, overflow) = (date.year * 12 + date.month - 1).addingReportingOverflow(count)
    let end = DateOnly(clamping: count < 0 ? .min : .max)
    guard !overflow else { return end }
    let month = ((total % 12) + 12) % 12 + 1
    let year = (total - (month - 1)) / 12
    guard (-4712...5_874_897).contains(year) else { return end }
    let day = Swift.min(date.day, CivilCalendar.length(ofMonth: month, year: year))
    return DateOnly(year: year, month: month, day: day) ?? end
  }

  /// Days from `self` until `other`; negative where `other` is earlier.
  public func days(until other: DateOnly) -> Int {
    Int(other.days) - Int(days)
  }
}

extension DateOnly: Comparable {
  public static func < (left: DateOnly, right: DateOnly) -> Bool {
    left.days < right.days
  }
}

extension DateOnly: CustomStringConvertible {
  /// ISO 8601: `2026-11-20`.
  public var description: String {
    var text = ""
    append(to: &text)
    return text
  }

  func append(to text: inout String) {
    let date = CivilCalendar.civil(Int(days))
    if date.year < 0 { text += "-" }
    CivilCalendar.append(abs(date.year), width: 4, to: &text)
    text += "-"
    CivilCalendar.append(date.month, width: 2, to: &text)
    text += "-"
    CivilCalendar.append(date.day, width: 2, to: &text)
  }
}

extension DateOnly: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = DateOnly(text: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a date YYYY-MM-DD"))
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension DateOnly: SQLEncodable, SQLDecodable {
  public static var sqlType: PostgresType { .date }

  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    guard type == .date else { throw ValueError.typeMismatch(type, swift: "DateOnly") }
    writer.write(days)
  }

  public static func decode(_ cell: Cell) throws -> DateOnly {
    guard cell.type == .date else { throw cell.mismatch(DateOnly.self) }
    guard let day = DateOnly(days: Int(try cell.integer(Int32.self))) else {
      throw ValueError.outOfRange
    }
    return day
  }
}
