import Postgres
import TestSupport

extension Pool {
  /// Until somebody in this database waits for somebody else's lock.
  func waitForLock() async throws {
    try await eventually("somebody waits for a lock") {
      try await one(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """) > 0
    }
  }
}
