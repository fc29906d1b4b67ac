public import Postgres

/// Takes chains off the list and puts them back. A chain comes onto it by its import
/// (`registry.chains`), and gets its two banks by the next designation of the term.
public struct ChainListDesk: Sendable {
  private let door: AuditDoor
  private let actor: String

  /// - Parameter actor: who the audit events name.
  public init(pool: Pool, actor: String) {
    door = .own(pool)
    self.actor = actor
  }

  /// - Parameter connection: in a transaction with an audit event open.
  public init(on connection: Connection) {
    door = .open(connection)
    actor = ""
  }

  /// Takes a chain off the list: its two banks end the day before, and from then on its enterprises are
  /// served by any bank, like those on no chain. What is under way goes on.
  ///
  /// - Returns: the number of the absence.
  /// - Throws: ``ChainListError``; ``PostgresError``.
  @discardableResult
  public func leave(
    _ chain: String, in jurisdiction: String, from date: DateOnly, reason: String,
    documentNumber: String
  ) async throws -> Int {
    try await door.transaction { connection in
      try await begin(reason, "take a chain off the list", connection)
      try await lock(chain, jurisdiction, connection)
      if let period = try await absence(chain, jurisdiction, endingAfter: date, connection) {
        throw ChainListError.notListed(chain: chain, since: period.start)
      }
      try await refuseRewriting(chain, jurisdiction, date, "m.chain = \(chain)", connection)
      _ = try await connection.query(
        "SELECT finance.end_pairs(\(jurisdiction), \(chain), \(date))")
      return try await connection.query(
        """
        INSERT INTO finance.chain_absence (jurisdiction, chain, period, reason, document_no)
        VALUES (\(jurisdiction), \(chain), daterange(\(date), NULL), \(reason), \(documentNumber))
        RETURNING absence_id
        """
      ).only(Int.self)
    }
  }

  /// Puts a chain back on the list. It has no banks until the term is designated again. Days on which
  /// any bank was recommended to its enterprises stay days off the list.
  ///
  /// - Throws: ``ChainListError``; ``PostgresError``.
  public func comeBack(
    _ chain: String, in jurisdiction: String, from date: DateOnly, reason: String
  ) async throws {
    try await door.transaction { connection in
      try await begin(reason, "put a chain back on the list", connection)
      try await lock(chain, jurisdiction, connection)
      guard let period = try await absence(chain, jurisdiction, endingAfter: date, connection),
        period.end == nil
      else { throw ChainListError.listed(chain: chain) }
      guard date > period.start else {
        throw ChainListError.tooEarly(chain: chain, earliest: period.start.adding(days: 1))
      }
      try await refuseRewriting(
        chain, jurisdiction, date, "m.chain IS NULL AND e.chain = \(chain)", connection)
      try await connection.execute(
        """
        UPDATE finance.chain_absence SET period = daterange(lower(period), \(date))
        WHERE absence_id = \(period.id)
        """)
    }
  }

  private func begin(
    _ reason: String, _ action: String, _ connection: Connection
  ) async throws {
    try await door.begin(Cause(actor: actor, reason: reason, action: action), on: connection)
  }

  private func lock(
    _ chain: String, _ jurisdiction: String, _ connection: Connection
  ) async throws {
    let known = try await connection.query(
      """
      SELECT EXISTS (SELECT FROM registry.chains c
        WHERE (c.jurisdiction, c.code) = (\(jurisdiction), \(chain)))
      """
    ).only(Bool.self)
    guard known else { throw ChainListError.unknown(chain: chain) }
    _ = try await connection.query("SELECT finance.lock_chain(\(jurisdiction), \(chain))")
  }

  private struct Absence: Decodable {
    let id: Int
    let start: DateOnly
    /// The first day on the list again; `nil` while that is open.
    let end: DateOnly?
  }

  /// The chain's latest absence, locked: nights that serve its enterprises by any bank read it.
  private func absence(
    _ chain: String, _ jurisdiction: String, endingAfter date: DateOnly, _ connection: Connection
  ) async throws -> Absence? {
    try await connection.query(
      """
      SELECT absence_id AS id, lower(period) AS start, upper(period) AS "end"
      FROM finance.chain_absence
      WHERE jurisdiction = \(jurisdiction) AND chain = \(chain)
        AND (upper_inf(period) OR upper(period) > \(date))
      ORDER BY lower(period) DESC LIMIT 1 FOR NO KEY UPDATE
      """
    ).records(as: Absence.self).first
  }

  /// Rounds that have served the chain by its two banks, or its enterprises by any, stay true.
  private func refuseRewriting(
    _ chain: String, _ jurisdiction: String, _ date: DateOnly, _ served: SQL,
    _ connection: Connection
  ) async throws {
    let last = try await connection.query(
      """
      SELECT max(r.business_date)
      FROM finance.match m JOIN allocation.offer o USING (offer_id)
      JOIN allocation.round r USING (round_id)
      JOIN registry.enterprises e ON e.uscc = m.uscc
      WHERE m.jurisdiction = \(jurisdiction) AND \(served)
      """
    ).only(DateOnly?.self)
    if let last, last >= date {
      throw ChainListError.tooEarly(chain: chain, earliest: last.adding(days: 1))
    }
  }
}
