public import Postgres

/// Reads and writes offers.
public struct OfferStore: Sendable {
  private let connection: Connection

  public init(_ connection: Connection) {
    self.connection = connection
  }

  /// Stores the offers of a round.
  ///
  /// - Precondition: an audit event is open.
  public func store(_ offers: [Offer], of round: Int, in scope: RoundScope) async throws {
    // Row-level security takes no COPY.
    try await connection.execute(
      """
      INSERT INTO allocation.offer (round_id, mechanism, jurisdiction, department, request, uscc,
        resource, detail, amount, unit, score, due_on, due_is_provisional)
      SELECT \(round), \(scope.mechanism.rawValue), \(scope.jurisdiction), o.*
      FROM unnest(\(offers.map(\.department))::text[], \(offers.map(\.request))::text[],
        \(offers.map(\.uscc))::text[], \(offers.map(\.option.resource))::text[],
        \(offers.map(\.option.detailJSON)), \(offers.map(\.option.amount)),
        \(offers.map(\.option.unit))::text[], \(offers.map(\.option.score)),
        \(offers.map(\.deadline.day)), \(offers.map(\.deadline.isProvisional))) o
      """)
    try await hold(offers, of: round)
  }

  /// Makes sure that the lots on which offers draw are still of the rows for which they were read, and
  /// keeps them so until the transaction ends.
  ///
  /// - Throws: ``PostgresError`` with the constraint `lot_moved`.
  func hold(lotsOf rows: [RoundProblem.Row], for offers: [Offer]) async throws {
    let drawn = Set(offers.flatMap { $0.holdings.map(\.lot) })
    let lots = rows.flatMap { row in
      row.lots.filter { drawn.contains($0.code) }.map { (code: $0.code, row: row) }
    }
    guard !lots.isEmpty else { return }
    _ = try await connection.query(
      """
      SELECT allocation.hold_lots(\(lots.map(\.code))::text[], \(lots.map(\.row.kind))::text[],
        \(lots.map(\.row.resource))::text[])
      """)
  }

  /// Holds what the offers of a round use on the capacity ledger.
  ///
  /// - Throws: ``PostgresError`` with the constraint `lot_balance` where a lot no longer has it.
  private func hold(_ offers: [Offer], of round: Int) async throws {
    guard offers.contains(where: { !$0.holdings.isEmpty }) else { return }
    let pairs = try await connection.query(
      "SELECT request, offer_id FROM allocation.offer WHERE round_id = \(round)"
    ).decode(String.self, Int.self)
    let numbers = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    _ = try await connection.copyIn(
      into: "allocation.offer_use", columns: ["offer_id", "lot", "amount"]
    ) { writer in
      for offer in offers {
        guard let number = numbers[offer.request] else { continue }
        for holding in offer.holdings {
          try await writer.write(number, holding.lot, holding.amount)
        }
      }
    }
  }

  /// Expires what nobody answered in time.
  ///
  /// - Returns: the number of offers that expired.
  /// - Precondition: an audit event is open.
  public func expire(
    before date: DateOnly, mechanism: MechanismName, jurisdiction: String
  ) async throws -> Int {
    try await connection.execute(
      """
      UPDATE allocation.offer SET state = 'expired'
      WHERE state = 'offered' AND due_on < \(date) AND lapses AND mechanism = \(mechanism.rawValue)
        AND jurisdiction = \(jurisdiction)
      """)
  }
}

extension PostgresError {
  /// Whether somebody else took a capacity or a request between the reading and the writing, so that
  /// what was read has to be read again.
  var isOvertaken: Bool {
    [
      "lot_balance", "lot_moved", "offer_one_live_a_request", "placement_one_a_talent",
      "rotation_headcount",
      "rotation_seat", "match_by_chain_bank", "client_limit",
    ].contains(constraint)
  }
}
