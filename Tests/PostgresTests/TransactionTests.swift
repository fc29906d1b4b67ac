import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct TransactionTests {
  private struct Refusal: Error {}

  @Test func nestedTransactionsAreSavepoints() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (n int PRIMARY KEY)")
      try await pool.transaction { c in
        try await c.execute("INSERT INTO t VALUES (1)")
        await #expect(throws: Refusal.self) {
          try await c.transaction { c in
            try await c.execute("INSERT INTO t VALUES (2)")
            try await c.transaction { try await $0.execute("INSERT INTO t VALUES (3)") }
            throw Refusal()
          }
        }
        await #expect(throws: PostgresError.self) {
          try await c.transaction { try await $0.execute("INSERT INTO t VALUES (1)") }
        }
        try await c.transaction { try await $0.execute("INSERT INTO t VALUES (4)") }
      }
      let rows = try await pool.query("SELECT n FROM t ORDER BY n")
      #expect(try rows.decode(Int.self) == [1, 4])
    }
  }

  @Test func anErrorRollsBack() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (n int)")
      await #expect(throws: Refusal.self) {
        try await pool.transaction { c in
          try await c.execute("INSERT INTO t VALUES (1)")
          throw Refusal()
        }
      }
      #expect(try await pool.query("SELECT * FROM t").isEmpty)
    }
  }

  @Test func aSwallowedErrorDoesNotPassForSuccess() async throws {
    try await TestDatabase.with { pool in
      let error = await #expect(throws: PostgresError.self) {
        try await pool.transaction { c in _ = try? await c.query("SELECT 1/0") }
      }
      #expect(error?.kind == .misuse)
    }
  }

  @Test func isolationAndReadOnlyReachTheServer() async throws {
    try await TestDatabase.with { pool in
      let text: SQL =
        "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
      for (level, name) in [
        (IsolationLevel.readCommitted, "read committed"), (.repeatableRead, "repeatable read"),
        (.serializable, "serializable"),
      ] {
        let rows = try await pool.transaction(isolation: level, readOnly: true) {
          try await $0.query(text)
        }
        #expect(try rows.only(String.self, String.self) == (name, "on"))
      }
      let error = await #expect(throws: PostgresError.self) {
        try await pool.transaction(readOnly: true) { try await $0.execute("CREATE TABLE t ()") }
      }
      #expect(error?.sqlState == "25006")
    }
  }

  /// Two transactions count the rows, wait for each other, and each adds one: only one order of them
  /// is serial, so the server refuses one with 40001, and it is run again.
  @Test func serialisationFailuresAreRunAgain() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 8)) { pool in
      try await pool.execute("CREATE TABLE t (n int)")
      let runs = Counter()
      let meeting = Meeting()
      try await withThrowingTaskGroup { group in
        for _ in 0..<2 {
          group.addTask {
            try await pool.transaction(
              isolation: .serializable, retry: RetryPolicy(attempts: 50)
            ) { c in
              runs.increment()
              let count = try await c.query("SELECT count(*) FROM t").only(Int.self)
              await meeting.waitForBoth()
              try await c.execute("INSERT INTO t VALUES (\(count))")
            }
          }
        }
        try await group.waitForAll()
      }
      // Serial execution sees 0, then 1.
      let rows = try await pool.query("SELECT n FROM t ORDER BY n")
      #expect(try rows.decode(Int.self) == [0, 1])
      #expect(runs.value > 2)
    }
  }

  @Test func retriesAreBoundedAndPausesGrowWithJitter() async throws {
    try await TestDatabase.with { pool in
      let pauses = Mutex<[Duration]>([])
      let policy = RetryPolicy(
        attempts: 4, firstPause: .milliseconds(10), longestPause: .milliseconds(25),
        random: { 0.5 }, sleep: { pause in pauses.withLock { $0.append(pause) } })
      let error = await #expect(throws: PostgresError.self) {
        try await pool.transaction(retry: policy) { c in
          try await c.executeScript(
            "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40P01'; END $$")
        }
      }
      #expect(error?.sqlState == "40P01")
      #expect(
        pauses.withLock { $0 } == [.milliseconds(5), .milliseconds(10), .microseconds(12_500)])
    }
  }

  @Test func otherErrorsAreNotRunAgain() async throws {
    try await TestDatabase.with { pool in
      let runs = Counter()
      await #expect(throws: PostgresError.self) {
        try await pool.transaction { c in
          runs.increment()
          try await c.execute("SELECT 1/0")
        }
      }
      #expect(runs.value == 1)
    }
  }
}

/// Where two tasks wait for each other; once they have met, nobody waits any more.
private actor Meeting {
  private var waiting: CheckedContinuation<Void, Never>?
  private var hasTakenPlace = false

  func waitForBoth() async {
    if hasTakenPlace { return }
    if let waiting {
      hasTakenPlace = true
      waiting.resume()
      self.waiting = nil
    } else {
      await withCheckedContinuation { waiting = $0 }
    }
  }
}
