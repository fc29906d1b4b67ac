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
      try await price(of: change, try await pair(change, connection), connection)
    }
  }

  /// Makes a change: the pair in force ends the day before, the new one holds to the end of the term.
  ///
  /// - Returns: the change's price.
  /// - Throws: ``DesignationError``; ``PostgresError`` with constraint `chain_bank_limit` where a bank
  ///   has as many chains as it may have.
  public func apply(_ change: Change) async throws -> Int64 {
    try await door.withConnection { connection in
      let current = try await pair(change, connection)
      let price = try await price(of: change, current, connection)
      try await connection.transaction { connection in
        try await door.begin(
          Cause(actor: actor, reason: change.reason, action: "change a chain's banks"),
          on: connection)
        try await replace(current, change, price, connection)
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
  }

  private func pair(_ change: Change, _ connection: Connection) async throws -> Pair {
    guard change.lead != change.partner else { throw DesignationError.oneBank(change.lead) }
    let known = try await connection.query(
      "SELECT code::text FROM registry.banks WHERE jurisdiction = \(change.jurisdiction)"
    ).decode(String.self)
    for bank in [change.lead, change.partner] where !known.contains(bank) {
      throw DesignationError.unknownBank(bank)
    }
    guard let pair = try await find(change, lock: false, connection) else {
      throw DesignationError.notDesignated(chain: change.chain, on: change.from)
    }
    guard (pair.lead, pair.partner) != (change.lead, change.partner) else {
      throw DesignationError.unchanged(chain: change.chain)
    }
    return pair
  }

  private func find(
    _ change: Change, lock: Bool, _ connection: Connection
  ) async throws -> Pair? {
    let locking: SQL = lock ? "FOR UPDATE" : ""
    return try await connection.query(
      """
      SELECT chain_bank_id AS id, term, lead, partner, lower(period) AS start
      FROM finance.chain_bank
      WHERE jurisdiction = \(change.jurisdiction) AND chain = \(change.chain)
        AND period @> \(change.from)
      \(locking)
      """
    ).records(as: Pair.self).first
  }

  private func price(
    of change: Change, _ current: Pair, _ connection: Connection
  ) async throws -> Int64 {
    let designation = try await connection.query(
      """
      SELECT designation_id FROM finance.designation
      WHERE jurisdiction = \(change.jurisdiction) AND term = \(current.term)
      """
    ).only(Int.self)
    let (draft, seed) = try await DesignationStore(connection).draft(designation)
    let pairs = try await connection.query(
      """
      SELECT chain, lead, partner FROM finance.chain_bank
      WHERE jurisdiction = \(change.jurisdiction) AND period @> \(change.from)
      """
    ).records(as: ChainBanks.self)
    let before = try draft.value(of: draft.designated(pairs), seed: seed)
    let changed =
      pairs.filter { $0.chain != change.chain } + [
        ChainBanks(chain: change.chain, lead: change.lead, partner: change.partner)
      ]
    return before.objective - (try draft.value(of: draft.designated(changed), seed: seed)).objective
  }

  private func replace(
    _ current: Pair, _ change: Change, _ price: Int64, _ connection: Connection
  ) async throws {
    guard try await find(change, lock: true, connection) == current else {
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
    let until = try await connection.query(
      "SELECT upper(period) FROM finance.chain_bank WHERE chain_bank_id = \(current.id)"
    ).only(DateOnly.self)
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
        daterange(\(change.from), \(until)), \(change.lead), \(change.partner), \(change.reason),
        \(change.documentNumber), \(price))
      """)
  }
}

extension DesignationDraft {
  /// Pairs by code as pairs by index. A bank that the designation did not know is left out, and so
  /// earns nothing.
  func designated(_ pairs: [ChainBanks]) throws -> DesignatedPairs {
    let byChain = Dictionary(pairs.map { ($0.chain, $0) }, uniquingKeysWith: { first, _ in first })
    return DesignatedPairs(
      pairs: try chains.map { chain in
        guard let pair = byChain[chain.code],
          let lead = banks.firstIndex(where: { $0.code == pair.lead }),
          let partner = banks.firstIndex(where: { $0.code == pair.partner })
        else { throw DesignationError.unknownBank(byChain[chain.code]?.lead ?? chain.code) }
        return DesignatedPairs.Pair(lead: lead, partner: partner)
      })
  }
}
