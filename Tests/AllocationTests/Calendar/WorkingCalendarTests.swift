import Embedded
import Postgres
import Testing

@testable import Allocation

@Suite("Working days")
struct WorkingCalendarTests {
  private static func calendar() throws -> WorkingCalendar {
    let notices = try EmbeddedFiles.data
      .filter { $0.name.hasPrefix("reference/holiday-cn-2") && $0.name.hasSuffix(".json") }
      .map { try HolidayNotice(json: $0.text, file: $0.name) }
    return WorkingCalendar(
      exceptions: Dictionary(
        notices.flatMap(\.exceptions).map { ($0.day, $0.isOff) },
        uniquingKeysWith: { _, new in new }),
      years: Set(notices.filter { !$0.exceptions.isEmpty }.map(\.year)))
  }

  private func day(_ text: String) -> DateOnly { TechVPFixture.day(text) }

  @Test(
    "Notices decide, else the weekday",
    arguments: [
      ("2026-11-20", true), ("2026-11-21", false),  // an ordinary Friday and Saturday
      ("2026-02-14", true), ("2026-02-28", true), ("2026-05-09", true), ("2026-10-10", true),
      ("2026-02-16", false), ("2026-10-01", false), ("2026-01-04", true),
    ])
  func workingDays(text: String, works: Bool) throws {
    #expect(try Self.calendar().isWorkingDay(day(text)) == works)
  }

  @Test("A year has 248 working days in 2025 and 2026", arguments: [2025, 2026])
  func countOfYear(year: Int) throws {
    let calendar = try Self.calendar()
    let first = try #require(DateOnly(year: year, month: 1, day: 1))
    let days = (0..<365).map { first.adding(days: $0) }
    #expect(days.count { calendar.isWorkingDay($0) } == 248)
  }

  @Test("Counting skips holidays and counts make-up days")
  func counting() throws {
    let calendar = try Self.calendar()
    #expect(try calendar.workingDay(5, after: day("2026-11-20")) == day("2026-11-27"))
    // The Spring Festival of 2026 is off from 02-15 to 02-23; 02-14 and 02-28 are worked.
    #expect(try calendar.workingDay(1, after: day("2026-02-13")) == day("2026-02-14"))
    #expect(try calendar.workingDay(2, after: day("2026-02-13")) == day("2026-02-24"))
  }

  @Test("Dates of a year without a notice are provisional")
  func provisional() throws {
    let calendar = try Self.calendar()
    #expect(!calendar.isProvisional(day("2026-12-31")))
    #expect(calendar.isProvisional(day("2027-01-04")))
  }

  @Test("A malformed notice is named, not trapped on")
  func malformed() {
    #expect(throws: CalendarError.self) { try HolidayNotice(json: "{", file: "2030.json") }
    #expect(throws: CalendarError.self) {
      try HolidayNotice(
        json:
          #"{"year":2030,"papers":[],"days":[{"name":"x","date":"2030-02-30","isOffDay":true}]}"#,
        file: "2030.json")
    }
  }

  @Test(
    "Shanghai is eight hours ahead",
    arguments: [("2026-11-20 15:59:59Z", "2026-11-20"), ("2026-11-20 16:00:00Z", "2026-11-21")])
  func shanghai(time: String, date: String) throws {
    let time = try #require(Timestamp(text: time))
    #expect(DateOnly.inShanghai(at: time) == day(date))
  }
}
