import Embedded
import Postgres
import Testing

@testable import Allocation

@Suite("The Saturdays of a year")
struct SessionPlanTests {
  private func day(_ text: String) -> DateOnly { TechVPFixture.day(text) }

  private func calendar() throws -> WorkingCalendar {
    let notices = try EmbeddedFiles.data
      .filter { $0.name.hasPrefix("reference/holiday-cn-2") && $0.name.hasSuffix(".json") }
      .map { try HolidayNotice(json: $0.text, file: $0.name) }
    return WorkingCalendar(
      exceptions: Dictionary(
        notices.flatMap(\.exceptions).map { ($0.day, $0.isOff) },
        uniquingKeysWith: { _, new in new }),
      years: Set(notices.filter { !$0.exceptions.isEmpty }.map(\.year)))
  }

  private func moved(_ year: Int, _ moves: [SessionMove] = []) throws -> [String: String] {
    let plan = try SessionPlan(year: year, calendar: try calendar(), moves: moves)
    return Dictionary(
      uniqueKeysWithValues: plan.entries.filter { $0.heldOn != $0.saturday }.map {
        ("\($0.saturday)", "\($0.heldOn)")
      })
  }

  @Test("2026: Saturdays in a holiday go to the next that is in none")
  func year2026() throws {
    #expect(
      try moved(2026) == [
        "2026-01-03": "2026-01-10", "2026-02-21": "2026-02-28", "2026-04-04": "2026-04-11",
        "2026-05-02": "2026-05-09", "2026-06-20": "2026-06-27", "2026-09-26": "2026-10-10",
        "2026-10-03": "2026-10-10",
      ])
    let plan = try SessionPlan(year: 2026, calendar: try calendar(), moves: [])
    #expect(plan.entries.count == 52)
    let isProvisional = plan.entries.contains(where: \.isProvisional)
    #expect(!isProvisional)
  }

  @Test(
    "A make-up workday is held",
    arguments: ["2026-02-14", "2026-02-28", "2026-05-09", "2026-10-10"]
  )
  func makeUpDays(text: String) throws {
    let plan = try SessionPlan(year: 2026, calendar: try calendar(), moves: [])
    let entry = try #require(plan.entries.first { $0.saturday == day(text) })
    #expect(entry.heldOn == day(text))
    #expect(entry.reason == nil)
  }

  @Test("A weekend inside a holiday that the notice leaves out counts as the holiday")
  func joinedWeekends() throws {
    // Dragon Boat 2025: off on Monday 06-02, with the weekend before it.
    let calendar = WorkingCalendar(exceptions: [day("2025-06-02"): true], years: [2025])
    #expect(calendar.isInHoliday(day("2025-05-31")))
    #expect(!calendar.isInHoliday(day("2025-06-07")))
    #expect(!calendar.isInHoliday(day("2025-06-03")))
  }

  @Test("2027 has no notice yet: every Saturday, provisional")
  func provisional() throws {
    let plan = try SessionPlan(year: 2027, calendar: try calendar(), moves: [])
    let isAllProvisional = plan.entries.allSatisfy(\.isProvisional)
    #expect(isAllProvisional)
    #expect(plan.entries.count == 52)
    #expect(try moved(2027).isEmpty)
  }

  @Test("A recorded move comes before the default")
  func recorded() throws {
    let move = SessionMove(
      saturday: day("2026-05-02"), heldOn: day("2026-05-16"), reason: "市里另有安排")
    #expect(try moved(2026, [move])["2026-05-02"] == "2026-05-16")
  }

  @Test("Moves are put on record once; the desk refuses what is no move")
  func desk() async throws {
    try await Office.with(Office.city) { database, superuser in
      let desk = try await SessionDesk(pool: database.pool, jurisdiction: nil)
      _ = try await desk.plan(2026, by: "office")
      let events: Int = try await superuser.one("SELECT count(*) FROM audit.event")
      _ = try await desk.plan(2026, by: "office")
      #expect(try await superuser.one("SELECT count(*) FROM land.session_move") == 7)
      #expect(try await superuser.one("SELECT count(*) FROM audit.event") == events)

      func move(_ from: String, _ to: String) async throws {
        try await desk.move(
          SessionMove(saturday: day(from), heldOn: day(to), reason: "改期"), by: "office")
      }
      await #expect(throws: SessionRefusal.targetInHoliday(day("2026-10-03"))) {
        try await move("2026-11-28", "2026-10-03")
      }
      await #expect(throws: SessionRefusal.notSaturday(day("2026-11-27"))) {
        try await move("2026-11-28", "2026-11-27")
      }
      await #expect(throws: SessionRefusal.sameDay(day("2026-11-28"))) {
        try await move("2026-11-28", "2026-11-28")
      }
      try await move("2026-11-28", "2026-12-05")
      await #expect(throws: SessionRefusal.self) {
        try await desk.open(day("2026-11-28"), attending: ["office"], by: "office")
      }
      let session = try await desk.open(
        day("2026-12-05"), attending: ["office", "county:341802"], by: "office")
      #expect(session.number == 1)
      await #expect(throws: SessionRefusal.self) { try await move("2026-12-05", "2026-12-12") }
      await #expect(throws: SessionRefusal.self) {
        try await desk.open(day("2026-12-12"), attending: ["somebody"], by: "office")
      }
      _ = try await desk.close(day("2026-12-05"), by: "office")
      await #expect(throws: SessionRefusal.self) {
        try await desk.close(day("2026-12-05"), by: "office")
      }
    }
  }
}
