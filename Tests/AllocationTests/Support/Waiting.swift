import Postgres

extension Pool {
  /// Until somebody in this database waits for somebody else's lock.
  func waitForLock() async throws {
    while try await one(
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'
      """) == 0
    {}
  }
}
