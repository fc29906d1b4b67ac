public import Postgres

/// Where universities, enterprises and the office report what becomes of an appointment, step by
/// step; each step is one transaction with its audit event, judged on the locked row.
///
/// The database draws the arrows, keeps terms apart and moves the offer along. A term that has begun by
/// the day of a step counts as begun, whether or not a night has been.
public struct AppointmentDesk: Sendable {
  private let door: AuditDoor

  public init(pool: Pool) { door = .own(pool) }

  /// - Parameter connection: in a transaction with an audit event open, in the service's role.
  public init(on connection: Connection) { door = .open(connection) }

  /// Records a step of the latest appointment of a request.
  ///
  /// - Parameters:
  ///   - appointment: the appointment that is meant; the request's latest if `nil`.
  ///   - party: who reports it: `university:CODE`, or `office`.
  ///   - note: what else is to be said.
  ///   - date: the day of the step.
  /// - Returns: the state afterwards.
  /// - Throws: ``AppointmentRefusal``; ``OfferRefusal`` where the university's answer to the offer does
  ///   not count; ``PostgresError``. Nothing has changed then.
  @discardableResult
  public func record(
    _ step: AppointmentStep, request: String, appointment: Int? = nil, by party: String,
    note: String? = nil, on date: DateOnly
  ) async throws -> AppointmentState {
    if case .consent = step {
      return try await consent(request, by: party, note: note, on: date)
    }
    return try await door.transaction { connection in
      var standing = try await Self.locked(request, connection)
      guard appointment == nil || appointment == standing.appointmentID else {
        throw AppointmentRefusal.unknown(request)
      }
      let policy = try await Policy.inForce(on: date, from: connection)
      let clocks = try AppointmentClocks(policy)
      try await door.begin(
        Cause(actor: party, reason: note ?? request, action: "appointment \(step.word)"),
        on: connection)
      do {
        if step != .start {
          standing = try await Self.caughtUp(standing, to: date, connection)
        }
        try standing.judge(step, on: date, clocks: clocks)
        try await AppointmentWriter(
          connection: connection, standing: standing, party: party, note: note, date: date,
          clocks: clocks
        ).write(step)
      } catch let error as PostgresError {
        throw AppointmentRefusal(error, expert: standing.expert) ?? error
      }
      return try await Self.state(standing.appointmentID, connection)
    }
  }

  /// A university consents by accepting the offer.
  private func consent(
    _ request: String, by party: String, note: String?, on date: DateOnly
  ) async throws -> AppointmentState {
    let standing = try await door.transaction { try await Self.locked(request, $0) }
    guard standing.state == .offered else {
      throw AppointmentRefusal.state(
        request, standing.state, step: "consent", needed: AppointmentStep.consent.states)
    }
    try await OfferDesk(through: door).answer(
      standing.offerID, OfferAnswer(.accept, by: party, note: note, on: date))
    return .consented
  }

  private static func locked(
    _ request: String, _ connection: Connection
  ) async throws -> AppointmentStanding {
    let id = try await connection.query("SELECT techvp.lock_appointment(\(request))")
      .only(Int?.self)
    return try await standing(id, request, connection)
  }

  private static func caughtUp(
    _ before: AppointmentStanding, to date: DateOnly, _ connection: Connection
  ) async throws -> AppointmentStanding {
    guard before.state == .agreed else { return before }
    _ = try await connection.query("SELECT techvp.catch_up(\(before.appointmentID), \(date))")
    return try await standing(before.appointmentID, before.request, connection)
  }

  private static func standing(
    _ id: Int?, _ request: String, _ connection: Connection
  ) async throws -> AppointmentStanding {
    let found = try await connection.query(
      """
      SELECT a.appointment_id AS "appointmentID", a.offer_id AS "offerID", a.request, a.expert,
        a.university, a.state, a.state_on AS "stateOn", q.months AS "askedMonths",
        a.starts_on AS "startsOn", a.ends_on AS "endsOn", a.renewal_request AS "renewalRequest", (
          SELECT v.grade FROM techvp.review v
          WHERE v.appointment_id = a.appointment_id AND v.grade IS NOT NULL
          ORDER BY v.year_no DESC LIMIT 1) AS "lastGrade"
      FROM techvp.appointment a
      JOIN registry.expert_requests q ON q.number = a.request
      WHERE a.appointment_id = \(id)
      """
    ).records(as: AppointmentStanding.self)
    guard let standing = found.first else { throw AppointmentRefusal.unknown(request) }
    return standing
  }

  private static func state(
    _ appointment: Int, _ connection: Connection
  ) async throws -> AppointmentState {
    let state = try await connection.query(
      "SELECT state FROM techvp.appointment WHERE appointment_id = \(appointment)"
    ).only(String.self)
    return AppointmentState(rawValue: state) ?? .lapsed
  }
}
