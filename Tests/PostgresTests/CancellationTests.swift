import Postgres
import TestSupport
import Testing

@Suite struct CancellationTests {
  @Test func cancellingATaskCancelsItsStatementAndFreesTheConnectionWithinASecond() async throws {
    // One connection sleeps, the other watches.
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 2)) { pool in
      var times: [Duration] = []
      for _ in 0..<3 { times.append(try await timeToCancel(on: pool)) }
      // The machine may be busy with other tests; the promise is about ours.
      #expect(try #require(times.min()) < .seconds(1))
      #expect(try #require(times.max()) < .seconds(20))
    }
  }

  private func timeToCancel(on pool: Pool) async throws -> Duration {
    let sleeper = Task { try await pool.query("SELECT pg_sleep(60)") }
    try await pool.waitUntilRunning("SELECT pg_sleep(60)")
    let start = ContinuousClock.now
    sleeper.cancel()
    await #expect(throws: CancellationError.self) { try await sleeper.value }
    // Both connections can be had at once, so the sleeper's is free again.
    try await pool.withConnection { first in
      try await pool.withConnection { second in
        let one = try await first.query("SELECT 1").only(Int.self)
        let two = try await second.query("SELECT 2").only(Int.self)
        #expect((one, two) == (1, 2))
      }
    }
    return ContinuousClock.now - start
  }

  @Test func theConnectionItselfStaysUsable() async throws {
    try await TestDatabase.with { pool in
      try await pool.withConnection { c in
        let process = c.backendProcess
        for _ in 0..<20 {
          let sleeper = Task { try await c.query("SELECT pg_sleep(61)") }
          try await pool.waitUntilRunning("SELECT pg_sleep(61)")
          sleeper.cancel()
          await #expect(throws: CancellationError.self) { try await sleeper.value }
          #expect(try await c.query("SELECT pg_backend_pid()").only(Int32.self) == process)
        }
      }
    }
  }

  @Test func aTaskCancelledBeforehandSendsNothing() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (n int)")
      let (stream, go) = AsyncStream<Void>.makeStream()
      let task = Task {
        for await _ in stream {}
        try await pool.execute("INSERT INTO t VALUES (1)")
      }
      task.cancel()
      go.finish()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await pool.query("SELECT count(*) FROM t").only(Int.self) == 0)
    }
  }

  @Test func aCancelledTransactionIsRolledBack() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 2)) { pool in
      try await pool.execute("CREATE TABLE t (n int)")
      let task = Task {
        try await pool.transaction { c in
          try await c.execute("INSERT INTO t VALUES (1)")
          try await c.execute("SELECT pg_sleep(62)")
        }
      }
      try await pool.waitUntilRunning("SELECT pg_sleep(62)")
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await pool.query("SELECT count(*) FROM t").only(Int.self) == 0)
    }
  }

  @Test func twoCallsAtOnceOnOneConnectionAreRefused() async throws {
    try await TestDatabase.with { pool in
      try await pool.withConnection { c in
        let sleeper = Task { try await c.query("SELECT pg_sleep(63)") }
        try await pool.waitUntilRunning("SELECT pg_sleep(63)")
        let error = await #expect(throws: PostgresError.self) { try await c.query("SELECT 1") }
        #expect(error?.kind == .busy)
        sleeper.cancel()
        _ = await sleeper.result
      }
    }
  }
}
