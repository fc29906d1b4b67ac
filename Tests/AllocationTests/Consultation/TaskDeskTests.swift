import Postgres
import Testing

@testable import Allocation

@Suite("Tasks of a consultation")
struct TaskDeskTests {
  @Test("A task is done once, by a day from its session on, and leaves its result")
  func finish() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let desk = try await LandTown.openSession(database)
      let saturday = LandTown.saturday
      let task = try await desk.record(
        Motion(
          .assignTask(
            department: "natural_resources", due: .workingDays(1), request: nil, parcel: "DK-A"),
          note: "清表"), session: saturday, by: "office"
      ).decisionID
      let tasks = TaskDesk(pool: database.pool, jurisdiction: LandTown.jurisdiction)
      func finish(_ task: Int, _ date: DateOnly, _ result: String = "已清") async throws {
        try await tasks.finish(task, result: result, on: date, by: "natural_resources")
      }
      await #expect(throws: TaskRefusal.unknown(999)) { try await finish(999, saturday) }
      await #expect(throws: TaskRefusal.noResult(task)) { try await finish(task, saturday, "") }
      let friday = saturday.adding(days: -1)
      await #expect(throws: TaskRefusal.beforeSession(task, friday, saturday)) {
        try await finish(task, friday)
      }
      let tuesday = saturday.adding(days: 3)
      try await finish(task, tuesday)
      await #expect(throws: TaskRefusal.done(task, on: tuesday)) {
        try await finish(task, tuesday)
      }
      let (state, due, isOverdue) = try await superuser.query(
        "SELECT state, due_on, is_overdue FROM report.task"
      ).only(String.self, DateOnly.self, Bool.self)
      #expect(state == "done")
      #expect(due == saturday.adding(days: 2))
      #expect(isOverdue)
    }
  }
}
