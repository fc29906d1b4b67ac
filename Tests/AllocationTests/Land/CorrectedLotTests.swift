import Foundation
import Postgres
import Synchronization
import Testing

@testable import Allocation

@Suite("A lot's county is corrected while a night computes")
struct CorrectedLotTests {
  /// Does something once, in the middle of a night: when the engine's clock is first read.
  private struct MeddlingClock: Clock {
    private final class Once: Sendable {
      let action: Mutex<(@Sendable () -> Void)?>
      init(_ action: @escaping @Sendable () -> Void) { self.action = Mutex(action) }
    }

    private let once: Once

    init(_ action: @escaping @Sendable () -> Void) { once = Once(action) }

    var now: ContinuousClock.Instant {
      let action = once.action.withLock { action in
        defer { action = nil }
        return action
      }
      action?()
      return ContinuousClock.now
    }

    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
      try await Task.sleep(until: deadline, tolerance: tolerance, clock: .continuous)
    }
  }

  /// Another office's session, by another program: the night's own thread waits for it.
  private static func psql(_ statements: String, on pool: Pool) {
    let names = ["host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"]
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statements]
    process.environment = ProcessInfo.processInfo.environment.merging(
      names.compactMap { keyword, name in
        pool.configuration.parameters[keyword].map { (name, $0) }
      }, uniquingKeysWith: { $1 })
    do {
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    } catch {
      Issue.record(error)
    }
  }

  @Test("The round is computed anew: no offer draws on another county's lot")
  func corrected() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let clock = MeddlingClock {
        Self.psql(
          """
          BEGIN;
          SELECT audit.begin('自然资源局', '更正', 'correct a lot');
          UPDATE registry.land_quotas SET region = '341881', document_no = '更正'
            WHERE code = 'JS-341802';
          COMMIT
          """, on: superuser)
      }
      let outcomes = try await Night(pool: database.pool, actor: "test", clock: clock)
        .run(on: LandFixture.day("2026-11-27"), mechanisms: [.land])
      #expect(outcomes.map(\.assigned) == [1])
      let foreign: Int = try await superuser.one(
        """
        SELECT count(*) FROM allocation.offer o
        JOIN registry.parcels p ON p.code = o.resource
        JOIN allocation.offer_use u USING (offer_id)
        JOIN registry.land_quotas q ON 'quota:' || q.code = u.lot
        WHERE q.region <> p.region
        """)
      #expect(foreign == 0)
      // 341802 has no construction land left: TD-3 in 341881 is the only one that is served.
      #expect(try await LandTown.awards(superuser) == ["TD-3": "DK-B 30"])
      let findings = try await Verification(pool: database.pool).run(.all)
      #expect(findings.flatMap(\.faults) == [])
    }
  }
}
