public import Postgres

/// Designates the two banks of every chain for a term, once a prefecture and term.
public struct Designator: Sendable {
  /// What became of one prefecture's designation.
  public struct Outcome: Sendable {
    public let jurisdiction: String
    public let term: Term
    public let designationID: Int
    /// Whether the term was designated before: nothing was changed.
    public let wasDone: Bool
    public let chains: Int
    public let objective: Int64
    public let bound: Int64
    public let status: String
    /// What assigning each chain its two best banks one after another would have earned; `nil`
    /// where that way leaves a chain without two banks.
    public let sequentialObjective: Int64?

    /// Points that the designation earns more than that.
    public var advantage: Int64? { sequentialObjective.map { objective - $0 } }
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

  /// Designates banks for each prefecture that has chains. A term that is designated already is left
  /// as it is, but for chains that have come onto the list since: they get their two banks from `date`
  /// on, among the places and the lines that the others leave.
  ///
  /// - Parameters:
  ///   - date: what is open is read as of this day.
  ///   - progress: told of each prefecture before it begins.
  /// - Throws: ``DesignationError``; ``PolicyError``; ``PostgresError``. The constraint
  ///   `term_no_overlap` means that another term covers the same days.
  public func run(
    term: Term, on date: DateOnly = .todayInShanghai,
    progress: @Sendable (String) -> Void = { _ in }
  ) async throws -> [Outcome] {
    let jurisdictions = try await pool.query(
      "SELECT DISTINCT jurisdiction::text COLLATE \"C\" AS code FROM registry.chains ORDER BY code"
    ).decode(String.self)
    var outcomes: [Outcome] = []
    for jurisdiction in jurisdictions {
      progress(jurisdiction)
      outcomes.append(
        try await pool.withConnection { try await designate(jurisdiction, term, date, $0) })
    }
    return outcomes
  }

  /// Designates anew where the list of chains has changed since it was read.
  private func designate(
    _ jurisdiction: String, _ term: Term, _ date: DateOnly, _ connection: Connection
  ) async throws -> Outcome {
    var attempts = 1
    while true {
      do {
        return try await designateOnce(jurisdiction, term, date, connection)
      } catch let error as PostgresError
        where error.constraint == "chain_bank_listed" && attempts < 3
      {
        attempts += 1
      }
    }
  }

  private func designateOnce(
    _ jurisdiction: String, _ term: Term, _ date: DateOnly, _ connection: Connection
  ) async throws -> Outcome {
    let (addition, policy, snapshot, startedAt) = try await connection.transaction(
      isolation: .repeatableRead, readOnly: true
    ) { connection in
      (
        try await DesignationStore(connection).addition(jurisdiction, term, on: date),
        try await Policy.inForce(on: date, from: connection),
        try await DesignationStore(connection).snapshot(jurisdiction, term, on: date),
        try await connection.query("SELECT clock_timestamp()").only(Timestamp.self)
      )
    }
    if let addition, addition.chains.isEmpty,
      let done = try await existing(jurisdiction, term, wasDone: true, connection)
    {
      return done
    }
    let solved = try SolvedDesignation.solve(
      snapshot, jurisdiction: jurisdiction, term: term, addition: addition, policy: policy,
      clock: clock)
    let isFirst = try await store(solved, startedAt, connection)
    guard let outcome = try await existing(jurisdiction, term, wasDone: !isFirst, connection) else {
      throw RoundError.notFound("the designation was not stored")
    }
    return outcome
  }

  /// - Returns: `false` where somebody else has stored the term's designation in the meantime.
  private func store(
    _ solved: SolvedDesignation, _ startedAt: Timestamp, _ connection: Connection
  ) async throws -> Bool {
    do {
      try await connection.transaction { connection in
        try await connection.beginEvent(
          Cause(actor: actor, reason: solved.seed, action: "designate banks"))
        _ = try await DesignationStore(connection).store(solved, startedAt: startedAt)
      }
      return true
    } catch let error as PostgresError
      where ["term_pkey", "designation_first_of_term", "chain_bank_no_overlap"].contains(
        error.constraint)
    {
      return false
    }
  }

  /// The term's latest designation.
  private func existing(
    _ jurisdiction: String, _ term: Term, wasDone: Bool, _ connection: Connection
  ) async throws -> Outcome? {
    try await connection.query(
      """
      SELECT d.designation_id, (
          SELECT count(*) FROM finance.designation_chain c
          WHERE c.designation_id = d.designation_id),
        d.objective, d.bound, d.status, d.sequential_objective
      FROM finance.designation d
      WHERE d.jurisdiction = \(jurisdiction) AND d.term = \(term.text)
      ORDER BY d.designation_id DESC LIMIT 1
      """
    ).decode(Int.self, Int.self, Int64.self, Int64.self, String.self, Int64?.self).first.map {
      id, chains, objective, bound, status, sequential in
      Outcome(
        jurisdiction: jurisdiction, term: term, designationID: id, wasDone: wasDone,
        chains: chains, objective: objective, bound: bound, status: status,
        sequentialObjective: sequential)
    }
  }
}
