import Postgres
import Testing

@testable import Allocation

/// Days on site and outcomes, as they may be recorded.
@Suite("Records of appointments")
struct AppointmentRecordTests {
  private let request = "KJ-3"

  private func day(_ text: String) -> DateOnly { TechVPFixture.day(text) }

  /// A term from 10 February 2026 to 9 February 2027.
  private func term(_ body: (Database, Pool) async throws -> Void) async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(TechVPOffice.start)
      try await database.agree(
        request, startingOn: day("2026-02-10"), months: 12, on: TechVPOffice.start)
      try await body(database, superuser)
    }
  }

  /// The cause of the refusal; `nil` if it was recorded.
  private func refusal(
    _ step: AppointmentStep, on date: String, note: String? = nil, _ database: Database
  ) async throws -> String? {
    do {
      try await AppointmentDesk(pool: database.pool).record(
        step, request: request, by: "office", note: note, on: day(date))
      return nil
    } catch let refusal as AppointmentRefusal {
      #expect(!refusal.chinese.isEmpty && !refusal.description.isEmpty)
      return refusal.code
    }
  }

  @Test("Days on site are at most those of the term in the month, so far")
  func days() async throws {
    try await term { database, superuser in
      func log(_ days: Int, _ month: String, on date: String) async throws -> String? {
        try await refusal(.log(days: days, month: day(month)), on: date, database)
      }
      // February has 19 days from the 10th on; on the 12th three of them have passed.
      #expect(try await log(4, "2026-02-01", on: "2026-02-12") == "site_days_of_month")
      #expect(try await log(20, "2026-02-01", on: "2026-03-01") == "site_days_of_month")
      #expect(try await log(19, "2026-02-28", on: "2026-03-01") == nil)
      #expect(try await log(10, "2027-02-01", on: "2027-03-01") == "site_days_of_month")
      #expect(try await log(9, "2027-02-01", on: "2027-03-01") == nil)
      #expect(try await log(1, "2026-01-31", on: "2026-03-01") == "site_days_in_term")
      let rows = try await superuser.query(
        "SELECT month || ' ' || days FROM techvp.site_days ORDER BY month"
      ).decode(String.self)
      #expect(rows == ["2026-02-01 19", "2027-02-01 9"])
    }
  }

  @Test("A month that was confirmed as a whole is closed, also for who dates a change back")
  func confirmedMonth() async throws {
    try await term { database, superuser in
      func log(_ days: Int, on date: String) async throws -> String? {
        try await refusal(.log(days: days, month: day("2026-03-01")), on: date, note: nil, database)
      }
      #expect(try await log(6, on: "2026-03-20") == nil)
      #expect(try await log(6, on: "2026-04-03") == nil)
      #expect(try await log(10, on: "2026-03-25") == "site_days_correction")
      let days: Int = try await superuser.one("SELECT days::bigint FROM techvp.site_days")
      #expect(days == 6)
    }
  }

  @Test("While its month runs the figure grows; what goes down, or changes afterwards, says why")
  func correction() async throws {
    try await term { database, superuser in
      func log(_ days: Int, on date: String, _ note: String?) async throws -> String? {
        try await refusal(
          .log(days: days, month: day("2026-03-01")), on: date, note: note, database)
      }
      func stands() async throws -> String {
        try await superuser.one(
          "SELECT concat_ws(' ', days, logged_on, note) FROM techvp.site_days")
      }
      let first = try await log(2, on: "2026-03-10", "调试产线")
      #expect(first == nil)
      #expect(try await log(2, on: "2026-03-11", nil) == nil)
      #expect(try await stands() == "2 2026-03-10 调试产线", "told again, nothing changes")
      #expect(try await log(4, on: "2026-03-20", nil) == nil)
      #expect(try await stands() == "4 2026-03-20 调试产线")
      #expect(try await log(3, on: "2026-03-21", nil) == "site_days_correction")
      #expect(try await log(3, on: "2026-03-21", "多记一天") == nil)
      // The month as a whole is told after it.
      #expect(try await log(5, on: "2026-04-01", nil) == nil)
      #expect(try await log(7, on: "2026-04-03", nil) == "site_days_correction")
      #expect(try await stands() == "5 2026-04-01 多记一天")
      #expect(try await log(7, on: "2026-04-03", "漏记两天") == nil)
      #expect(try await log(7, on: "2026-04-04", nil) == nil)
      #expect(try await stands() == "7 2026-04-03 漏记两天")
    }
  }

  @Test("An outcome is of the term: its first day to its last")
  func outcomes() async throws {
    try await term { database, superuser in
      func reach(_ title: String, on date: String) async throws -> String? {
        try await refusal(.outcome(.init(.problemSolved, title: title)), on: date, database)
      }
      try await database.techVPDates(day("2026-02-10"))
      #expect(try await reach("早", on: "2026-02-09") == "outcome_in_term")
      #expect(try await reach("首日", on: "2026-02-10") == nil)
      try await database.techVPDates(day("2027-02-10"))
      #expect(try await reach("晚", on: "2027-02-10") == "outcome_in_term")
      #expect(try await reach("末日", on: "2027-02-09") == nil)
      let titles = try await superuser.query("SELECT title FROM techvp.outcome ORDER BY reached_on")
        .decode(String.self)
      #expect(titles == ["首日", "末日"])
    }
  }
}
