import Postgres
import Testing

@testable import Allocation

@Suite("Decisions at the same time")
struct DecisionRaceTests {
  private let saturday = LandTown.saturday

  /// Two hundred decisions that want the same: a parcel of 100 mu, and quotas that go to and fro.
  private var motions: [Motion] {
    let allocations = (1...100).map {
      Decision.allocate(request: "K-\($0)", parcel: "DK-D", area: 5)
    }
    let transfers = (1...50).flatMap { number in
      [
        Decision.adjustQuota(
          from: "JS-341881", to: "JS-341802", amount: 3, documentNumber: "来〔2026〕\(number)号"),
        Decision.adjustQuota(
          from: "JS-341802", to: "JS-341881", amount: 4, documentNumber: "往〔2026〕\(number)号"),
      ]
    }
    var random = SplitMix(seed: 7)
    return (allocations + transfers).shuffled(using: &random).map { Motion($0) }
  }

  /// The refusal's code, or `nil` once the decision is on record. Whoever lost the connection asks
  /// again.
  private func outcome(_ motion: Motion, _ desk: DecisionDesk) async throws -> String? {
    var attempts = 0
    while true {
      do {
        _ = try await desk.record(motion, session: saturday, by: "office")
        return nil
      } catch let refusal as DecisionRefusal {
        return refusal.code == "already_decided" ? nil : refusal.code
      } catch let error as PostgresError {
        attempts += 1
        guard attempts < 50 else { throw error }
      }
    }
  }

  /// Ends sessions in the middle of their work until the test is over.
  private func kill(_ superuser: Pool) async throws -> Int {
    var killed = 0
    while !Task.isCancelled, killed < 25 {
      killed += try await superuser.query(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND state = 'idle in transaction'
        ORDER BY random() LIMIT 1
        """
      ).decode(Bool.self).count
    }
    return killed
  }

  /// With 30 mu the quota runs out, with 1000 the parcel.
  @Test(
    "200 at once, with sessions killed half-way: nothing over-committed, nothing lost",
    arguments: [(30, "quota_short"), (1000, "parcel_taken")])
  func crowd(granted: Int, cause: String) async throws {
    try await Office.with(LandTown.crowded) { database, superuser in
      let report = try await Importer(pool: database.pool)
        .run([LandTown.quotas(construction: "\(granted)")])
      #expect(report.isAccepted)
      let desk = try await LandTown.openSession(database)
      let killer = Task { try await kill(superuser) }
      let outcomes = try await withThrowingTaskGroup(of: String?.self) { group in
        for motion in motions { group.addTask { try await outcome(motion, desk) } }
        return try await group.reduce(into: [String?]()) { $0.append($1) }
      }
      killer.cancel()
      #expect(try await killer.value >= 10)
      let refused = Set(outcomes.compactMap(\.self))
      #expect(refused.isSubset(of: ["quota_short", "parcel_taken"]))
      #expect(refused.contains(cause))
      let recorded = outcomes.count { $0 == nil }
      try await check(recorded, granted, superuser)
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)
    }
  }

  private func check(_ recorded: Int, _ granted: Int, _ pool: Pool) async throws {
    let (decisions, last, given, there, back) = try await pool.query(
      """
      SELECT count(*), max(conclusion)::bigint, count(*) FILTER (WHERE kind = 'allocate'),
        count(*) FILTER (WHERE from_lot = 'quota:JS-341881'),
        count(*) FILTER (WHERE from_lot = 'quota:JS-341802')
      FROM land.decision
      """
    ).only(Int.self, Int.self, Int.self, Int.self, Int.self)
    #expect(decisions == recorded)
    #expect(last == recorded)
    #expect(granted == 30 ? given > 0 : given == 20, "20 times 5 mu are the whole parcel")
    #expect(
      try await pool.one(
        "SELECT count(*) FROM allocation.balance WHERE account <> 'source' AND amount < 0") == 0)
    let free = try await LandTown.balance("quota:JS-341802", "free", pool)
    #expect("\(free)" == "\(granted + 3 * there - 4 * back - 5 * given)")
    let other = try await LandTown.balance("quota:JS-341881", "free", pool)
    #expect("\(other)" == "\(60 - 3 * there + 4 * back)")
    let committed = try await LandTown.balance("parcel:DK-D", "committed", pool)
    #expect("\(committed)" == "\(5 * given)")
    #expect(
      try await pool.one(
        "SELECT count(*) FROM allocation.offer WHERE state = 'accepted'") == given)
  }

  @Test(
    "A night computes anew what a decision took while it was computing",
    arguments: [("TD-2", 18), ("TD-1", 20)])
  func night(request: String, area: Int) async throws {
    try await Office.with(LandTown.template) { database, superuser in
      _ = try await LandTown.openSession(database)
      let motion = Motion(
        .allocate(request: request, parcel: "DK-A", area: LandFixture.mu("\(area)")))
      let night = try await database.pool.transaction { connection in
        try await write(motion, connection)
        let night = Task { try await LandTown.night(database) }
        try await superuser.waitForLock()
        return night
      }
      let round = try await night.value
      let awards = try await LandTown.awards(superuser)
      #expect(awards == [request: "DK-A \(area)", "TD-3": "DK-B 30"])
      #expect(try await superuser.one("SELECT count(*) FROM allocation.round") == 1)
      let verified = try await Verification(pool: database.pool).auditFaults()
      #expect(verified.isEmpty)
      #expect(round > 0)
    }
  }

  /// What the desk does, without committing.
  private func write(_ motion: Motion, _ connection: Connection) async throws {
    try await connection.beginEvent(Cause(actor: "office", reason: "test", action: "decide"))
    let store = DecisionStore(connection, LandTown.jurisdiction, saturday, today: saturday)
    let session = try await store.session()
    let row = try DecisionRow(
      motion, session: saturday, calendar: try await .load(from: connection))
    let grant = try #require(try await store.facts(of: session).judge(motion, row))
    let (decision, _) = try await store.write(row)
    _ = try await store.give(grant, by: decision, department: "office")
  }
}
