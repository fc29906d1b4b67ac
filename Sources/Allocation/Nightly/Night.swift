import Logging
import Matching
public import Postgres

/// The night's work: for each mechanism and jurisdiction one round, once a business date.
public struct Night: Sendable {
  /// The mechanisms that have rounds.
  public static let mechanisms: [any Mechanism.Type] = [TechVP.self]

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

  /// Computes the rounds of a date. A round that exists is left as it is.
  ///
  /// - Parameters:
  ///   - mechanisms: those wanted; all that have rounds if empty.
  ///   - progress: told each outcome as it comes.
  /// - Throws: ``RoundError/locked(_:)`` if another process is at the same round.
  public func run(
    on date: DateOnly, mechanisms: [MechanismName] = [],
    progress: @Sendable (Outcome) -> Void = { _ in }
  ) async throws -> [Outcome] {
    let wanted = Self.mechanisms.filter { mechanisms.isEmpty || mechanisms.contains($0.name) }
    var outcomes: [Outcome] = []
    for jurisdiction in try await jurisdictions() {
      for mechanism in wanted {
        let scope = RoundScope(
          mechanism: mechanism.name, jurisdiction: jurisdiction, businessDate: date)
        let outcome = try await round(mechanism, scope)
        progress(outcome)
        outcomes.append(outcome)
      }
    }
    return outcomes
  }

  private func jurisdictions() async throws -> [String] {
    try await pool.query(
      "SELECT code FROM registry.regions WHERE kind = 'prefecture' ORDER BY code COLLATE \"C\""
    ).decode(String.self)
  }

  /// One round: expire, snapshot, solve, store, offer. A session lock keeps a second process out
  /// from the first step to the last.
  private func round<M: Mechanism>(_ mechanism: M.Type, _ scope: RoundScope) async throws -> Outcome
  {
    try await pool.withConnection { connection in
      let key = "yaosu round \(scope.mechanism.rawValue) \(scope.jurisdiction)"
      let locked = try await connection.query(
        "SELECT pg_try_advisory_lock(hashtextextended(\(key), 0))"
      ).decode(Bool.self)
      guard locked == [true] else { throw RoundError.locked(scope) }
      do {
        let outcome = try await lockedRound(mechanism, scope, connection)
        try await unlock(key, connection)
        return outcome
      } catch {
        try? await unlock(key, connection)
        throw error
      }
    }
  }

  private func unlock(_ key: String, _ connection: Connection) async throws {
    _ = try await connection.query("SELECT pg_advisory_unlock(hashtextextended(\(key), 0))")
  }

  private func lockedRound<M: Mechanism>(
    _ mechanism: M.Type, _ scope: RoundScope, _ connection: Connection
  ) async throws -> Outcome {
    if let done = try await existing(scope, connection) { return done }
    let startedAt = try await expire(scope, connection)
    let (policy, calendar, snapshot) = try await connection.transaction(
      isolation: .repeatableRead, readOnly: true
    ) { connection in
      (
        try await Policy.inForce(on: scope.businessDate, from: connection),
        try await WorkingCalendar.load(from: connection),
        try await M.snapshot(in: scope, from: connection)
      )
    }
    let round = try SolvedRound.solve(M.self, snapshot, scope: scope, policy: policy, clock: clock)
    let offers = try Offer.offers(of: round, by: M.self, policy: policy, calendar: calendar)
    let id = try await connection.transaction { connection in
      try await connection.beginEvent(cause(scope, action: "round"))
      let id = try await RoundStore(connection).store(round, kind: "nightly", startedAt: startedAt)
      try await OfferStore(connection).store(offers, of: id, in: scope)
      return id
    }
    return Outcome(
      scope: scope, roundID: id, wasDone: false, requests: round.problem.requests.count,
      assigned: round.solution.assigned, objective: round.solution.objective,
      bound: round.solution.bound, status: round.solution.status.rawValue)
  }

  /// Expires overdue offers and tells the database's time.
  private func expire(_ scope: RoundScope, _ connection: Connection) async throws -> Timestamp {
    try await connection.transaction { connection in
      try await connection.beginEvent(cause(scope, action: "expire"))
      _ = try await OfferStore(connection).expire(
        before: scope.businessDate, mechanism: scope.mechanism, jurisdiction: scope.jurisdiction)
      let now = try await connection.query("SELECT clock_timestamp()").decode(Timestamp.self)
      guard let now = now.first else { throw RoundError.notFound("the database has no clock") }
      return now
    }
  }

  private func cause(_ scope: RoundScope, action: String) -> Cause {
    Cause(actor: actor, reason: scope.seed, action: action)
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
