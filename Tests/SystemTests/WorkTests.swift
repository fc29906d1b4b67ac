import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@Suite("yaosu work")
struct WorkTests {
  @Test("A worker killed in the middle of a round leaves nothing behind; another computes it")
  func killed() async throws {
    try await SmallTown.with { yaosu, pool in
      try await pool.transaction { connection in
        _ = try await connection.query("SELECT audit.begin('test', 'test', 'queue')")
        try await connection.execute(
          """
          INSERT INTO allocation.queued_round (mechanism, jurisdiction, business_date, asked_by)
          VALUES ('land', '341800', '2026-11-20', 'office')
          """)
      }
      let first = try YaosuProcess.start(
        ["work", "--lease", "600"], environment: yaosu.environment,
        stdout: yaosu.folder.file("stdout"), stderr: yaosu.folder.file("stderr"))
      try await pool.transaction { connection in
        // The round is computed, and waits to be stored.
        try await connection.execute("LOCK TABLE allocation.round IN SHARE MODE")
        try await Self.until(connection, holds: Self.isStoring)
        kill(first.processIdentifier, SIGKILL)
        await YaosuProcess.waitForExit(first)
      }
      #expect(first.terminationReason == .uncaughtSignal)
      // The server finds out that its client is gone; the lease is let lapse.
      try await pool.withConnection { connection in
        try await Self.until(connection, holds: Self.isLeft)
        try await connection.execute("UPDATE allocation.queue_lease SET lapses_at = now()")
      }
      let rounds: SQL = "SELECT count(*) FROM allocation.round WHERE mechanism = 'land'"
      #expect(try await pool.query(rounds).only(Int.self) == 0, "nothing half-written")
      _ = try await yaosu.done("work", "--until-empty")
      #expect(try await pool.query(rounds).only(Int.self) == 1)
      let (state, leases) = try await pool.query(
        """
        SELECT (SELECT state FROM allocation.queued_round), (SELECT count(*) FROM allocation.queue_lease)
        """
      ).only(String.self, Int.self)
      #expect((state, leases) == ("done", 0))
    }
  }

  private static let isStoring: SQL = """
    EXISTS (SELECT FROM pg_locks l WHERE NOT l.granted AND l.relation = 'allocation.round'::regclass)
    """

  /// Nobody holds the session's lock on a round any more.
  private static let isLeft: SQL = """
    NOT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND d.datname = current_database())
    """

  /// Asks until a condition holds.
  private static func until(_ connection: Connection, holds condition: SQL) async throws {
    try await eventually("the database has come to it") {
      try await connection.query("SELECT \(condition)").only(Bool.self)
    }
  }
}
