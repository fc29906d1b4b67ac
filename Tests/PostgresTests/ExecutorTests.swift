import Glibc
import Postgres
import TestSupport
import Testing

@Suite struct ExecutorTests {
  @Test func statementsOfManyTasksStayOnOneThread() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 4)) { pool in
      let threads = try await withThrowingTaskGroup(of: Set<UInt>.self) { group in
        for n in 0..<100 {
          group.addTask(executorPreference: Pool.executor) {
            var threads: Set<UInt> = []
            for _ in 0..<4 {
              let echo = try await pool.query("SELECT \(n)").only(Int.self)
              #expect(echo == n)
              threads.insert(currentThread())
            }
            return threads
          }
          // Beside them some on the default executor, which serve the same sockets.
          group.addTask {
            let echo = try await pool.query("SELECT \(n)").only(Int.self)
            #expect(echo == n)
            return []
          }
        }
        return try await group.reduce(into: Set<UInt>()) { $0.formUnion($1) }
      }
      #expect(threads.count == 1)
    }
  }

  @Test func aTaskWakesTheThreadWhereNoSocketDoes() async {
    let thread = currentThread()
    for _ in 0..<100 {
      let other = await Task(executorPreference: Pool.executor) { currentThread() }.value
      #expect(other != thread)
    }
  }

  @Test func aCancelledStatementEndsThereToo() async throws {
    try await TestDatabase.with { pool in
      let sleeper = Task(executorPreference: Pool.executor) {
        try await pool.query("SELECT pg_sleep(60)")
      }
      try await pool.waitUntilRunning("SELECT pg_sleep(60)")
      sleeper.cancel()
      await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
  }
}

private func currentThread() -> UInt { UInt(pthread_self()) }
