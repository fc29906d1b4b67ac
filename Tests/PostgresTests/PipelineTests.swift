import Postgres
import TestSupport
import Testing

@Suite struct PipelineTests {
  @Test func answersComeInOrderAndWithTheirValues() async throws {
    try await TestDatabase.with { pool in
      // Often enough that the statements are prepared on the way.
      for n in 0..<6 {
        let answers = try await pool.pipeline([
          "SELECT \(n)::bigint", "SELECT \("字\(n)")::text WHERE \(n)::bigint > 2",
          "SELECT generate_series(1, \(n)::int)",
        ])
        #expect(answers.count == 3)
        #expect(try answers[0].only(Int.self) == n)
        #expect(try answers[1].decode(String.self) == (n > 2 ? ["字\(n)"] : []))
        #expect(answers[2].count == n)
      }
      #expect(try await pool.pipeline([]).isEmpty)
    }
  }

  @Test func itIsOneTransaction() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (n int PRIMARY KEY)")
      let error = await #expect(throws: PostgresError.self) {
        _ = try await pool.pipeline([
          "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)",
        ])
      }
      #expect(error?.sqlState == "23505")
      #expect(try await pool.query("SELECT * FROM t").isEmpty)
      let answers = try await pool.pipeline([
        "SELECT set_config('test.word', 'heard', true)", "SELECT current_setting('test.word')",
      ])
      #expect(try answers[1].only(String.self) == "heard")
      let later = try await pool.query("SELECT current_setting('test.word', true)")
      let left = try later.only(String?.self)
      #expect(left == nil || left == "")
    }
  }

  @Test func aCommitThatFailsIsNoSuccess() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (n int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)")
      let error = await #expect(throws: PostgresError.self) {
        _ = try await pool.pipeline(["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)"])
      }
      #expect(error?.sqlState == "23505")
      #expect(try await pool.query("SELECT * FROM t").isEmpty)
    }
  }

  @Test func aCopyInAPipelineEndsAndItsConnectionIsLetGo() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 1)) { pool in
      try await pool.execute("CREATE TABLE t (n int)")
      let before = try await pool.query("SELECT pg_backend_pid()").only(Int32.self)
      await #expect(throws: PostgresError.self) {
        try await pool.transaction { try await $0.execute("COPY t FROM STDIN") }
      }
      let after = try await pool.query("SELECT pg_backend_pid()").only(Int32.self)
      #expect(after != before)
    }
  }

  @Test func insideATransactionItIsAPartOfIt() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (n int PRIMARY KEY)")
      try await pool.transaction { c in
        _ = try await c.pipeline(["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)"])
        await #expect(throws: PostgresError.self) {
          try await c.transaction { c in
            _ = try await c.pipeline(["INSERT INTO t VALUES (3)", "INSERT INTO t VALUES (1)"])
          }
        }
        try c.sendAhead("INSERT INTO t VALUES (4)")
      }
      #expect(try await pool.query("SELECT n FROM t ORDER BY n").decode(Int.self) == [1, 2, 4])
    }
  }

  @Test func whatWentAheadAndFailedIsToldByTheNext() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (n int PRIMARY KEY)")
      let error = await #expect(throws: PostgresError.self) {
        try await pool.transaction { c in
          try c.sendAhead("INSERT INTO t VALUES (\("x".utf8.count) / 0)")
          try await c.execute("INSERT INTO t VALUES (7)")
        }
      }
      #expect(error?.sqlState == "22012")
      let last = await #expect(throws: PostgresError.self) {
        try await pool.transaction { c in
          try await c.execute("INSERT INTO t VALUES (8)")
          try c.sendAhead("SELECT 1/0")
        }
      }
      #expect(last?.sqlState == "22012")
      #expect(try await pool.query("SELECT * FROM t").isEmpty)
      let outside = await #expect(throws: PostgresError.self) {
        try await pool.withConnection { try $0.sendAhead("SELECT 1") }
      }
      #expect(outside?.kind == .misuse)
    }
  }

  /// A body that goes on after its transaction could not begin must not write outside of one.
  @Test func whereNothingBeganNothingIsWritten() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (n int)")
      let error = await #expect(throws: PostgresError.self) {
        try await pool.transaction { c in
          _ = try? await c.query("SELECT 1/0")
          try await c.execute("ROLLBACK")
          try await c.execute("INSERT INTO t VALUES (1)")
        }
      }
      #expect(error?.kind == .misuse)
      #expect(try await pool.query("SELECT * FROM t").isEmpty)
    }
  }

  @Test func aCopyComesAfterWhatGoesAheadOfIt() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (n int)")
      await #expect(throws: CancellationError.self) {
        try await pool.transaction { c in
          try c.sendAhead("INSERT INTO t VALUES (1)")
          try await c.copyInBytes("COPY t FROM STDIN") { try await $0.write(Array("2\n".utf8)) }
          #expect(try await c.query("SELECT n FROM t ORDER BY n").decode(Int.self) == [1, 2])
          throw CancellationError()
        }
      }
      #expect(try await pool.query("SELECT * FROM t").isEmpty)
    }
  }

  @Test func aPlanOvertakenByASchemaChangeIsMadeAnew() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 1)) { pool in
      try await pool.execute("CREATE TABLE t (n int)")
      for _ in 0..<4 { _ = try await pool.pipeline(["SELECT 1", "SELECT * FROM t"]) }
      try await pool.execute("ALTER TABLE t ADD m int DEFAULT 3")
      try await pool.execute("INSERT INTO t VALUES (1)")
      let answers = try await pool.pipeline(["SELECT 1", "SELECT * FROM t"])
      #expect(try answers[1].only(Int.self, Int.self) == (1, 3))
      try await pool.transaction { c in
        try await c.executeScript("DEALLOCATE ALL")
        #expect(try await c.pipeline(["SELECT 1", "SELECT n FROM t"]).count == 2)
      }
    }
  }

  /// More than the sockets hold, both ways at once.
  @Test func muchGoesThrough() async throws {
    try await TestDatabase.with { pool in
      let text = String(repeating: "要", count: 100_000)
      let answers = try await pool.pipeline((0..<60).map { "SELECT \($0)::bigint, \(text)::text" })
      for (index, rows) in answers.enumerated() {
        let (number, echo) = try rows.only(Int.self, String.self)
        #expect(number == index && echo == text)
      }
    }
  }

  @Test func cancellingItCancelsWhatRunsAndTheRest() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 2)) { pool in
      try await pool.execute("CREATE TABLE t (n int)")
      for _ in 0..<5 {
        let sleeper = Task {
          try await pool.pipeline([
            "INSERT INTO t VALUES (1)", "SELECT pg_sleep(60)", "INSERT INTO t VALUES (2)",
          ])
        }
        try await pool.waitUntilRunning("SELECT pg_sleep(60)")
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(try await pool.query("SELECT * FROM t").isEmpty)
      }
    }
  }

  @Test func aKilledSessionEndsIt() async throws {
    try await TestDatabase.with { pool in
      for _ in 0..<5 {
        let connection = try await Connection.connect(pool.configuration)
        defer { connection.close() }
        let process = connection.backendProcess
        let asked = Task {
          try await connection.pipeline(["SELECT 1", "SELECT pg_sleep(61)", "SELECT 2"])
        }
        try await pool.waitUntilRunning("SELECT pg_sleep(61)")
        try await pool.execute("SELECT pg_terminate_backend(\(process))")
        let error = await #expect(throws: PostgresError.self) { try await asked.value }
        #expect(error?.kind == .connectionLost)
        await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
      }
    }
  }
}
