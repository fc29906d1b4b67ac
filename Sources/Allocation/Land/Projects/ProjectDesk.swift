public import Postgres

/// Where the stages of granted projects are recorded: each entry is one transaction with its audit
/// event.
public struct ProjectDesk: Sendable {
  private let pool: Pool

  public init(pool: Pool) {
    self.pool = pool
  }

  /// What was agreed when a project signed; a day left out is the city's KPI after the signing.
  public struct Agreement: Hashable, Sendable {
    public let startDueOn: DateOnly?
    public let productionDueOn: DateOnly?

    public init(startDueOn: DateOnly? = nil, productionDueOn: DateOnly? = nil) {
      self.startDueOn = startDueOn
      self.productionDueOn = productionDueOn
    }
  }

  /// How far building has come. What is left out stays as it was.
  public struct Progress: Hashable, Sendable {
    public var developed: Numeric?
    public var invested: Int64?
    /// The day on which building stopped; the inner `nil` says that it goes on again.
    public var stoppedOn: DateOnly??

    public init(developed: Numeric? = nil, invested: Int64? = nil, stoppedOn: DateOnly?? = nil) {
      self.developed = developed
      self.invested = invested
      self.stoppedOn = stoppedOn
    }
  }

  /// Records that a project has reached a stage.
  ///
  /// - Parameter agreement: counts when it signs.
  /// - Throws: ``ProjectRefusal``; ``PostgresError``.
  public func reach(
    _ stage: ProjectStage, offer: Int, on date: DateOnly, by department: String,
    agreement: Agreement = Agreement()
  ) async throws {
    try await pool.transaction { connection in
      let store = ProjectStore(connection)
      var project = try await store.locked(offer)
      try project.judge(stage, on: date)
      try await connection.beginEvent(
        Cause(actor: department, reason: "offer \(offer)", action: "stage \(stage.rawValue)"))
      try await store.reach(stage, on: date, offer)
      if stage == .signed {
        let clocks = try ProjectClocks(try await .inForce(on: date, from: connection))
        let start = agreement.startDueOn ?? date.adding(days: clocks.signingToStart)
        project.startDueOn = start
        project.productionDueOn =
          agreement.productionDueOn ?? start.adding(days: clocks.startToProduction)
        try await store.update(project)
      }
    }
  }

  /// Records how far building has come.
  ///
  /// - Throws: ``ProjectRefusal``; ``PostgresError``.
  public func report(_ progress: Progress, offer: Int, by department: String) async throws {
    try await pool.transaction { connection in
      let store = ProjectStore(connection)
      var project = try await store.locked(offer)
      guard project.isLive else { throw ProjectRefusal.released(offer) }
      try await connection.beginEvent(
        Cause(actor: department, reason: "offer \(offer)", action: "report progress"))
      project.developed = progress.developed ?? project.developed
      project.invested = progress.invested ?? project.invested
      if let stopped = progress.stoppedOn { project.stoppedOn = stopped }
      try await store.update(project)
    }
  }
}
