public import Postgres

extension SessionMinutes {
  /// Reads the minutes of a session that has begun.
  ///
  /// - Throws: ``SessionRefusal/state(_:_:needed:)`` for one that has not.
  public static func load(
    _ date: DateOnly, jurisdiction: String, from connection: Connection
  ) async throws -> SessionMinutes {
    try await connection.transaction(isolation: .repeatableRead) { connection in
      let session = try await SessionStore(connection, jurisdiction).find(date)
      guard let session, session.state != .planned else {
        throw SessionRefusal.state(date, session?.state, needed: .open)
      }
      let (city, attending) = try await connection.query(
        """
        SELECT r.name, coalesce((
          SELECT array_agg(land.department_name(d) ORDER BY n)
          FROM unnest(\(session.attending)::text[]) WITH ORDINALITY AS t (d, n)), '{}')
        FROM registry.regions r WHERE r.code = \(jurisdiction)
        """
      ).only(String.self, [String].self)
      return SessionMinutes(
        city: city, session: session, attending: attending,
        topics: try await topics(date, jurisdiction, connection),
        carriedOver: try await connection.query(
          """
          SELECT count(*) FROM land.agenda_item
          WHERE jurisdiction = \(jurisdiction) AND session_on = \(date) AND position IS NULL
          """
        ).only(Int.self),
        conclusions: try await conclusions(date, jurisdiction, connection))
    }
  }

  private static func topics(
    _ date: DateOnly, _ jurisdiction: String, _ connection: Connection
  ) async throws -> [Topic] {
    try await connection.query(
      """
      SELECT position::bigint AS position, request, enterprise, project, cause_meaning
      FROM report.agenda
      WHERE jurisdiction = \(jurisdiction) AND session_on = \(date) AND position IS NOT NULL
      ORDER BY position
      """
    ).records(as: Topic.self)
  }

  private static func conclusions(
    _ date: DateOnly, _ jurisdiction: String, _ connection: Connection
  ) async throws -> [Conclusion] {
    try await connection.query(
      """
      SELECT d.conclusion::bigint AS conclusion, d.kind, d.request, d.enterprise, d.project,
        d.parcel, p.name AS parcel_region, d.area_mu, d.from_quota, d.to_quota, d.quota_kind,
        f.name AS from_region, t.name AS to_region, d.amount, d.unit, d.document_no, d.rule,
        d.until_on, land.department_name(d.department) AS department_name, d.due_on,
        d.due_is_provisional, d.reason, d.legal_basis, d.note
      FROM report.decision d
      LEFT JOIN registry.regions p ON p.code = d.parcel_region
      LEFT JOIN registry.regions f ON f.code = d.from_region
      LEFT JOIN registry.regions t ON t.code = d.to_region
      WHERE d.jurisdiction = \(jurisdiction) AND d.session_on = \(date)
      ORDER BY d.conclusion
      """
    ).records(as: DecisionRecord.self).map { Conclusion($0) }
  }
}
