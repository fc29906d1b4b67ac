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
    _ = try await connection.copyIn(
      into: "allocation.offer",
      columns: [
        "round_id", "mechanism", "jurisdiction", "department", "request", "uscc", "resource",
        "detail", "amount", "unit", "score", "due_on", "due_is_provisional",
      ]
    ) { writer in
      for offer in offers {
        try await writer.write(
          round, scope.mechanism.rawValue, scope.jurisdiction, offer.department, offer.request,
          offer.uscc, offer.option.resource, offer.option.detailJSON, offer.option.amount,
          offer.option.unit, offer.option.score, offer.deadline.day,
          offer.deadline.isProvisional)
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
      WHERE state = 'offered' AND due_on < \(date) AND mechanism = \(mechanism.rawValue)
        AND jurisdiction = \(jurisdiction)
      """)
  }
}
