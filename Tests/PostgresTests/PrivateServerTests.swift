import FoundationEssentials
import Glibc
import Postgres
import TestSupport
import Testing

/// Each test starts servers of its own, so they take turns.
@Suite(.serialized) struct PrivateServerTests {
  /// A folder under a parent of mode 700, which a server run as another user cannot pass.
  private func withFolder(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/yaosu-folder.XXXXXX".utf8CString)
    _ = try #require(mkdtemp(&template))
    let parent = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: parent) }
    #expect(chmod(parent, 0o700) == 0)
    try await body(parent + "/deep/data")
  }

  private func answer(_ server: PrivateServer, _ sql: SQL = "SELECT 1") async throws -> Int {
    let connection = try await Connection.connect(server.configuration)
    defer { connection.close() }
    return try await connection.query(sql).only(Int.self)
  }

  @Test func startsKeepsItsDataAndStops() async throws {
    try await withFolder { folder in
      let first = try await PrivateServer.start(folder: folder, durability: .fast)
      let connection = try await Connection.connect(first.configuration)
      try await connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
      let tcp = try await connection.query("SHOW listen_addresses").only(String.self)
      #expect(tcp == "")
      connection.close()
      let process = try #require(first.processID)
      try await first.stop()
      #expect(kill(process, 0) != 0)
      try await first.stop()
      let second = try await PrivateServer.start(folder: folder)
      #expect(try await answer(second, "SELECT n FROM kept") == 42)
      #expect(try await answer(second, "SELECT (current_setting('fsync') = 'on')::int") == 1)
      try await second.stop()
    }
  }

  @Test func manyHoldersShareOneServerAndTheLastStopsIt() async throws {
    try await withFolder { folder in
      let servers = try await withThrowingTaskGroup(of: PrivateServer.self) { group in
        for _ in 0..<4 {
          group.addTask { try await PrivateServer.start(folder: folder, durability: .fast) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let process = try #require(servers.first?.processID)
      for server in servers {
        #expect(server.processID == process)
        #expect(try await answer(server) == 1)
        try await server.stop()
      }
      #expect(kill(process, 0) != 0)
    }
  }

  @Test func aKilledServerIsStartedAgainInSpiteOfWhatItLeft() async throws {
    try await withFolder { folder in
      let first = try await PrivateServer.start(folder: folder, durability: .fast)
      let process = try #require(first.processID)
      let pool = Pool(first.configuration, options: PoolOptions(unavailableTimeout: .seconds(1)))
      let victim = Task { try await pool.query("SELECT pg_sleep(70)") }
      try await pool.waitUntilRunning("SELECT pg_sleep(70)")
      kill(process, SIGKILL)
      let error = await #expect(throws: PostgresError.self) { try await victim.value }
      #expect(error?.kind == .connectionLost)
      // The pool's other session may outlive its server by a moment.
      try await eventually("the pool did not see that its server is gone") {
        do {
          _ = try await pool.query("SELECT 1")
          return false
        } catch let error as PostgresError {
          return error.isUnavailable
        }
      }
      await pool.close()
      let second = try await PrivateServer.start(folder: folder, durability: .fast)
      #expect(try await answer(second) == 1)
      #expect(second.processID != process)
      try await first.stop()
      #expect(try await answer(second) == 1)
      try await second.stop()
    }
  }

  /// The whole server is killed beneath a pool in use: errors first, and the same pool answers again once
  /// the server is back at its address.
  @Test func theSamePoolAnswersAgainWhenAKilledServerIsBack() async throws {
    try await withFolder { folder in
      let first = try await PrivateServer.start(folder: folder, durability: .fast)
      let process = try #require(first.processID)
      let address = folder + ".socket"
      try point(address, to: first)
      var configuration = first.configuration
      configuration.parameters["host"] = address
      let pool = Pool(
        configuration,
        options: PoolOptions(maximumConnections: 4, unavailableTimeout: .milliseconds(200)))
      try await pool.execute("CREATE TABLE kept AS SELECT 42 AS n")
      // Such a server does not wait for the disk at a commit.
      try await pool.execute("CHECKPOINT")
      let victims = (0..<3).map { n in
        Task { try await pool.query("SELECT pg_sleep(80), \(n)") }
      }
      try await eventually("the statements were not seen running") {
        try await pool.query(
          "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(80)%'"
        ).only(Int.self) >= 4
      }
      kill(process, SIGKILL)
      for victim in victims {
        let error = await #expect(throws: PostgresError.self) { try await victim.value }
        #expect(error?.kind == .connectionLost)
      }
      try await eventually("the pool did not see that its server is gone") {
        do {
          _ = try await pool.query("SELECT 1")
          return false
        } catch let error as PostgresError {
          return error.isUnavailable
        }
      }
      let second = try await PrivateServer.start(folder: folder, durability: .fast)
      #expect(second.processID != process)
      try point(address, to: second)
      try await eventually("the pool did not recover") {
        do {
          return try await pool.query("SELECT n FROM kept").only(Int.self) == 42
        } catch let error as PostgresError where error.isUnavailable {
          return false
        }
      }
      // No lost connection is left among those that are leased.
      for _ in 0..<8 { #expect(try await pool.query("SELECT 1").only(Int.self) == 1) }
      await pool.close()
      try await first.stop()
      try await second.stop()
    }
  }

  /// A server's socket is somewhere else after each start; a link gives it one address.
  private func point(_ address: String, to server: PrivateServer) throws {
    unlink(address)
    let socket = try #require(server.configuration.parameters["host"])
    #expect(symlink(socket, address) == 0)
  }

  @Test func aServerLeftByUsersWhoDiedIsTakenOver() async throws {
    try await withFolder { folder in
      let process: Int32
      do {
        // Letting go without `stop()` is what the kernel does for a killed process.
        let lost = try await PrivateServer.start(folder: folder, durability: .fast)
        process = try #require(lost.processID)
      }
      let heir = try await PrivateServer.start(folder: folder, durability: .fast)
      #expect(heir.processID == process)
      #expect(try PrivateServer.stopIfUnused(folder: folder) == false)
      try await heir.stop()
      #expect(kill(process, 0) != 0)
      #expect(try PrivateServer.stopIfUnused(folder: folder))
    }
  }

  @Test func aProcessNumberThatIsSomeoneElsesNowIsNoServer() async throws {
    try await withFolder { folder in
      let first = try await PrivateServer.start(folder: folder, durability: .fast)
      try await first.stop()
      let stale = "\(getpid())\n\(folder)\n0\n5432\n/tmp/yaosu.gone\n\n  1 1\nready   \n"
      try stale.write(
        toFile: folder + "/cluster/postmaster.pid", atomically: false, encoding: .utf8)
      let second = try await PrivateServer.start(folder: folder, durability: .fast)
      #expect(try await answer(second) == 1)
      try await second.stop()
    }
  }

  @Test func aFolderThatCannotBeMadeIsNamedWithARemedy() async throws {
    let error = await #expect(throws: PostgresError.self) {
      try await PrivateServer.start(folder: "/proc/nowhere/data")
    }
    #expect(error?.kind == .privateServer)
    #expect(error?.message.contains("/proc/nowhere/data") == true)
    #expect(error?.hint?.contains("--data") == true)
  }

  @Test func dataOfAnotherVersionIsRefused() async throws {
    try await withFolder { folder in
      let first = try await PrivateServer.start(folder: folder, durability: .fast)
      try await first.stop()
      try "9\n".write(toFile: folder + "/cluster/PG_VERSION", atomically: false, encoding: .utf8)
      let error = await #expect(throws: PostgresError.self) {
        try await PrivateServer.start(folder: folder)
      }
      #expect(error?.message.contains("PostgreSQL 9") == true)
      #expect(error?.hint?.contains("postgresql-9") == true)
    }
  }
}
