public import Postgres

/// Plans, moves, opens and closes the consultations of a prefecture. Each step is one transaction
/// with its audit event.
public struct SessionDesk: Sendable {
  private let door: AuditDoor
  public let jurisdiction: String

  /// - Parameter jurisdiction: the prefecture's code; `nil` for the only one there is.
  /// - Throws: ``Prefecture/Unclear``; ``PostgresError``.
  public init(pool: Pool, jurisdiction: String?) async throws {
    self.jurisdiction = try await pool.withConnection {
      try await Prefecture.code(jurisdiction, from: $0)
    }
    door = .own(pool)
  }

  /// - Parameter connection: in a transaction with an audit event open, in the service's role.
  public init(on connection: Connection, jurisdiction: String) {
    door = .open(connection)
    self.jurisdiction = jurisdiction
  }

  /// A year's plan; the default moves that it needs are put on record.
  public func plan(_ year: Int, by department: String) async throws -> SessionPlan {
    try await door.transaction { connection in
      let store = SessionStore(connection, jurisdiction)
      let moves = try await store.moves()
      let plan = try SessionPlan(
        year: year, calendar: try await .load(from: connection), moves: moves)
      let missing = plan.missing(in: moves)
      if !missing.isEmpty {
        try await door.begin(
          Cause(actor: department, reason: "\(year) 年节假日安排", action: "plan sessions"),
          on: connection)
        for move in missing { try await store.record(move) }
      }
      return plan
    }
  }

  /// Moves a Saturday's session. A session that was planned on its old day is dropped with its
  /// draft, unless another Saturday falls on that day too.
  ///
  /// - Throws: ``SessionRefusal``.
  public func move(_ move: SessionMove, by department: String) async throws {
    try await door.transaction { connection in
      let store = SessionStore(connection, jurisdiction)
      let calendar = try await WorkingCalendar.load(from: connection)
      try Self.judge(move, calendar)
      let before = try await store.moves()
      let held =
        try before.first { $0.saturday == move.saturday }?.heldOn
        ?? SessionMove(default: move.saturday, calendar)?.heldOn ?? move.saturday
      let session = try await store.locked(held)
      if let session, session.state != .planned {
        throw SessionRefusal.state(held, session.state, needed: .planned)
      }
      try await door.begin(
        Cause(actor: department, reason: move.reason, action: "move session"), on: connection)
      try await store.record(move)
      let others = before.contains { $0.heldOn == held && $0.saturday != move.saturday }
      if session != nil, !others, held != move.heldOn { try await store.drop(held) }
    }
  }

  private static func judge(_ move: SessionMove, _ calendar: WorkingCalendar) throws {
    for day in [move.saturday, move.heldOn] where day.weekday != 6 {
      throw SessionRefusal.notSaturday(day)
    }
    guard move.saturday != move.heldOn else { throw SessionRefusal.sameDay(move.saturday) }
    guard !calendar.isInHoliday(move.heldOn) else {
      throw SessionRefusal.targetInHoliday(move.heldOn)
    }
  }

  /// Opens a session, with the departments that have come.
  ///
  /// - Throws: ``SessionRefusal``.
  public func open(
    _ date: DateOnly, attending: [String], by department: String
  ) async throws -> Session {
    guard !attending.isEmpty else { throw SessionRefusal.nobodyAttends(date) }
    return try await door.transaction { connection in
      let store = SessionStore(connection, jurisdiction)
      try await store.requireDepartments(attending)
      try await door.begin(
        Cause(actor: department, reason: "session \(date)", action: "open session"),
        on: connection)
      _ = try await store.planned(date)
      return try await store.turn(date, to: .open, attending: attending)
    }
  }

  /// Closes a session: no decision is taken in it any more.
  ///
  /// - Throws: ``SessionRefusal``.
  public func close(_ date: DateOnly, by department: String) async throws -> Session {
    try await door.transaction { connection in
      try await door.begin(
        Cause(actor: department, reason: "session \(date)", action: "close session"),
        on: connection)
      return try await SessionStore(connection, jurisdiction).turn(
        date, to: .closed, attending: nil)
    }
  }
}
