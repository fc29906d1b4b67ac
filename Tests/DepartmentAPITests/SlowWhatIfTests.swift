import Allocation
import Foundation
import Postgres
import TestSupport
import Testing

@testable import DepartmentAPI

@Suite("A what-if that takes longer than a call may", .timeLimit(.minutes(5)))
struct SlowWhatIfTests {
  private static let waits: SQL = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
    """

  @Test("It outlasts its call's time and its caller, is put on record, and a retry gets the answer")
  func outlasted() async throws {
    var limits = ServerLimits.forTests
    limits.callTime = .seconds(2)
    try await Harness.with(Harness.town, limits: limits) { harness in
      let friday = try #require(DateOnly(text: "2026-11-20"))
      let round = try await Night(pool: harness.database.pool, actor: "test")
        .run(on: friday, mechanisms: [.land])[0].roundID
      let token = try await harness.token("natural_resources", .clerk)
      let path = "/v1/rounds/\(round)/what-if"
      let wish =
        #"{"changes":[{"change":"quota","region":"341802","kind":"construction_land","by":50}]}"#
      let ask: @Sendable () async -> Reply = {
        await harness.post(path, token: token, wish, key: "slow")
      }
      let first = try await harness.superuser.transaction { holder in
        // What the snapshot reads; the call itself has no need of it.
        try await holder.execute("LOCK TABLE registry.parcels IN ACCESS EXCLUSIVE MODE")
        let began = ContinuousClock.now
        let first = Task { await ask() }
        try await eventually("it waits for the parcels") {
          try await harness.one(Self.waits, as: Int.self) > 0
        }
        try await eventually("its time is over") { ContinuousClock.now > began + limits.callTime }
        first.cancel()
        #expect(try await harness.one("SELECT count(*) FROM access.answered", as: Int.self) == 0)
        return first
      }
      _ = await first.value
      try await eventually("its answer is on record") {
        try await harness.one(
          "SELECT count(*) FROM access.answered WHERE key = 'slow' AND status = 200", as: Int.self)
          == 1
      }
      let again = await ask()
      #expect(again.status == 200, "\(again.text)")
      #expect(again.header("Idempotency-Replayed") == "true")
      #expect(again.object["after"] != nil)
      let stored: String = try await harness.one("SELECT body FROM access.answered")
      #expect(again.text == stored)
    }
  }
}
