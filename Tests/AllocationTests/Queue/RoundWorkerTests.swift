import Postgres
import Synchronization
import Testing

@testable import Allocation

@Suite("Workers on the queue of rounds")
struct RoundWorkerTests {
  private let date = FinanceFixture.day("2026-01-16")

  private func ask(_ mechanism: MechanismName, _ database: Database) async throws {
    try await database.pool.transaction { connection in
      try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
      _ = try await RoundQueue.ask(
        for: RoundScope(mechanism: mechanism, jurisdiction: "341800", businessDate: date),
        by: "office", on: connection)
    }
  }

  @Test("Several workers share a queue; each round is computed once")
  func shared() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      let mechanisms = Night.mechanisms.map { $0.name }
      for mechanism in mechanisms { try await ask(mechanism, database) }
      let findings = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<3 {
          group.addTask {
            let count = Counter()
            try await RoundWorker(pool: database.pool, name: "w\(number)")
              .drain { _ in count.add() }
            return count.value
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(findings == mechanisms.count)
      let done: Int = try await superuser.one(
        """
        SELECT count(*) FROM allocation.queued_round q JOIN allocation.round r USING (round_id)
        WHERE q.state = 'done' AND r.mechanism = q.mechanism
        """)
      #expect(done == mechanisms.count)
      let rounds: Int = try await superuser.one("SELECT count(*) FROM allocation.round")
      let leases: Int = try await superuser.one("SELECT count(*) FROM allocation.queue_lease")
      #expect((rounds, leases) == (mechanisms.count, 0))
    }
  }

  @Test("A round is left to whoever is at work on it, and taken over from the dead")
  func takenOver() async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await ask(.finance, database)
      let queue = RoundQueue(pool: database.pool)
      let claim = try #require(try await queue.claim(by: "first", for: .seconds(3600)))
      #expect(try await queue.claim(by: "second", for: .seconds(3600)) == nil)
      try await queue.renew(claim, by: "first", for: .zero)
      let count = Counter()
      try await RoundWorker(pool: database.pool, name: "second").drain { finding in
        if case .success = finding.result { count.add() }
      }
      #expect(count.value == 1)
      // The dead one comes back to life and says the same: nothing changes.
      try await queue.end(claim, .failed("late"), by: "first")
      let state: String = try await superuser.one("SELECT state FROM allocation.queued_round")
      #expect(state == "done")
    }
  }

  @Test("One that waits is woken by the database, and stops when asked")
  func woken() async throws {
    try await Office.with(FinanceOffice.small) { database, _ in
      let worker = RoundWorker(pool: database.pool, name: "w", lease: .seconds(3600))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await worker.run { _ in worker.stop() } }
        try await ask(.finance, database)
        try await group.waitForAll()
      }
    }
  }

  @Test("What failed is tried again, and given up after the third time; a lock is only waited for")
  func ends() {
    struct Fault: Error {}
    let scope = RoundScope(mechanism: .land, jurisdiction: "341800", businessDate: date)
    #expect(RoundWorker.end(.failure(Fault()), attempts: 2) == nil)
    #expect(RoundWorker.end(.failure(Fault()), attempts: 3) != nil)
    #expect(RoundWorker.end(.failure(RoundError.locked(scope)), attempts: 99) == nil)
  }
}

/// Counts from several tasks.
private final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func add() { count.withLock { $0 += 1 } }
}
