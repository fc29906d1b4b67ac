public import Postgres

/// Where offers are answered: each answer is one transaction with its audit event, judged on the
/// locked row, so that of two answers at once the second sees the first.
public struct OfferDesk: Sendable {
  private let door: AuditDoor

  public init(pool: Pool) { door = .own(pool) }

  /// - Parameter connection: in a transaction with an audit event open, in the service's role.
  public init(on connection: Connection) { door = .open(connection) }

  init(through door: AuditDoor) { self.door = door }

  /// Answers an offer.
  ///
  /// - Returns: the offer as it stood before.
  /// - Throws: ``OfferRefusal``; ``PostgresError``. Nothing has changed then.
  @discardableResult
  public func answer(_ offer: Int, _ answer: OfferAnswer) async throws -> OfferStanding {
    try await door.transaction { connection in
      let standing = try await Self.judged(offer, answer, connection)
      try await door.begin(
        Cause(
          actor: answer.department, reason: answer.note ?? answer.code ?? "offer \(offer)",
          action: "\(answer.kind.rawValue) offer"), on: connection)
      try await Self.write(answer, offer, connection)
      return standing
    }
  }

  private static func judged(
    _ offer: Int, _ answer: OfferAnswer, _ connection: Connection
  ) async throws -> OfferStanding {
    let standing = try await locked(offer, connection)
    try standing.judge(
      answer, codes: try await codes(of: standing.mechanism, answer.kind, connection))
    return standing
  }

  /// Lifts the declines of a pair, so that rounds may bring the two together again: whatever rules it
  /// out, also one bank's share of a loan for two, and an approval that the enterprise gave up.
  ///
  /// - Throws: ``OfferRefusal/notDeclined(_:request:resource:)``; ``PostgresError``.
  public func liftDecline(
    _ mechanism: MechanismName, request: String, resource: String, by department: String,
    cause: String, on date: DateOnly
  ) async throws {
    try await door.transaction { connection in
      try await door.begin(
        Cause(actor: department, reason: cause, action: "lift decline"), on: connection)
      let lifted = try await connection.execute(
        """
        INSERT INTO allocation.lifted_decline (mechanism, request, resource, lifted_on, cause)
        SELECT DISTINCT \(mechanism.rawValue), d.request, d.resource, \(date), \(cause)
        FROM registry.regions p
        CROSS JOIN LATERAL allocation.declined_pairs(\(mechanism.rawValue), p.code) d
        WHERE p.kind = 'prefecture' AND (d.request, d.resource) = (\(request), \(resource))
        ON CONFLICT (mechanism, request, resource, lifted_on) DO UPDATE SET cause = excluded.cause
        """)
      guard lifted > 0 else {
        throw OfferRefusal.notDeclined(mechanism, request: request, resource: resource)
      }
    }
  }

  private static func locked(
    _ offer: Int, _ connection: Connection
  ) async throws -> OfferStanding {
    let found = try await connection.query(
      """
      SELECT offer_id AS "offerID", mechanism::text AS mechanism, department, request, resource, state, due_on
      FROM allocation.offer WHERE offer_id = \(offer) FOR NO KEY UPDATE
      """
    ).records(as: OfferStanding.self)
    guard let standing = found.first else { throw OfferRefusal.unknown(offer) }
    return standing
  }

  /// The reasons that explain an answer of this kind.
  private static func codes(
    of mechanism: MechanismName, _ kind: OfferAnswer.Kind, _ connection: Connection
  ) async throws -> [String] {
    try await connection.query(
      """
      SELECT code FROM allocation.answer_code WHERE mechanism = \(mechanism.rawValue)
        AND \(kind.rawValue) = ANY (answers)
      ORDER BY code COLLATE "C"
      """
    ).decode(String.self)
  }

  static func write(
    _ answer: OfferAnswer, _ offer: Int, _ connection: Connection
  ) async throws {
    _ = try await connection.execute(
      """
      UPDATE allocation.offer
      SET state = \(answer.kind.arrow.to.rawValue), answered_by = \(answer.department),
        answered_on = \(answer.date), answer_code = \(answer.code), answer_note = \(answer.note)
      WHERE offer_id = \(offer)
      """)
  }
}
