public import Postgres

/// Where people report and decide of placements: each entry is one transaction with its audit event,
/// judged on the locked row, so that of two at once the second sees the first.
///
/// What dates have brought about by the day of an entry counts, whether or not a night has been.
public struct PlacementDesk: Sendable {
  let door: AuditDoor

  public init(pool: Pool) { door = .own(pool) }

  /// - Parameter connection: in a transaction with an audit event open, in the service's role.
  public init(on connection: Connection) { door = .open(connection) }

  /// An entry on a placement, on the day that it is dated.
  struct Entry: Sendable {
    let placement: Placement
    let clocks: PlacementClocks
    let date: DateOnly
    let person: String
    let connection: Connection

    var store: PlacementStore { PlacementStore(connection) }

    /// - Throws: ``PlacementRefusal/state(_:needed:talent:)``,
    ///   ``PlacementRefusal/tooEarly(_:after:)``.
    func require(_ states: Placement.State...) throws {
      guard states.contains(placement.state) else {
        throw PlacementRefusal.state(placement.state, needed: states, talent: placement.talent)
      }
      guard date >= placement.stateOn else {
        throw PlacementRefusal.tooEarly(date, after: placement.stateOn)
      }
    }
  }

  /// Makes an entry on a talent's placement.
  ///
  /// - Throws: ``PlacementRefusal``; ``PostgresError``. Nothing has changed then.
  func enter(
    _ action: String, talent: String, on date: DateOnly, by person: String,
    _ body: @Sendable (Entry) async throws -> Void
  ) async throws {
    try await refusing(talent) {
      try await door.transaction { connection in
        let store = PlacementStore(connection)
        var placement = try await store.locked(talent)
        let clocks = try PlacementClocks(try await Policy.inForce(on: date, from: connection))
        try await door.begin(
          Cause(actor: person, reason: talent, action: action), on: connection)
        placement = try await caughtUp(placement, clocks, to: date, store)
        try await body(
          Entry(
            placement: placement, clocks: clocks, date: date, person: person,
            connection: connection))
      }
    }
  }

  /// Says in the desk's words what the database refused because of a capacity.
  func refusing<R: Sendable>(
    _ talent: String, _ body: @Sendable () async throws -> R
  ) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError {
      throw PlacementRefusal(error, talent: talent) ?? error
    }
  }

  func transaction<R: Sendable>(
    _ talent: String, _ body: @Sendable (Connection) async throws -> R
  ) async throws -> R {
    try await refusing(talent) { try await door.transaction { try await body($0) } }
  }

  /// Begins the placement, opens the choice and plans reviews where their days have come; the end is the
  /// night's.
  private func caughtUp(
    _ placement: Placement, _ clocks: PlacementClocks, to date: DateOnly, _ store: PlacementStore
  ) async throws -> Placement {
    var placement = placement
    while let step = clocks.next(placement), step.on <= date, step.kind != .endTerm {
      try await store.move(
        [placement], to: step.kind == .begin ? .placed : .termEnding, on: step.on)
      placement = try await store.placement(placement.placementID, placement.talent)
    }
    try await store.open(
      clocks.reviews(of: placement, by: date).map { (placement.placementID, $0.number, $0.dueOn) })
    return placement
  }
}
