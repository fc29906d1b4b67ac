public import Postgres

extension Rotation {
  /// Reads what is open on the business date. A talent who was hired once is not open again.
  public static func snapshot(
    in scope: RoundScope, from connection: Connection
  ) async throws -> RotationSnapshot {
    RotationSnapshot(
      businessDate: scope.businessDate,
      talents: try await openTalents(scope, connection),
      hosts: try await hosts(
        "h.jurisdiction = \(scope.jurisdiction) AND h.submitted_on <= \(scope.businessDate)",
        scope, connection),
      posts: try await posts(scope, connection),
      declined: try await declined(scope, connection))
  }

  /// A placement that only was offered, and was not accepted in time, does not count any more.
  private static func openTalents(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [Talent] {
    try await talents(
      """
      t.jurisdiction = \(scope.jurisdiction)
      AND NOT EXISTS (
        SELECT FROM rotation.placement p
        WHERE p.talent = t.code AND p.state <> 'lapsed'
          AND (p.offer_id IS NULL OR NOT rotation.lapsed_on(p.offer_id, \(scope.businessDate))))
      """, connection)
  }

  static func talents(_ condition: SQL, _ connection: Connection) async throws -> [Talent] {
    try await connection.query(
      """
      SELECT t.code, t.degree, t.major, t.home_region AS "homeRegion", t.regions,
        t.available_from AS "availableFrom"
      FROM registry.talents t
      WHERE \(condition)
      """
    ).records(as: Talent.self)
  }

  static func hosts(
    _ condition: SQL, _ scope: RoundScope, _ connection: Connection
  ) async throws -> [HostPost] {
    try await connection.query(
      """
      SELECT h.number, h.uscc::text AS uscc, e.name AS enterprise, e.region,
        coalesce(c.majors, '{}') AS "chainMajors", h.majors, h.min_degree AS "minDegree",
        h.min_seats AS "minSeats", h.max_seats AS "maxSeats", s.held AS "heldSeats",
        h.start_on AS "startOn", h.months
      FROM registry.host_posts h
      JOIN registry.enterprises e USING (uscc)
      LEFT JOIN registry.chains c ON c.jurisdiction = h.jurisdiction AND c.code = e.chain
      JOIN rotation.held_seats(\(scope.jurisdiction), \(scope.businessDate)) s
        ON s.host_post = h.number
      WHERE \(condition)
      """
    ).records(as: HostPost.self)
  }

  static func posts(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [InstitutionPost] {
    try await connection.query(
      """
      SELECT i.code, i.institution, i.region, i.majors, f.free AS "freeHeadcount"
      FROM rotation.free_headcount(\(scope.jurisdiction), \(scope.businessDate)) f
      JOIN registry.institution_posts i ON i.code = f.post
      """
    ).records(as: InstitutionPost.self)
  }

  private static func declined(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> Set<TalentHost> {
    let pairs = try await connection.query(
      """
      SELECT request AS talent, resource AS "hostPost"
      FROM allocation.declined_pairs('rotation', \(scope.jurisdiction))
      """
    ).records(as: TalentHost.self)
    return Set(pairs)
  }
}
