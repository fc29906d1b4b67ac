import Postgres
import Synchronization
import TestSupport

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
