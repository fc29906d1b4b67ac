internal import Allocation
internal import Postgres

/// A resource whose changes are told, and the audited tables that hold it.
struct EventSubject: Sendable {
  /// As the path of the API names it.
  let resource: String
  let sources: [Source]

  init(_ resource: String, _ sources: Source...) {
    (self.resource, self.sources) = (resource, sources)
  }

  /// A table whose rows are the resource's, or parts of its rows.
  struct Source: Sendable {
    /// With schema, as audit events name it.
    let table: String
    /// Of the rows that an event wrote and the caller's role sees: the resource's keys, an array of texts
    /// each, in the order of the path.
    let keys: @Sendable (_ event: Int) -> SQL
  }

  /// What is told of an event, as JSON: the resource, how many of its rows, and keys of at most `most`.
  ///
  /// - Parameter tables: those that the event changed.
  /// - Returns: a statement that gives one row, or none where the caller sees nothing of it; `nil` where
  ///   the event has nothing to do with the resource.
  func statement(of event: Int, in tables: Set<String>, most: Int32) -> SQL? {
    let keys = sources.filter { tables.contains($0.table) }.map { $0.keys(event) }
    guard !keys.isEmpty else { return nil }
    // By jsonb_agg: json_agg puts arrays on lines of their own, and a message's line ends there.
    return """
      SELECT json_build_object('resource', \(resource)::text, 'rows', count(*), 'keys',
        coalesce(jsonb_agg(k.key ORDER BY k.n) FILTER (WHERE k.n <= \(most)), '[]'))::text
      FROM (SELECT d.key, row_number() OVER (ORDER BY d.key) AS n
        FROM (SELECT DISTINCT f.key FROM (\(keys.joined(separator: " UNION ALL "))) AS f (key)) d) k
      HAVING count(*) > 0
      """
  }
}

extension EventSubject.Source {
  /// Rows `t` of the table itself: what of them the caller sees, row-level security decides.
  ///
  /// - Parameters:
  ///   - key: expressions on `t`.
  ///   - condition: which of the rows are the resource's.
  static func rows(_ table: String, _ key: SQL..., where condition: SQL? = nil) -> Self {
    rows(table, key: key, where: condition)
  }

  static func rows(_ table: String, key: [SQL], where condition: SQL? = nil) -> Self {
    let texts = key.map { "(\($0))::text" as SQL }.joined()
    let others = condition.map { " AND (\($0))" as SQL } ?? ""
    return Self(table: table) { event in
      "SELECT ARRAY[\(texts)] FROM \(identifier: table) t WHERE t.event_id = \(event)\(others)"
    }
  }
}

extension EventSubject {
  /// Everything that is told: a resource of the API that is not here changes in silence.
  ///
  /// Whatever a row's version is made of is a source of it. Not here is what nobody changes while the
  /// service runs (`answer-codes`), and what is not for those who may listen (`audit`).
  static func all(_ resources: [Resource]) -> [EventSubject] {
    resources.map(subject) + office + land + finance + people
  }

  private static func subject(_ resource: Resource) -> EventSubject {
    let key = resource.key.map { "t.\(identifier: $0)" as SQL }
    return EventSubject(resource.path, .rows("registry.\(resource.table.name)", key: key))
  }

  private static let office: [EventSubject] = [
    EventSubject("rounds", .rows("allocation.round", "t.round_id"), publication),
    EventSubject("queued-rounds", .rows("allocation.queued_round", "t.queued_id")),
    EventSubject("explanations", unserved),
    EventSubject("acts", .rows("allocation.act", "t.act_id")),
    EventSubject("policies", .rows("policy.versions", "t.version")),
    EventSubject("policy-parameters", .rows("policy.parameters", "t.version || '/' || t.name")),
    EventSubject("calendar", .rows("calendar.exceptions", "t.day")),
    EventSubject("offers", .rows("allocation.offer", "t.offer_id")),
    EventSubject(
      "commitments",
      .rows("allocation.offer", "t.offer_id", where: "t.state IN ('accepted', 'released')")),
  ]

  private static let land: [EventSubject] = [
    EventSubject("consultations", .rows("land.session", "t.jurisdiction || '-' || t.session_on")),
    EventSubject(
      "agenda-items",
      .rows("land.agenda_item", "t.jurisdiction || '-' || t.session_on || '-' || t.request")),
    EventSubject("decisions", .rows("land.decision", "t.decision_id")),
    EventSubject("tasks", .rows("land.task", "t.decision_id")),
  ]

  private static let finance: [EventSubject] = [
    EventSubject(
      "matches", .rows("finance.match", "t.offer_id || '-' || t.bank"),
      .rows("finance.match_step", "t.offer_id || '-' || t.bank")),
    EventSubject("chain-banks", .rows("finance.chain_bank", "t.chain_bank_id")),
    EventSubject("designations", .rows("finance.designation", "t.designation_id")),
    EventSubject("chain-absences", .rows("finance.chain_absence", "t.absence_id")),
    EventSubject("prime-rates", .rows("reference.lpr", "t.published_on")),
  ]

  private static let people: [EventSubject] = [
    EventSubject(
      "appointments", .rows("techvp.appointment", "t.appointment_id"),
      .rows("techvp.appointment_step", "t.appointment_id"),
      .rows("techvp.review", "t.appointment_id"), .rows("techvp.site_days", "t.appointment_id"),
      .rows("techvp.outcome", "t.appointment_id")),
    EventSubject("conflicts", .rows("registry.conflicts_of_interest", "t.id")),
    EventSubject(
      "rankings",
      .rows("registry.ranking_seal", "t.side || '-' || t.party || '-' || t.version")),
    EventSubject(
      "placements", .rows("rotation.placement", "t.placement_id"),
      .rows("rotation.placement_step", "t.placement_id"),
      .rows("rotation.posting", "t.placement_id"), .rows("rotation.review", "t.placement_id")),
    EventSubject(
      "headcount", .rows("registry.institution_posts", "t.code"), claims, transfers),
  ]

  // MARK: - what is not in a table of its own

  /// A round shows the act that publishes it to whoever sees both.
  private static let publication = Source(table: "allocation.act") { event in
    """
    SELECT ARRAY[r.round_id::text] FROM allocation.act t JOIN allocation.round r
      ON r.round_id = CASE WHEN t.kind = 'publish_round' THEN t.subject::bigint END
    WHERE t.event_id = \(event)
    """
  }

  private static let unserved = Source(table: "allocation.round") { event in
    "SELECT ARRAY[t.mechanism || '/' || t.request] FROM access.unserved_in(\(event)) t"
  }

  /// The months ahead of a post have no key of their own: the post is told.
  private static let claims = Source(table: "rotation.placement") { event in
    """
    SELECT ARRAY[i.code::text] FROM rotation.placement t JOIN registry.institution_posts i
      ON i.code IN (t.institution_post, t.settled_post)
    WHERE t.event_id = \(event)
    """
  }

  private static let transfers = Source(table: "rotation.headcount_transfer") { event in
    """
    SELECT ARRAY[i.code::text] FROM access.transferred_posts(\(event)) t
    JOIN registry.institution_posts i ON i.code = t.post
    """
  }
}
