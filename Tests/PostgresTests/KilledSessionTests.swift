import Postgres
import TestSupport
import Testing

/// A session may be killed at any moment, also between an answer and the next statement, when the
/// server's good-bye has been told already and is still unread.
@Suite(.timeLimit(.minutes(2))) struct KilledSessionTests {
  @Test func everyStatementEnds() async throws {
    try await TestDatabase.with { pool in
      let configuration = pool.configuration
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            for _ in 0..<100 { try await Self.killUnderWay(configuration, pool) }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  /// Runs short statements until the session is gone.
  private static func killUnderWay(_ configuration: Configuration, _ killer: Pool) async throws {
    let connection = try await Connection.connect(configuration)
    defer { connection.close() }
    let process = connection.backendProcess
    async let killed: Void = {
      try await killer.execute("SELECT pg_terminate_backend(\(process))")
    }()
    await #expect(throws: PostgresError.self) {
      while true { _ = try await connection.query("SELECT 1") }
    }
    try await killed
  }
}
