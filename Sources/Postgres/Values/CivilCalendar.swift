/// Conversions between day numbers and calendar dates, by the era method
/// (400 years are always 146,097 days; the year is counted from March so that the leap day is last).
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013.
enum CivilCalendar {
  /// From 0000-03-01 to 2000-01-01.
  private static let epochShift = 730_425

  /// Days since 2000-01-01. O(1); the caller keeps the year within the server's calendar.
  static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - epochShift
  }

  /// The date of a day number since 2000-01-01. O(1).
  static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + epochShift
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let fromMarch = (5 * dayOfYear + 2) / 153
    let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * fromMarch + 2) / 5 + 1)
  }

  static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// Writes a number that is not negative with at least `width` digits.
  static func append(_ number: Int, width: Int, to text: inout String) {
    let digits = String(number)
    for _ in 0..<Swift.max(0, width - digits.utf8.count) { text += "0" }
    text += digits
  }

  /// ASCII digits only: `Int("+5")` and other digits' alphabets are no part of a date.
  static func number(_ text: Substring) -> Int? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Int(text)
  }
}
