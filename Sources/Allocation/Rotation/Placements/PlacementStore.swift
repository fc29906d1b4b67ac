import Postgres

/// Reads and writes placements, in the caller's transaction.
struct PlacementStore: Sendable {
  private let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// The placements of a prefecture that dates still move, in order, locked until the transaction ends:
  /// what somebody chooses or ends meanwhile comes before the night or after it.
  func live(in jurisdiction: String) async throws -> [Placement] {
    let ids = try await connection.query(
      """
      SELECT placement_id FROM rotation.placement
      WHERE jurisdiction = \(jurisdiction)
        AND state IN ('recruited', 'placed', 'term_ending', 'chosen')
      ORDER BY placement_id FOR NO KEY UPDATE
      """
    ).decode(Int.self)
    // Read anew: what was waited for has changed.
    return try await placements(
      """
      p.placement_id = ANY (\(ids)::bigint[])
      AND p.state IN ('recruited', 'placed', 'term_ending', 'chosen')
      """)
  }

  /// A talent's placement, locked until the transaction ends; of several the latest.
  ///
  /// - Throws: ``PlacementRefusal/noPlacement(talent:)``.
  func locked(_ talent: String) async throws -> Placement {
    let ids = try await connection.query(
      """
      SELECT placement_id FROM rotation.placement
      WHERE talent = \(talent) AND state <> 'lapsed'
      ORDER BY placement_id DESC LIMIT 1 FOR NO KEY UPDATE
      """
    ).decode(Int.self)
    guard let id = ids.first else { throw PlacementRefusal.noPlacement(talent: talent) }
    return try await placement(id, talent)
  }

  func placement(_ id: Int, _ talent: String) async throws -> Placement {
    guard let placement = try await placements("p.placement_id = \(id)").first else {
      throw PlacementRefusal.noPlacement(talent: talent)
    }
    return placement
  }

  private func placements(_ condition: SQL) async throws -> [Placement] {
    try await connection.query(
      """
      SELECT p.placement_id AS "placementID", p.jurisdiction, p.talent, t.major,
        g.host_post AS "hostPost", lower(g.period) AS "hostSince",
        p.institution_post AS "institutionPost",
        p.starts_on AS "startsOn", p.ends_on AS "endsOn", p.state, p.state_on AS "stateOn",
        p.choice, p.wishes, p.extended_to AS "extendedTo", p.settled_post AS "settledPost",
        coalesce((
          SELECT sum(CASE r.grade WHEN 'excellent' THEN 2 WHEN 'qualified' THEN 1 ELSE -1 END)
          FROM rotation.review r
          WHERE r.placement_id = p.placement_id AND r.grade IS NOT NULL), 0) AS "reviewPoints",
        v.planned AS "reviewsPlanned", v.last_due AS "lastReviewDue"
      FROM rotation.placement p
      JOIN registry.talents t ON t.code = p.talent
      JOIN LATERAL (
        SELECT g.host_post, g.period FROM rotation.posting g
        WHERE g.placement_id = p.placement_id ORDER BY g.posting_no DESC LIMIT 1) g ON true
      CROSS JOIN LATERAL (
        SELECT coalesce(max(r.review_no), 0)::bigint AS planned, max(r.due_on) AS last_due
        FROM rotation.review r WHERE r.placement_id = p.placement_id) v
      WHERE \(condition)
      ORDER BY p.placement_id
      """
    ).records(as: Placement.self)
  }

  /// Keeps others from a prefecture's headcount until the transaction ends. Whoever needs several
  /// posts takes them before any host, so that no two wait for each other.
  func queueOnPosts(of jurisdiction: String) async throws {
    _ = try await connection.query(
      """
      SELECT rotation.queue_on('institution_post', array(
        SELECT code::text FROM registry.institution_posts WHERE jurisdiction = \(jurisdiction)))
      """)
  }

  /// Moves placements to a state, all at once: what one frees another may take.
  func move(
    _ placements: [Placement], to state: Placement.State, on date: DateOnly,
    by person: String? = nil
  ) async throws {
    guard !placements.isEmpty else { return }
    _ = try await connection.execute(
      """
      UPDATE rotation.placement
      SET state = \(state.rawValue), state_on = \(date),
        answered_by = coalesce(\(person)::text, answered_by)
      WHERE placement_id = ANY (\(placements.map(\.placementID))::bigint[])
      """)
  }

  /// Begins the time by which terms were extended.
  func extend(_ placements: [Placement], on date: DateOnly) async throws {
    guard !placements.isEmpty else { return }
    _ = try await connection.execute(
      """
      UPDATE rotation.placement
      SET state = 'placed', state_on = \(date), ends_on = extended_to, extended_to = NULL,
        choice = NULL, chosen_on = NULL
      WHERE placement_id = ANY (\(placements.map(\.placementID))::bigint[])
      """)
  }

  /// Settles placements at institution posts, all at once.
  func settle(_ posts: [(placement: Int, post: String)], on date: DateOnly) async throws {
    guard !posts.isEmpty else { return }
    _ = try await connection.execute(
      """
      UPDATE rotation.placement p SET state = 'settled', state_on = \(date), settled_post = s.post
      FROM unnest(\(posts.map(\.placement))::bigint[], \(posts.map(\.post))::text[])
        AS s (placement, post)
      WHERE p.placement_id = s.placement
      """)
  }

  /// The reviews of running placements that nobody has held, by placement.
  func openReviews(
    in jurisdiction: String
  ) async throws -> [Int: [(number: Int, dueOn: DateOnly)]] {
    let open = try await connection.query(
      """
      SELECT r.placement_id, r.review_no::bigint, r.due_on
      FROM rotation.review r JOIN rotation.placement p USING (placement_id)
      WHERE p.jurisdiction = \(jurisdiction) AND r.grade IS NULL
        AND p.state IN ('placed', 'term_ending', 'chosen')
      ORDER BY r.placement_id, r.review_no
      """
    ).decode(Int.self, Int.self, DateOnly.self)
    return Dictionary(grouping: open, by: \.0).mapValues { $0.map { ($0.1, $0.2) } }
  }

  /// The day on which the talent began at the first host.
  func begunOn(_ placement: Placement) async throws -> DateOnly? {
    try await connection.query(
      """
      SELECT min(reached_on) FROM rotation.placement_step
      WHERE placement_id = \(placement.placementID) AND state = 'placed'
      """
    ).only(DateOnly?.self)
  }

  /// Writes the reviews that have come into sight.
  func open(_ reviews: [(placement: Int, number: Int, dueOn: DateOnly)]) async throws {
    guard !reviews.isEmpty else { return }
    _ = try await connection.execute(
      """
      INSERT INTO rotation.review (placement_id, review_no, due_on)
      SELECT r.placement, r.number, r.due_on
      FROM unnest(\(reviews.map(\.placement))::bigint[], \(reviews.map(\.number))::integer[],
        \(reviews.map(\.dueOn))::date[]) AS r (placement, number, due_on)
      -- What somebody has ended since it was read has no review to come.
      JOIN (
        SELECT placement_id FROM rotation.placement
        WHERE placement_id = ANY (\(reviews.map(\.placement))::bigint[])
          AND state IN ('placed', 'term_ending', 'chosen')
        ORDER BY placement_id FOR SHARE) p ON p.placement_id = r.placement
      ORDER BY r.placement, r.number
      ON CONFLICT DO NOTHING
      """)
  }
}
