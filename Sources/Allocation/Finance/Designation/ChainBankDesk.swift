public import Postgres

/// Changes of a chain's two banks by hand, each with its reason and its price.
public struct ChainBankDesk: Sendable {
  /// What somebody wants to change.
  public struct Change: Sendable {
    public let jurisdiction: String
    public let chain: String
    public let lead: String
    public let partner: String
    /// The first day of the new pair.
    public let from: DateOnly
    public let reason: String
    public let documentNumber: String

    public init(
      jurisdiction: String, chain: String, lead: String, partner: String, from: DateOnly,
      reason: String, documentNumber: String
    ) {
      self.jurisdiction = jurisdiction
      self.chain = chain
      self.lead = lead
      self.partner = partner
      self.from = from
      self.reason = reason
      self.documentNumber = documentNumber
    }
  }

  private let door: AuditDoor
  private let actor: String

  /// - Parameter actor: who the audit events name.
  public init(pool: Pool, actor: String) {
    door = .own(pool)
    self.actor = actor
  }

  /// - Parameter connection: in a transaction with an audit event open, in the service's role.
  public init(on connection: Connection) {
    door = .open(connection)
    actor = ""
  }

  /// What a change would cost, in points of the term's designation: what the pairs in force earn,
  /// less what they earn with the change. Stores nothing.
  ///
  /// - Throws: ``DesignationError``; ``PostgresError``.
  public func price(of change: Change) async throws -> Int64 {
    try await door.withConnection { connection in
      let current = try await pair(change, connection)
      try await refuseThirdBank(change, current, connection)
      return try await PairPrice(connection).price(of: change, term: current.term)
    }
  }

  /// Makes a change: the pair in force ends the day before, the new one holds to the end of the old
  /// one's period.
  ///
  /// A chain has no third bank, also where `from` has passed. What a bank outside the new pair still
  /// considers is withdrawn with the change as its cause, and the next night recommends the request to
  /// the new pair. What such a bank has decided on stands, and a change that would make it a third
  /// bank's is refused: a bank's word to an enterprise is not the office's to take back.
  ///
  /// - Parameter date: the day of the change, for the record of what it withdraws.
  /// - Returns: the change's price.
  /// - Throws: ``DesignationError``; ``PostgresError`` with constraint `chain_bank_limit` where a bank
  ///   has as many chains as it may have.
  public func apply(_ change: Change, on date: DateOnly = .todayInShanghai) async throws -> Int64 {
    try await door.withConnection { connection in
      let current = try await pair(change, connection)
      let price = try await PairPrice(connection).price(of: change, term: current.term)
      try await connection.transaction { connection in
        try await door.begin(
          Cause(actor: actor, reason: change.reason, action: "change a chain's banks"),
          on: connection)
        _ = try await connection.query(
          "SELECT finance.lock_chain(\(change.jurisdiction), \(change.chain))")
        try await replace(current, change, price, connection)
        try await withdrawStrangers(change, date, connection)
        try await refuseThirdBank(change, current, connection)
      }
      return price
    }
  }

  private struct Pair: Decodable, Hashable {
    let id: Int
    let term: String
    let lead: String
    let partner: String
    let start: DateOnly
    /// The first day after it.
    let end: DateOnly
  }

  private func pair(_ change: Change, _ connection: Connection) async throws -> Pair {
    guard change.lead != change.partner else { throw DesignationError.oneBank(change.lead) }
    let known = try await connection.query(
      "SELECT code::text FROM registry.banks WHERE jurisdiction = \(change.jurisdiction)"
    ).decode(String.self)
    for bank in [change.lead, change.partner] where !known.contains(bank) {
      throw DesignationError.unknownBank(bank)
    }
    guard let pair = try await find(change, connection) else {
      throw DesignationError.notDesignated(chain: change.chain, on: change.from)
    }
    guard (pair.lead, pair.partner) != (change.lead, change.partner) else {
      throw DesignationError.unchanged(chain: change.chain)
    }
    return pair
  }

  private func find(_ change: Change, _ connection: Connection) async throws -> Pair? {
    try await connection.query(
      """
      SELECT chain_bank_id AS id, term, lead, partner, lower(period) AS start,
        upper(period) AS "end"
      FROM finance.chain_bank
      WHERE jurisdiction = \(change.jurisdiction) AND chain = \(change.chain)
        AND period @> \(change.from)
      """
    ).records(as: Pair.self).first
  }

  private func replace(
    _ current: Pair, _ change: Change, _ price: Int64, _ connection: Connection
  ) async throws {
    guard try await find(change, connection) == current else {
      throw DesignationError.changedMeanwhile(chain: change.chain)
    }
    guard current.start < change.from else {
      // Nothing of the old pair's period is left: the row itself changes, its history stays.
      try await connection.execute(
        """
        UPDATE finance.chain_bank
        SET lead = \(change.lead), partner = \(change.partner), designation_id = NULL,
          reason = \(change.reason), document_no = \(change.documentNumber), price = \(price)
        WHERE chain_bank_id = \(current.id)
        """)
      return
    }
    try await connection.execute(
      """
      UPDATE finance.chain_bank SET period = daterange(lower(period), \(change.from))
      WHERE chain_bank_id = \(current.id)
      """)
    try await connection.execute(
      """
      INSERT INTO finance.chain_bank
        (jurisdiction, term, chain, period, lead, partner, reason, document_no, price)
      VALUES (\(change.jurisdiction), \(current.term), \(change.chain),
        daterange(\(change.from), \(current.end)), \(change.lead), \(change.partner),
        \(change.reason), \(change.documentNumber), \(price))
      """)
  }

  private func withdrawStrangers(
    _ change: Change, _ date: DateOnly, _ connection: Connection
  ) async throws {
    let cause = "两行变更（\(change.documentNumber)）：\(change.reason)"
    let person = actor.isEmpty ? nil : actor
    _ = try await connection.query(
      """
      SELECT finance.end_strangers(\(change.jurisdiction), \(date), \(person)::text, \(cause),
        \(change.chain))
      """)
  }

  /// The latest loan that a bank outside the new pair has decided on in the new pair's period.
  private func refuseThirdBank(
    _ change: Change, _ current: Pair, _ connection: Connection
  ) async throws {
    let decided = try await connection.query(
      """
      SELECT m.request, m.bank, r.business_date
      FROM finance.match m
      JOIN allocation.offer o USING (offer_id)
      JOIN allocation.round r USING (round_id)
      WHERE m.jurisdiction = \(change.jurisdiction) AND m.chain = \(change.chain)
        AND m.bank NOT IN (\(change.lead), \(change.partner))
        AND r.business_date >= \(change.from) AND r.business_date < \(current.end)
        AND m.state IN ('approved', 'reduced', 'signed', 'drawn', 'repaid', 'renewed')
      ORDER BY r.business_date DESC, m.request COLLATE "C" LIMIT 1
      """
    ).decode(String.self, String.self, DateOnly.self).first
    guard let (request, bank, day) = decided else { return }
    throw DesignationError.thirdBank(
      chain: change.chain, request: request, bank: bank, earliest: day.adding(days: 1))
  }
}
