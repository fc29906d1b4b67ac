import Foundation
import Postgres
import TestSupport
import Testing

@Suite("yaosu serve", .timeLimit(.minutes(5)))
struct ServeTests {
  /// A migrated database of a test's own, and a folder.
  static func with(
    _ body: (Pool, [String: String], TemporaryFolder) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try await TestDatabase.with { pool in
      let environment = YaosuProcess.environment(of: pool)
      _ = try await YaosuProcess.run(["migrate"], environment: environment)
      let regions = try folder.write("regions.csv", (TownSheets.all["regions"] ?? "") + "\n")
      _ = try await YaosuProcess.run(["import", regions], environment: environment)
      try await body(pool, environment, folder)
    }
  }

  static func token(
    _ role: String, _ environment: [String: String]
  ) async throws -> String {
    try await YaosuProcess.run(
      ["token", "create", "--department", "industry", "--role", role], environment: environment
    ).stdout.filter { !$0.isWhitespace }
  }

  @Test("GET /healthz answers, and SIGTERM ends it in good order")
  func health() async throws {
    try await Self.with { _, environment, folder in
      let server = try await ServeProcess.start(environment, in: folder)
      let answer = try server.ask("GET", "/healthz")
      #expect(answer.hasPrefix("HTTP/1.1 200"))
      #expect(answer.contains("alive"))
      #expect(try server.ask("GET", "/nothing").hasPrefix("HTTP/1.1 404"))
      #expect(await server.stop())
    }
  }

  @Test("SIGTERM ends an open stream of events in good order, and then the process")
  func stream() async throws {
    try await Self.with { _, environment, folder in
      let token = try await Self.token("reader", environment)
      let server = try await ServeProcess.start(environment, in: folder)
      let wire = try #require(Wire(port: server.port))
      try wire.send(
        "GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n\r\n")
      let opening = wire.receive { $0.contains("retry: ") }
      #expect(opening.hasPrefix("HTTP/1.1 200"), "\(opening)")
      #expect(opening.contains("text/event-stream"))
      server.process.terminate()
      let rest = wire.receive { $0.hasSuffix("0\r\n\r\n") }
      #expect((opening + rest).hasSuffix("0\r\n\r\n"), "the last chunk ends the body: \(rest)")
      await YaosuProcess.waitForExit(server.process)
      #expect(server.process.terminationStatus == 0)
      #expect(server.process.terminationReason == .exit)
    }
  }

  @Test("SIGTERM lets a request in flight finish: its change is made and its answer arrives")
  func inFlight() async throws {
    try await Self.with { pool, environment, folder in
      let token = try await Self.token("clerk", environment)
      let server = try await ServeProcess.start(environment, in: folder)
      let wire = try #require(Wire(port: server.port))
      // The request waits in the database for a lock until the signal has been given.
      let holder = try await Connection.connect(pool.configuration)
      defer { holder.close() }
      let watcher = try await Connection.connect(pool.configuration)
      defer { watcher.close() }
      try await holder.execute("BEGIN")
      try await holder.execute("LOCK TABLE registry.chains IN ACCESS EXCLUSIVE MODE")
      try wire.send(Self.creation(token, key: "k1"))
      try await Self.wait(
        for: """
          SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'
          """, on: watcher)
      server.process.terminate()
      try await eventually("nobody listens any more") { Wire(port: server.port) == nil }
      try await holder.execute("COMMIT")
      let answer = wire.receive()
      #expect(answer.hasPrefix("HTTP/1.1 201"), "\(answer)")
      await YaosuProcess.waitForExit(server.process)
      #expect(server.process.terminationStatus == 0)
      let count = try await pool.query("SELECT count(*) FROM registry.chains").only(Int.self)
      #expect(count == 1)
    }
  }

  @Test("A body that does not come costs its own connection only")
  func slow() async throws {
    try await Self.with { _, environment, folder in
      let token = try await Self.token("clerk", environment)
      let server = try await ServeProcess.start(environment, in: folder)
      let head = Self.creation(token, key: "slow").components(separatedBy: "{")[0]
      let slow = try (0..<50).map { _ in
        let wire = try #require(Wire(port: server.port))
        try wire.send(head + "{")
        return wire
      }
      // No database connection waits with them: others are served.
      for _ in 0..<20 {
        let answer = try server.ask("GET", "/v1/chains", token: token)
        #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
      }
      withExtendedLifetime(slow) {}
      await server.kill()
    }
  }

  private static func creation(_ token: String, key: String) -> String {
    ServeProcess.request(
      "POST", "/v1/chains", token: token, headers: ["Idempotency-Key": key],
      body: #"{"code":"C01","name":"汽车零部件","industry_divisions":["C36"]}"#)
  }

  /// Until a count is above 0.
  static func wait(for count: SQL, on connection: Connection) async throws {
    try await eventually("a count is above 0") {
      try await connection.query(count).only(Int.self) > 0
    }
  }
}
