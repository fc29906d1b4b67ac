import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct PoolTests {
  @Test func manyTasksShareFewConnections() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 4)) { pool in
      let processes = try await withThrowingTaskGroup(of: Int32.self) { group in
        for n in 0..<400 {
          group.addTask {
            let rows = try await pool.query("SELECT pg_backend_pid(), \(n)")
            let (process, echo) = try rows.only(Int32.self, Int.self)
            #expect(echo == n)
            return process
          }
        }
        return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
      }
      #expect((1...4).contains(processes.count))
    }
  }

  @Test func anExhaustedPoolRefusesAfterItsTimeout() async throws {
    let options = PoolOptions(maximumConnections: 1, leaseTimeout: .seconds(6))
    try await TestDatabase.with(options: options) { pool in
      try await pool.withConnection { _ in
        let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
        #expect(error?.kind == .leaseTimeout)
        #expect(error?.isTransient == true)
      }
      #expect(try await pool.query("SELECT 1").only(Int.self) == 1)
    }
  }

  @Test func cancellingAWaiterLetsTheNextOneIn() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 1)) { pool in
      try await pool.withConnection { _ in
        let waiter = Task { try await pool.query("SELECT 1") }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
      }
      #expect(try await pool.query("SELECT 2").only(Int.self) == 2)
    }
  }

  @Test func anOpenTransactionIsNotHandedOn() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 1)) { pool in
      let first = try await pool.withConnection { c in
        try await c.execute("BEGIN")
        return c.backendProcess
      }
      let second = try await pool.withConnection { $0.backendProcess }
      #expect(first != second)
    }
  }

  @Test func aKilledBackendGivesAnErrorAndThePoolRecovers() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 2)) { pool in
      let victim = Task { try await pool.query("SELECT pg_sleep(64)") }
      try await pool.waitUntilRunning("SELECT pg_sleep(64)")
      try await pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(64)'"
      )
      let error = await #expect(throws: PostgresError.self) { try await victim.value }
      #expect(error?.kind == .connectionLost)
      #expect(error?.isUnavailable == true)
      #expect(try await pool.query("SELECT 1").only(Int.self) == 1)
    }
  }

  @Test func aBackendKilledWhileIdleIsReplacedUnseen() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 1)) { pool in
      let process = try await pool.withConnection { $0.backendProcess }
      let outside = try await Connection.connect(pool.configuration)
      defer { outside.close() }
      try await outside.execute("SELECT pg_terminate_backend(\(process))")
      try await eventually("the pool did not notice") {
        (try? await pool.withConnection { $0.backendProcess }) != process
      }
      #expect(try await pool.query("SELECT 1").only(Int.self) == 1)
    }
  }

  @Test func sessionsAreSetUpAsConfigured() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE ROLE pool_session_role")
      var configuration = pool.configuration.role("pool_session_role")
      configuration.settings = [
        "TimeZone": "Asia/Shanghai", "statement_timeout": "12345ms",
        "application_name": "pool tests",
      ]
      let other = Pool(configuration)
      let rows = try await other.query(
        """
        SELECT current_user::text, current_setting('TimeZone'),
               current_setting('statement_timeout'), current_setting('application_name')
        """)
      let row = try rows.only(String.self, String.self, String.self, String.self)
      #expect(row == ("pool_session_role", "Asia/Shanghai", "12345ms", "pool tests"))
      await other.close()
      try await pool.execute("DROP ROLE pool_session_role")
    }
  }

  @Test func occupancyTellsWhoWaits() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 1)) { pool in
      #expect(pool.occupancy == .init(open: 0, lent: 0, waiting: 0, maximum: 1))
      try await pool.withConnection { _ in
        #expect(pool.occupancy == .init(open: 1, lent: 1, waiting: 0, maximum: 1))
        let second = Task { try await pool.query("SELECT 1").only(Int.self) }
        try await eventually("the second caller does not wait") { pool.occupancy.waiting == 1 }
        second.cancel()
        _ = try? await second.value
        #expect(pool.occupancy.waiting == 0)
      }
      #expect(pool.occupancy == .init(open: 1, lent: 0, waiting: 0, maximum: 1))
    }
  }

  @Test func aServerThatIsNotThereIsUnavailable() async throws {
    let pool = Pool(
      Configuration(parameters: ["host": "/nowhere", "user": "nobody", "dbname": "none"]),
      options: PoolOptions(unavailableTimeout: .milliseconds(100)))
    let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
    #expect(error?.kind == .unavailable)
    await pool.close()
  }

  @Test func aRefusalIsToldAtOnce() async throws {
    try await TestDatabase.with { pool in
      let other = Pool(pool.configuration.database("no_such_database"))
      let error = await #expect(throws: PostgresError.self) { try await other.query("SELECT 1") }
      #expect(error?.kind == .connectionRefused)
      #expect(error?.isTransient == false)
      await other.close()
    }
  }

  @Test func aClosedPoolRefuses() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("SELECT 1")
      await pool.close()
      let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
      #expect(error?.kind == .closed)
    }
  }

  @Test func preparedStatementsSurviveSchemaChangesAndDiscard() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 1)) { pool in
      try await pool.execute("CREATE TABLE t (a int); ")
      try await pool.execute("INSERT INTO t VALUES (1)")
      for _ in 0..<5 { #expect(try await pool.query("SELECT * FROM t").columnNames == ["a"]) }
      try await pool.execute("ALTER TABLE t ADD b int")
      for _ in 0..<5 { #expect(try await pool.query("SELECT * FROM t").columnNames == ["a", "b"]) }
      try await pool.execute("DISCARD ALL")
      for _ in 0..<5 { #expect(try await pool.query("SELECT * FROM t").count == 1) }
    }
  }

  @Test func aStalePlanInsideATransactionIsRunAgain() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 1)) { pool in
      try await pool.execute("CREATE TABLE t (a int)")
      for _ in 0..<5 { _ = try await pool.query("SELECT * FROM t") }
      try await pool.execute("ALTER TABLE t ADD b int")
      let names = try await pool.transaction { try await $0.query("SELECT * FROM t").columnNames }
      #expect(names == ["a", "b"])
    }
  }
}
