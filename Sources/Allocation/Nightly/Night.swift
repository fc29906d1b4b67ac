import Logging
import Matching
public import Postgres

/// The night's work: for each mechanism and jurisdiction one round, once a business date.
public struct Night: Sendable {
  /// The mechanisms that have rounds.
  public static let mechanisms: [any Mechanism.Type] = [
    Land.self, Finance.self, TechVP.self, Rotation.self,
  ]

  /// What became of one round.
  public struct Outcome: Sendable {
    public let scope: RoundScope
    public let roundID: Int
    /// Whether the round was there before: nothing was changed.
    public let wasDone: Bool
    public let requests: Int
    public let assigned: Int
    public let objective: Int64
    public let bound: Int64
    public let status: String
    /// What dates should have moved before the round and could not.
    public var refusedMoves: [RefusedMove] = []
  }

  private let pool: Pool
  private let actor: String
  private let clock: any Clock<Duration>

  /// - Parameters:
  ///   - actor: who the audit events name.
  ///   - clock: measures the engine for `solve_ms`.
  public init(pool: Pool, actor: String, clock: any Clock<Duration> = ContinuousClock()) {
    self.pool = pool
    self.actor = actor
    self.clock = clock
  }

  /// Computes the rounds of a date. A round that exists is left as it is; one that fails does not
  /// keep the others from being computed.
  ///
  /// - Parameters:
  ///   - mechanisms: those wanted; all that have rounds if empty.
  ///   - progress: told of each round before it begins.
  /// - Throws: ``NightError`` after all rounds if some failed; ``PostgresError`` if the
  ///   prefectures cannot be read.
  public func run(
    on date: DateOnly, mechanisms: [MechanismName] = [],
    progress: @Sendable (RoundScope) -> Void = { _ in }
  ) async throws -> [Outcome] {
    let wanted = Self.mechanisms.filter { mechanisms.isEmpty || mechanisms.contains($0.name) }
    var outcomes: [Outcome] = []
    var failures: [NightError.Failure] = []
    for jurisdiction in try await jurisdictions() {
      for mechanism in wanted {
        let scope = RoundScope(
          mechanism: mechanism.name, jurisdiction: jurisdiction, businessDate: date)
        progress(scope)
        do {
          outcomes.append(try await round(mechanism, scope))
        } catch is CancellationError {
          throw CancellationError()
        } catch {
          failures.append(NightError.Failure(scope: scope, error: error))
        }
      }
    }
    guard failures.isEmpty else { throw NightError(outcomes: outcomes, failures: failures) }
    return outcomes
  }

  /// Computes one round, or leaves the one that exists as it is.
  ///
  /// - Throws: ``RoundError``: `locked` while another process is at it; ``PostgresError``.
  public func round(of scope: RoundScope) async throws -> Outcome {
    guard let mechanism = Self.mechanisms.first(where: { $0.name == scope.mechanism }) else {
      throw RoundError.notFound("\(scope.mechanism.rawValue) has no rounds")
    }
    return try await round(mechanism, scope)
  }

  private func jurisdictions() async throws -> [String] {
    try await pool.withConnection { try await Prefecture.codes(from: $0) }
  }

  /// One round: snapshot, solve, store. A session lock keeps a second process out from the first
  /// step to the last.
  private func round<M: Mechanism>(
    _ mechanism: M.Type, _ scope: RoundScope
  ) async throws -> Outcome {
    try await pool.withConnection { connection in
      let key = "yaosu round \(scope.mechanism.rawValue) \(scope.jurisdiction)"
      let locked = try await connection.query(
        "SELECT pg_try_advisory_lock(hashtextextended(\(key), 0))"
      ).only(Bool.self)
      guard locked else { throw RoundError.locked(scope) }
      do {
        let outcome = try await lockedRound(mechanism, scope, connection)
        await unlock(key, connection)
        return outcome
      } catch {
        await unlock(key, connection)
        throw error
      }
    }
  }

