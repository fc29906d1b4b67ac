import Postgres
import Synchronization
import Testing

/// Asks until the answer is yes. Gives up after a minute, and says so.
func eventually(
  _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(60)
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      Issue.record(what, sourceLocation: sourceLocation)
      return
    }
    try await Task.sleep(for: .milliseconds(5))
  }
}

extension Pool {
  /// Waits until the server shows a session that runs this text.
  func waitUntilRunning(_ text: String) async throws {
    try await eventually("\(text) was not seen running") {
      let rows = try await query(
        """
        SELECT 1 FROM pg_stat_activity
        WHERE state = 'active' AND query = \(text) AND datname = current_database()
        """)
      return !rows.isEmpty
    }
  }
}

/// Counts what happens in several tasks.
final class Counter: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .relaxed) }

  func increment() {
    count.add(1, ordering: .relaxed)
  }
}
