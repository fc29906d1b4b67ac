import Postgres
import TestSupport
import Testing

@Suite struct ManyTasksTests {
  /// The senders serve each other's sockets, and leave a call to whoever holds the connection: each answer
  /// has to reach its own caller, and each caller an answer.
  @Test(.timeLimit(.minutes(2))) func everyAnswerReachesItsCaller() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 8)) { pool in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<100 {
          group.addTask {
            for n in 0..<50 {
              let echo = try await pool.query("SELECT \(task), \(n)").only(Int.self, Int.self)
              #expect(echo == (task, n))
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
