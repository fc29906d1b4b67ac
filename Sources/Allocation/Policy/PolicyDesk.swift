public import Postgres

/// Where versions of the policy are drafted and put in force, inside a transaction with an open audit
/// event, in the service's role.
public enum PolicyDesk {
  /// Stores a draft: a base version's parameters with some of them changed.
  ///
  /// - Parameter changes: by name.
  /// - Returns: the draft's version.
  /// - Throws: ``PolicyDraft/Faults``, ``ActRefusal/unknown`` for a base that is not there,
  ///   ``PostgresError``.
  public static func draft(
    from base: Int, title: String, changes: [String: PolicyDraft.Value], on connection: Connection
  ) async throws -> Int {
    // Versions are numbered one after the other.
    _ = try await connection.query(
      "SELECT pg_advisory_xact_lock(hashtextextended('policy.versions', 0))")
    let known = try await parameters(of: base, connection)
    guard !known.isEmpty else { throw ActRefusal.unknown }
    let draft = try PolicyDraft(known, changing: changes)
    let version = try await connection.query(
      """
      INSERT INTO policy.versions (version, title, state, base)
      SELECT max(v.version) + 1, \(title), 'draft', \(base) FROM policy.versions v
      RETURNING version::bigint
      """
    ).only(Int.self)
    try await connection.execute(
      """
      INSERT INTO policy.parameters (version, name, number, word, unit, meaning)
      SELECT \(version), p.name, coalesce(c.number, p.number), coalesce(c.word, p.word), p.unit,
        p.meaning
      FROM policy.parameters p
      LEFT JOIN unnest(\(draft.changes.map(\.name))::text[], \(draft.changes.map(\.number))::numeric[],
        \(draft.changes.map(\.word))::text[]) c (name, number, word) ON c.name = p.name
      WHERE p.version = \(base)
      """)
    return version
  }

  private static func parameters(
    of version: Int, _ connection: Connection
  ) async throws -> [PolicyDraft.Parameter] {
    try await connection.query(
      """
      SELECT p.name, p.number, p.unit, u.least, u.most, coalesce(u.is_whole, false),
        array(SELECT w.word FROM policy.word w WHERE w.name = p.name ORDER BY w.word COLLATE "C")
      FROM policy.parameters p LEFT JOIN policy.unit u USING (unit) WHERE p.version = \(version)
      """
    ).decode(
      String.self, Numeric?.self, String.self, Numeric?.self, Numeric?.self, Bool.self,
      [String].self
    ).map { name, number, unit, least, most, isWhole, words in
      PolicyDraft.Parameter(
        name: name, number: number, unit: unit, least: least, most: most, isWhole: isWhole,
        words: words)
    }
  }

  /// Puts a draft in force from a day to come.
  ///
  /// - Throws: ``ActRefusal``: `unknown`, `start`; ``PostgresError``.
  static func putInForce(
    _ version: Int, from date: DateOnly, on connection: Connection
  ) async throws {
    // Two drafts for one day come one after the other, and the second one is refused.
    _ = try await connection.query(
      "SELECT pg_advisory_xact_lock(hashtextextended('policy.versions', 0))")
    let found = try await connection.query(
      """
      SELECT policy.start_fault(v.version, \(date)) FROM policy.versions v
      WHERE v.version = \(version)
      """
    ).decode(String?.self)
    guard let fault = found.first else { throw ActRefusal.unknown }
    if let fault {
      guard let known = PolicyStartFault(rawValue: fault) else { throw ActRefusal.unknown }
      throw ActRefusal.start(known)
    }
    try await connection.execute(
      """
      UPDATE policy.versions SET state = 'in_force', in_force_from = \(date)
      WHERE version = \(version)
      """)
  }
}
