public import Postgres

extension TechVP {
  /// Reads what is open on the business date. A request with a live offer or a commitment is not
  /// open again; an expert with one is engaged.
  public static func snapshot(
    in scope: RoundScope, from connection: Connection
  ) async throws -> TechVPSnapshot {
    TechVPSnapshot(
      requests: try await requests(scope, connection),
      experts: try await experts(scope, connection),
      universities: try await universities(scope, connection),
      conflicts: try await conflicts(scope, connection),
      declined: try await declined(scope, connection))
  }

  private static func requests(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [ExpertRequest] {
    try await connection.query(
      """
      SELECT q.number, q.uscc::text AS uscc, e.name AS enterprise, e.region, q.fields,
        q.min_title AS "minTitle", q.days_per_month AS "daysPerMonth", q.start_on AS "startOn",
        q.months
      FROM registry.expert_requests q
      JOIN registry.enterprises e USING (uscc)
      WHERE q.jurisdiction = \(scope.jurisdiction) AND q.submitted_on <= \(scope.businessDate)
        AND NOT EXISTS (
          SELECT FROM allocation.live_offers(\(scope.businessDate)) o
          WHERE o.mechanism = 'techvp' AND o.request = q.number)
      """
    ).records(as: ExpertRequest.self)
  }

  private static func experts(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [Expert] {
    try await connection.query(
      """
      SELECT x.code, x.university, x.title, x.fields, x.regions,
        x.available_from AS "availableFrom", x.days_per_month AS "daysPerMonth",
        coalesce(x.past_projects, 0) AS "pastProjects",
        EXISTS (
          SELECT FROM allocation.live_offers(\(scope.businessDate)) o
          WHERE o.mechanism = 'techvp' AND o.resource = x.code) AS "isEngaged"
      FROM registry.experts x
      WHERE x.jurisdiction = \(scope.jurisdiction)
      """
    ).records(as: Expert.self)
  }

  private static func universities(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [University] {
    try await connection.query(
      """
      SELECT u.code, u.max_experts AS "maxExperts", (
          SELECT count(*) FROM allocation.live_offers(\(scope.businessDate)) o
          JOIN registry.experts x ON x.code = o.resource
          WHERE o.mechanism = 'techvp' AND o.jurisdiction = u.jurisdiction
            AND x.university = u.code) AS engaged
      FROM registry.universities u
      WHERE u.jurisdiction = \(scope.jurisdiction)
      """
    ).records(as: University.self)
  }

  /// A founder stays a founder; an owner counts if the ownership touches the term asked for.
  private static func conflicts(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> Set<ExpertPair> {
    let pairs = try await connection.query(
      """
      SELECT DISTINCT q.number AS request, x.code AS expert
      FROM registry.conflicts_of_interest c
      JOIN registry.expert_requests q ON q.uscc = c.uscc
      JOIN registry.experts x
        ON x.jurisdiction = q.jurisdiction AND (x.code = c.expert OR x.university = c.university)
      WHERE q.jurisdiction = \(scope.jurisdiction)
        AND (c.since IS NULL OR c.since <= q.start_on + make_interval(months => q.months))
        AND (c.until IS NULL OR c.until >= q.start_on OR c.kind = 'founded')
      """
    ).records(as: ExpertPair.self)
    return Set(pairs)
  }

  private static func declined(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> Set<ExpertPair> {
    let pairs = try await connection.query(
      """
      SELECT request, resource AS expert
      FROM allocation.declined_pairs('techvp', \(scope.jurisdiction))
      """
    ).records(as: ExpertPair.self)
    return Set(pairs)
  }
}