  /// Unlocks although the task may be cancelled: the session goes back to the pool and must not
  /// keep the lock. If the session has broken, the server has let go of it already.
  private func unlock(_ key: String, _ connection: Connection) async {
    await Task {
      _ = try? await connection.query("SELECT pg_advisory_unlock(hashtextextended(\(key), 0))")
    }.value
  }

  private func lockedRound<M: Mechanism>(
    _ mechanism: M.Type, _ scope: RoundScope, _ connection: Connection
  ) async throws -> Outcome {
    if let done = try await existing(scope, connection) { return done }
    let refused = try await connection.transaction { connection in
      try await connection.beginEvent(
        Cause(actor: actor, reason: scope.seed, action: "nightly work"))
      return try await M.nightlyWork(in: scope, on: connection)
    }
    var attempts = 1
    while true {
      do {
        var outcome = try await computed(mechanism, scope, connection)
        outcome.refusedMoves = refused
        return outcome
      } catch let error as PostgresError where error.isOvertaken && attempts < Self.attempts {
        attempts += 1
      }
    }
  }

  /// From so many options on a round changes what the database's planner should know.
  private static let manyOptions = 50_000

  /// A decision may take what a round is about to offer: then the round is computed anew, on what is
  /// left. So often does a session not decide.
  private static let attempts = 5

  private func computed<M: Mechanism>(
    _ mechanism: M.Type, _ scope: RoundScope, _ connection: Connection
  ) async throws -> Outcome {
    let (policy, calendar, snapshot, startedAt) = try await connection.transaction(
      isolation: .repeatableRead, readOnly: true
    ) { connection in
      (
        try await Policy.inForce(on: scope.businessDate, from: connection),
        try await WorkingCalendar.load(from: connection),
        try await M.snapshot(in: scope, from: connection),
        try await connection.query("SELECT clock_timestamp()").only(Timestamp.self)
      )
    }
    let round = try SolvedRound.solve(
      M.self, snapshot, scope: scope, policy: policy, calendar: calendar, clock: clock)
    let id = try await store(round, Offer.offers(of: round, by: M.self), startedAt, connection)
    if round.optionCount > Self.manyOptions {
      _ = try await connection.query("SELECT allocation.gather_statistics()")
    }
    return Outcome(
      scope: scope, roundID: id, wasDone: false, requests: round.problem.requests.count,
      assigned: round.solution.assigned, objective: round.solution.objective,
      bound: round.solution.bound, status: round.solution.status.rawValue)
  }

  /// Stores a round with its offers and expires what the snapshot no longer counted as live, all
  /// or nothing.
  private func store(
    _ round: SolvedRound, _ offers: [Offer], _ startedAt: Timestamp, _ connection: Connection
  ) async throws -> Int {
    let scope = round.scope
    return try await connection.transaction { connection in
      try await connection.beginEvent(
        Cause(actor: actor, reason: scope.seed, action: "nightly round"))
      let store = OfferStore(connection)
      _ = try await store.expire(
        before: scope.businessDate, mechanism: scope.mechanism, jurisdiction: scope.jurisdiction)
      let id = try await RoundStore(connection).store(round, kind: "nightly", startedAt: startedAt)
      try await store.hold(lotsOf: round.problem.rows, for: offers)
      try await store.store(offers, of: id, in: scope)
      return id
    }
  }

  private func existing(_ scope: RoundScope, _ connection: Connection) async throws -> Outcome? {
    let rows = try await connection.query(
      """
      SELECT round_id, requests::bigint, assigned::bigint, objective, bound, status
      FROM allocation.round
      WHERE mechanism = \(scope.mechanism.rawValue) AND jurisdiction = \(scope.jurisdiction)
        AND business_date = \(scope.businessDate) AND kind = 'nightly'
      """
    ).decode(Int.self, Int.self, Int.self, Int64.self, Int64.self, String.self)
    return rows.first.map { id, requests, assigned, objective, bound, status in
      Outcome(
        scope: scope, roundID: id, wasDone: true, requests: requests, assigned: assigned,
        objective: objective, bound: bound, status: status)
    }
  }
}
