public import Postgres

/// Drafts the agenda of a consultation from the latest land round.
public struct AgendaDesk: Sendable {
  private let pool: Pool
  private let jurisdiction: String

  public init(pool: Pool, jurisdiction: String) {
    self.pool = pool
    self.jurisdiction = jurisdiction
  }

  /// Drafts a session's agenda anew, or gives the one it has once it has begun. The same round and
  /// the same history give the same draft, and then nothing is written.
  ///
  /// - Throws: ``SessionRefusal``; ``RoundError`` where there is no land round yet.
  public func draft(
    _ date: DateOnly, by department: String
  ) async throws -> (session: Session, items: [AgendaItem]) {
    try await pool.transaction { connection in
      try await connection.beginEvent(
        Cause(actor: department, reason: "session \(date)", action: "draft agenda"))
      let session = try await SessionStore(connection, jurisdiction).planned(date)
      let store = AgendaStore(connection, jurisdiction, date)
      let current = try await store.items()
      guard session.state == .planned else { return (session, current) }
      let round = try await AgendaRound.latest(
        upTo: date, jurisdiction: jurisdiction, from: connection)
      let drafted = try await drafted(round, session, store)
      if drafted != current { try await store.replace(with: drafted) }
      return (session, drafted)
    }
  }

  private func drafted(
    _ round: AgendaRound, _ session: Session, _ store: AgendaStore
  ) async throws -> [AgendaItem] {
    let earlier = try await store.earlier()
    let served = try await store.served()
    let departments = try await store.departments()
    let clock = try AgendaClock(round.policy)
    let items = try round.blocks().compactMap { block, gain -> AgendaItem? in
      let request = round.problem.requests[block.request].number
      guard !served.contains(request) else { return nil }
      let able = (departments[block.cause.rawValue] ?? []).compactMap { code in
        code == "county" ? block.county.map { "county:\($0)" } : code
      }
      let last = earlier[request]
      return AgendaItem(
        request: request, roundID: round.id, position: nil, cause: block.cause.rawValue,
        figures: block.figures, departments: able, worth: gain.score, worthTax: gain.tax,
        minutes: clock.minutes(departments: able.count),
        raisedOn: last?.raisedOn ?? session.sessionOn, carried: last.map(\.carriedOnce) ?? 0)
    }
    return try AgendaFilling(
      minutes: session.minutes, carriedWeight: round.policy.fraction("land.weight.carried")
    ).fill(items)
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
