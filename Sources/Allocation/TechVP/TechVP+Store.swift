public import Postgres

extension TechVP {
  /// Reads what is open on the business date. A request with a live offer, a commitment or a term
  /// behind it is not open again, and a renewal only when the term that it follows was renewed; an
  /// expert with a live offer, a commitment or an end that is still ahead is engaged.
  public static func snapshot(
    in scope: RoundScope, from connection: Connection
  ) async throws -> TechVPSnapshot {
    TechVPSnapshot(
      requests: try await requests(scope, connection),
      experts: try await experts(scope, connection),
      universities: try await universities(scope, connection),
      conflicts: try await conflicts(scope, connection),
      declined: try await declined(scope, connection),
      filed: try await filed(scope, connection),
      renewals: try await renewals(scope, connection))
  }

  /// Whether the expert of appointment `a` has ever begun.
  private static let hasBegun: SQL = """
    EXISTS (
      SELECT FROM techvp.appointment_step s
      WHERE s.appointment_id = a.appointment_id AND s.state = 'active')
    """

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
        AND NOT EXISTS (
          SELECT FROM techvp.appointment a
          WHERE (a.request = q.number AND \(hasBegun))
            OR (a.renewal_request = q.number AND a.state <> 'renewed'))
      """
    ).records(as: ExpertRequest.self)
  }

  /// Experts with a live offer, a commitment, or a term whose end is recorded and still ahead.
  private static func engaged(on date: DateOnly) -> SQL {
    """
    SELECT o.resource FROM allocation.live_offers(\(date)) o WHERE o.mechanism = 'techvp'
    UNION ALL
    SELECT a.expert FROM techvp.appointment a
    WHERE a.state = 'ended' AND upper(a.term) - 1 > \(date)
    """
  }

  private static func experts(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [Expert] {
    try await connection.query(
      """
      SELECT x.code, x.university, x.title, x.fields, x.regions,
        x.available_from AS "availableFrom", x.days_per_month AS "daysPerMonth",
        coalesce(x.past_projects, 0) AS "pastProjects",
        x.code IN (\(engaged(on: scope.businessDate))) AS "isEngaged"
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
          SELECT count(*) FROM registry.experts x
          WHERE x.jurisdiction = u.jurisdiction AND x.university = u.code
            AND x.code IN (\(engaged(on: scope.businessDate)))) AS engaged
      FROM registry.universities u
      WHERE u.jurisdiction = \(scope.jurisdiction)
      """
    ).records(as: University.self)
  }

  /// A founder stays a founder; an owner counts if the ownership touches the term asked for.
  private static func conflicts(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> Set<ExpertConflict> {
    let found = try await connection.query(
      """
      SELECT q.number AS request, x.code AS expert, c.kind, c.evidence, c.since
      FROM registry.conflicts_of_interest c
      JOIN registry.expert_requests q ON q.uscc = c.uscc
      JOIN registry.experts x
        ON x.jurisdiction = q.jurisdiction AND (x.code = c.expert OR x.university = c.university)
      WHERE q.jurisdiction = \(scope.jurisdiction)
        AND c.since <= q.start_on + make_interval(months => q.months)
        AND (c.until IS NULL OR c.until >= q.start_on OR c.kind = 'founded')
      """
    ).records(as: ConflictRecord.self)
    return Set(
      found.map {
        ExpertConflict(
          pair: ExpertPair(request: $0.request, expert: $0.expert), kind: $0.kind,
          evidence: $0.evidence, since: $0.since)
      })
  }

  private struct ConflictRecord: Decodable {
    let request, expert: String
    let kind: ExpertConflict.Kind
    let evidence: String
    let since: DateOnly
  }

  /// Pairs that one side has declined, or that came to nothing before a term began.
  private static func declined(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> Set<ExpertPair> {
    let pairs = try await connection.query(
      """
      SELECT request, resource AS expert
      FROM allocation.declined_pairs('techvp', \(scope.jurisdiction))
      UNION
      SELECT a.request, a.expert FROM techvp.appointment a
      WHERE a.jurisdiction = \(scope.jurisdiction) AND a.state = 'ended' AND NOT \(hasBegun)
      """
    ).records(as: ExpertPair.self)
    return Set(pairs)
  }

  /// The ranks of lists that are open; ``nightlyWork(in:on:)`` opens them.
  private static func filed(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> Set<FiledRank> {
    let found = try await connection.query(
      """
      SELECT side, request, expert, rank
      FROM registry.opened_rankings(\(scope.jurisdiction))
      """
    ).records(as: RankRecord.self)
    return Set(
      found.map {
        FiledRank(
          side: $0.side, pair: ExpertPair(request: $0.request, expert: $0.expert), rank: $0.rank)
      })
  }

  private struct RankRecord: Decodable {
    let side: FiledRank.Side
    let request, expert: String
    let rank: Int
  }

  private static func renewals(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> Set<ExpertPair> {
    let pairs = try await connection.query(
      """
      SELECT renewal_request AS request, expert FROM techvp.appointment
      WHERE jurisdiction = \(scope.jurisdiction) AND state = 'renewed'
      """
    ).records(as: ExpertPair.self)
    return Set(pairs)
  }
}
