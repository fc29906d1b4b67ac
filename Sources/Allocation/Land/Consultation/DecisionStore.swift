import Postgres

/// Reads what decisions are judged by and writes them, in the caller's transaction.
struct DecisionStore: Sendable {
  private let connection: Connection
  private let jurisdiction: String
  private let date: DateOnly
  /// The day as of which offers count: that of the session, but none that has not come yet.
  private let offersOn: DateOnly

  /// - Parameter today: the day on which decisions are recorded, whenever the session is held.
  init(_ connection: Connection, _ jurisdiction: String, _ date: DateOnly, today: DateOnly) {
    self.connection = connection
    self.jurisdiction = jurisdiction
    self.date = date
    offersOn = min(date, today)
  }

  /// The session, locked: decisions of one session follow one another.
  func session() async throws -> Session {
    guard let session = try await SessionStore(connection, jurisdiction).locked(date) else {
      throw DecisionRefusal.sessionNotOpen(date, nil)
    }
    return session
  }

  /// Everything as it stands on the day of the session. Offers past their deadline expire first; one
  /// that may still be answered today stands, however far ahead the session lies.
  func facts(of session: Session) async throws -> DecisionFacts {
    _ = try await OfferStore(connection).expire(
      before: offersOn, mechanism: .land, jurisdiction: jurisdiction)
    let scope = RoundScope(mechanism: .land, jurisdiction: jurisdiction, businessDate: date)
    let served = try await connection.query(
      """
      SELECT offer_id AS "offerID", request, resource AS parcel, state FROM allocation.offer
      WHERE mechanism = 'land' AND jurisdiction = \(jurisdiction)
        AND state IN ('offered', 'accepted')
      """
    ).records(as: DecisionFacts.LiveOffer.self)
    return DecisionFacts(
      session: session,
      snapshot: try await Land.snapshot(in: scope, offersOn: offersOn, from: connection),
      policy: try await Policy.inForce(on: date, from: connection),
      served: Dictionary(served.map { ($0.request, $0) }, uniquingKeysWith: { first, _ in first }),
      refusalCodes: try await connection.query(
        "SELECT code FROM land.refusal_code ORDER BY code COLLATE \"C\""
      ).decode(String.self),
      departments: try await SessionStore(connection, jurisdiction).departments())
  }

  /// The conclusion under which the session has decided just this already.
  func conclusion(of row: DecisionRow) async throws -> Int? {
    try await connection.query(
      """
      SELECT conclusion::bigint FROM land.decision
      WHERE jurisdiction = \(jurisdiction) AND session_on = \(date)
        AND (kind, request, parcel, area_mu, from_lot, to_lot, amount, document_no, rule, until_on,
          department, due_on, reason_code, legal_basis, note)
        IS NOT DISTINCT FROM (\(row.kind.rawValue), \(row.request), \(row.parcel), \(row.area),
          \(row.fromLot), \(row.toLot), \(row.amount), \(row.documentNumber), \(row.rule),
          \(row.until), \(row.department), \(row.due?.day), \(row.reason), \(row.legalBasis),
          \(row.note))
      """
    ).decode(Int.self).first
  }

  /// Writes a decision; what it does to quotas and tasks is the database's part.
  ///
  /// - Returns: its number, and that of its conclusion.
  func write(_ row: DecisionRow) async throws -> (decision: Int, conclusion: Int) {
    try await connection.query(
      """
      INSERT INTO land.decision (jurisdiction, session_on, kind, request, parcel, area_mu, from_lot,
        to_lot, amount, document_no, rule, until_on, department, due_on, due_is_provisional,
        reason_code, legal_basis, note)
      VALUES (\(jurisdiction), \(date), \(row.kind.rawValue), \(row.request), \(row.parcel),
        \(row.area), \(row.fromLot), \(row.toLot), \(row.amount), \(row.documentNumber),
        \(row.rule), \(row.until), \(row.department), \(row.due?.day), \(row.due?.isProvisional),
        \(row.reason), \(row.legalBasis), \(row.note))
      RETURNING decision_id, conclusion::bigint
      """
    ).only(Int.self, Int.self)
  }

  /// Makes a decision's offer and accepts it at once: a commitment.
  ///
  /// - Returns: the offer's number.
  func give(_ grant: Grant, by decision: Int, department: String) async throws -> Int {
    let option = grant.option
    let offer = try await connection.query(
      """
      INSERT INTO allocation.offer (decision_id, mechanism, jurisdiction, department, request, uscc,
        resource, detail, amount, unit, score, due_on, due_is_provisional)
      VALUES (\(decision), 'land', \(jurisdiction), \(Land.department(of: option)),
        \(grant.request.number), \(grant.request.uscc), \(option.resource), \(option.detailJSON),
        \(option.amount), \(option.unit), \(option.score), \(date), false)
      RETURNING offer_id
      """
    ).only(Int.self)
    for holding in grant.holdings {
      _ = try await connection.execute(
        """
        INSERT INTO allocation.offer_use (offer_id, lot, amount)
        VALUES (\(offer), \(holding.lot), \(holding.amount))
        """)
    }
    try await OfferDesk.write(
      OfferAnswer(.accept, by: department, note: "会商决定", on: date), offer, connection)
    return offer
  }
}
