import Postgres

/// Reads and writes the sessions of a prefecture, in the caller's transaction.
struct SessionStore: Sendable {
  private let connection: Connection
  private let jurisdiction: String

  init(_ connection: Connection, _ jurisdiction: String) {
    self.connection = connection
    self.jurisdiction = jurisdiction
  }

  func moves() async throws -> [SessionMove] {
    try await connection.query(
      """
      SELECT saturday, held_on, reason FROM land.session_move
      WHERE jurisdiction = \(jurisdiction)
      """
    ).records(as: SessionMove.self)
  }

  func record(_ move: SessionMove) async throws {
    _ = try await connection.execute(
      """
      INSERT INTO land.session_move (jurisdiction, saturday, held_on, reason)
      VALUES (\(jurisdiction), \(move.saturday), \(move.heldOn), \(move.reason))
      ON CONFLICT (jurisdiction, saturday)
        DO UPDATE SET held_on = excluded.held_on, reason = excluded.reason
      """)
  }

  /// Takes a planned session away, with its draft of an agenda.
  func drop(_ date: DateOnly) async throws {
    _ = try await connection.execute(
      """
      DELETE FROM land.agenda_item
      WHERE jurisdiction = \(jurisdiction) AND session_on = \(date)
      """)
    _ = try await connection.execute(
      "DELETE FROM land.session WHERE jurisdiction = \(jurisdiction) AND session_on = \(date)")
  }

  /// A session, locked until the transaction ends; `nil` where none is planned.
  func locked(_ date: DateOnly) async throws -> Session? {
    try await find(date, "FOR NO KEY UPDATE")
  }

  /// A session; `nil` where none is planned.
  func find(_ date: DateOnly, _ locking: SQL = "") async throws -> Session? {
    try await connection.query(
      """
      SELECT jurisdiction, session_on, number::bigint AS number, state, is_provisional,
        minutes::bigint AS minutes, attending
      FROM land.session WHERE jurisdiction = \(jurisdiction) AND session_on = \(date)
      \(locking)
      """
    ).records(as: Session.self).first
  }

  /// The session of a day, planned now if it was not: a Saturday that is neither moved away nor in
  /// a public holiday, or one to which another was moved.
  ///
  /// - Throws: ``SessionRefusal/notSaturday(_:)``, ``SessionRefusal/moved(_:to:reason:)``.
  /// - Precondition: an audit event is open.
  func planned(_ date: DateOnly) async throws -> Session {
    if let session = try await locked(date) { return session }
    guard date.weekday == 6 else { throw SessionRefusal.notSaturday(date) }
    let calendar = try await WorkingCalendar.load(from: connection)
    let moves = try await moves()
    if !moves.contains(where: { $0.heldOn == date }),
      let move = try moves.first(where: { $0.saturday == date })
        ?? SessionMove(default: date, calendar)
    {
      throw SessionRefusal.moved(date, to: move.heldOn, reason: move.reason)
    }
    let minutes = try await Policy.inForce(on: date, from: connection).count("land.clock.session")
    _ = try await connection.execute(
      """
      INSERT INTO land.session (jurisdiction, session_on, is_provisional, minutes)
      VALUES (\(jurisdiction), \(date), \(calendar.isProvisional(date)), \(minutes)::int)
      ON CONFLICT (jurisdiction, session_on) DO NOTHING
      """)
    guard let session = try await locked(date) else {
      throw SessionRefusal.state(date, nil, needed: .planned)
    }
    return session
  }

  /// Takes a session along its arrow: planned → open → closed.
  ///
  /// - Throws: ``SessionRefusal/state(_:_:needed:)``.
  func turn(
    _ date: DateOnly, to state: Session.State, attending: [String]?
  ) async throws -> Session {
    let needed: Session.State = state == .open ? .planned : .open
    let session = try await locked(date)
    guard let session, session.state == needed else {
      throw SessionRefusal.state(date, session?.state, needed: needed)
    }
    _ = try await connection.execute(
      """
      UPDATE land.session
      SET state = \(state.rawValue), attending = \(attending ?? session.attending)
      WHERE jurisdiction = \(jurisdiction) AND session_on = \(date)
      """)
    guard let turned = try await locked(date) else {
      throw SessionRefusal.state(date, nil, needed: needed)
    }
    return turned
  }

  /// Codes of the departments that may attend and be given tasks.
  func departments() async throws -> [String] {
    try await connection.query(
      """
      SELECT d.code FROM (
        SELECT code FROM land.department
        UNION ALL SELECT 'county:' || code FROM registry.regions
        WHERE kind = 'county' AND jurisdiction = \(jurisdiction)) d
      ORDER BY d.code COLLATE "C"
      """
    ).decode(String.self)
  }

  /// - Throws: ``SessionRefusal/unknownDepartment(_:known:)``.
  func requireDepartments(_ codes: [String]) async throws {
    let known = try await departments()
    for code in codes where !known.contains(code) {
      throw SessionRefusal.unknownDepartment(code, known: known)
    }
  }
}
