import Testing

@testable import Postgres

@Suite struct CalendarTests {
  @Test func everyDayOfFourCenturiesGoesThereAndBack() throws {
    var previous: (year: Int, month: Int, day: Int) = CivilCalendar.civil(-73_050)
    for number in -73_049...73_049 {
      let date = CivilCalendar.civil(number)
      #expect(CivilCalendar.days(year: date.year, month: date.month, day: date.day) == number)
      let nextDay = date.day == previous.day + 1 && date.month == previous.month
      let nextMonth = date.day == 1 && (date.month == previous.month % 12 + 1)
      #expect(nextDay || nextMonth)
      previous = date
    }
  }

  @Test(arguments: [
    ("2000-01-01", 6), ("2026-11-22", 7), ("2024-02-29", 4), ("1999-12-31", 5), ("0001-01-01", 1),
  ])
  func weekdaysAreIsoNumbers(text: String, weekday: Int) throws {
    let date = try #require(DateOnly(text: text))
    #expect(date.weekday == weekday)
    #expect(date.description == text)
  }

  @Test(arguments: [
    "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "26-01-01", "2026-01-32", "", "x",
    "2026-01-01x", "٢٠٢٦-01-01", "+2026-01-01", "2026-+1-01",
  ])
  func whatIsNoDateIsRefused(text: String) {
    #expect(DateOnly(text: text) == nil)
  }

  @Test func monthsAreAddedToTheMonthsEnd() throws {
    let january = try #require(DateOnly(text: "2026-01-31"))
    #expect(january.adding(months: 1).description == "2026-02-28")
    #expect(january.adding(months: -11).description == "2025-02-28")
    #expect(january.adding(months: 25).description == "2028-02-29")
    #expect(january.adding(days: 1).description == "2026-02-01")
    #expect(january.adding(days: .max) == DateOnly(days: Int(DateOnly.range.upperBound)))
    #expect(january.adding(months: .min) == DateOnly(days: Int(DateOnly.range.lowerBound)))
  }

  @Test func instantsAreShownAndReadInUtc() throws {
    let instant = try #require(Timestamp(text: "2026-11-20T00:30:00.000001+08:00"))
    #expect(instant.description == "2026-11-19T16:30:00.000001Z")
    #expect(instant.date().description == "2026-11-19")
    #expect(instant.date(offset: 28_800).description == "2026-11-20")
    #expect(Timestamp(text: instant.description) == instant)
    #expect(Timestamp(text: "2026-11-20T00:30:00") == nil)
    #expect(Timestamp(text: "2026-11-20T24:30:00Z") == nil)
    #expect(instant.adding(microseconds: .max).microseconds == Timestamp.range.upperBound)
  }

  @Test func decimalsCompareAsNumbers() throws {
    let texts = ["-10", "-1.5", "-0.01", "0", "0.009", "0.01", "1", "1.5", "1.51", "10"]
    let numbers = try texts.map { try #require(Numeric(text: $0)) }
    #expect(numbers.shuffled().sorted() == numbers)
    #expect(Numeric(text: "1.50") == Numeric(text: "1.5"))
    #expect(Numeric(text: "1.50").hashValue == Numeric(text: "1.5").hashValue)
    let huge = try #require(Numeric(mantissa: .max, scale: 0))
    let small = try #require(Numeric(mantissa: .max, scale: 38))
    #expect(small < huge)
    #expect(huge.mantissa(atScale: 1) == nil)
    #expect(try #require(Numeric(text: "12.34")).mantissa(atScale: 4) == 123_400)
    #expect(try #require(Numeric(text: "12.34")).mantissa(atScale: 1) == nil)
  }

  @Test(arguments: ["", "-", ".", "1e5", "1,000", "0x10", "1.2.3", " 1", "१"])
  func whatIsNoDecimalIsRefused(text: String) {
    #expect(Numeric(text: text) == nil)
  }
}
