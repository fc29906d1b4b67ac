public import Postgres

/// Drafts the agenda of a consultation from the latest land round.
public struct AgendaDesk: Sendable {
  private let door: AuditDoor
  private let jurisdiction: String

  public init(pool: Pool, jurisdiction: String) {
    door = .own(pool)
    self.jurisdiction = jurisdiction
  }

  /// - Parameter connection: in a transaction with an audit event open, in the service's role.
  public init(on connection: Connection, jurisdiction: String) {
    door = .open(connection)
    self.jurisdiction = jurisdiction
  }

  /// Drafts a session's agenda anew, or gives the one it has once it has begun. The same round and
  /// the same history give the same draft, and then nothing is written.
  ///
  /// - Throws: ``SessionRefusal``; ``RoundError`` where there is no land round yet.
  /// - Complexity: a short solve for each request that the round could not serve. Nothing is locked
  ///   meanwhile; a session that has opened in between keeps its agenda.
  public func draft(
    _ date: DateOnly, by department: String
  ) async throws -> (session: Session, items: [AgendaItem]) {
    let (session, facts) = try await read(date, department)
    guard let facts else { return try await agenda(session) }
    let drafted = try facts.items(for: session)
    return try await write(drafted, date, department)
  }

  /// The session, planned now if need be, and while it is planned what its agenda is drawn from.
  private func read(
    _ date: DateOnly, _ department: String
  ) async throws -> (session: Session, facts: AgendaFacts?) {
    try await door.transaction { connection in
      try await door.begin(cause(date, department, "plan session"), on: connection)
      let session = try await SessionStore(connection, jurisdiction).planned(date)
      guard session.state == .planned else { return (session, nil) }
      let store = AgendaStore(connection, jurisdiction, date)
      let facts = AgendaFacts(
        round: try await AgendaRound.latest(
          upTo: date, jurisdiction: jurisdiction, from: connection),
        earlier: try await store.earlier(), served: try await store.served(),
        departments: try await store.departments())
      return (session, facts)
    }
  }

  private func agenda(
    _ session: Session
  ) async throws -> (session: Session, items: [AgendaItem]) {
    try await door.withConnection { connection in
      (session, try await AgendaStore(connection, jurisdiction, session.sessionOn).items())
    }
  }

  private func write(
    _ drafted: [AgendaItem], _ date: DateOnly, _ department: String
  ) async throws -> (session: Session, items: [AgendaItem]) {
    try await door.transaction { connection in
      try await door.begin(cause(date, department, "draft agenda"), on: connection)
      let session = try await SessionStore(connection, jurisdiction).planned(date)
      let store = AgendaStore(connection, jurisdiction, date)
      let current = try await store.items()
      guard session.state == .planned else { return (session, current) }
      if drafted != current { try await store.replace(with: drafted) }
      return (session, drafted)
    }
  }

  private func cause(_ date: DateOnly, _ department: String, _ action: String) -> Cause {
    Cause(actor: department, reason: "session \(date)", action: action)
  }
}

/// What an agenda is drawn from.
struct AgendaFacts: Sendable {
  let round: AgendaRound
  /// Where requests stood on the last agenda before.
  let earlier: [String: AgendaStore.Earlier]
  /// Requests that need no session any more.
  let served: Set<String>
  /// Codes of the departments that can lift each cause.
  let departments: [String: [String]]

  /// The items of a session, placed and carried over: a pure function. One a request that is blocked,
  /// and one a request whose offered parcel others want.
  func items(for session: Session) throws -> [AgendaItem] {
    let clock = try AgendaClock(round.policy)
    let blocks = try round.blocks { !served.contains($0) }
    let contested = round.contested(by: blocks)
    let items =
      blocks.map { block, gain in
        item(
          round.problem.requests[block.request].number, block.cause, block.figures, block.county,
          gain, session, clock)
      }
      + contested.map { offer, rivals, gain in
        let figures = BlockFigures(
          parcel: offer.parcel, area: "\(offer.option.amount.reduced)", rivals: rivals)
        return item(
          offer.request.number, .contested, figures, offer.option.detail["county"], gain, session,
          clock)
      }
    return try AgendaFilling(
      minutes: session.minutes, carriedWeight: round.policy.fraction("land.agenda.carried")
    ).fill(items.sorted(byText: \.request))
  }

  private func item(
    _ request: String, _ cause: Block.Cause, _ figures: BlockFigures, _ county: String?,
    _ gain: LiftWorth.Gain, _ session: Session, _ clock: AgendaClock
  ) -> AgendaItem {
    let able = (departments[cause.rawValue] ?? []).compactMap { code in
      code == "county" ? county.map { "county:\($0)" } : code
    }
    let last = earlier[request]
    return AgendaItem(
      request: request, roundID: round.id, position: nil, cause: cause.rawValue, figures: figures,
      departments: able, worth: gain.score, worthTax: gain.tax,
      minutes: clock.minutes(departments: able.count),
      raisedOn: last?.raisedOn ?? session.sessionOn, carried: last.map(\.carriedOnce) ?? 0)
  }
}

/// How long items take.
struct AgendaClock {
  private let item, eachDepartment: Int

  init(_ policy: Policy) throws {
    item = try policy.count("land.clock.item")
    eachDepartment = try policy.count("land.clock.item_each_department")
  }

  func minutes(departments: Int) -> Int {
    item + eachDepartment * max(0, departments - 1)
  }
}

extension AgendaDesk {
  /// Codes of what keeps a request from being served, as `land.blocking_cause` has them.
  public static let causes = Block.Cause.allCases.map(\.rawValue)
}
