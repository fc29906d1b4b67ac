public import Postgres

extension Finance {
  /// Flags the matches whose banks have kept silent past their clocks, tells the finance office, and
  /// expires those that the policy lets expire; withdraws what a bank still considers that is no longer one of its chain's two.
  @discardableResult
  public static func nightlyWork(
    in scope: RoundScope, on connection: Connection
  ) async throws -> [RefusedMove] {
    // Everything that it may end, offers before lines, in the order of clerks and banks.
    _ = try await connection.query(
      """
      SELECT finance.lock_offers(array(
        SELECT m.offer_id FROM finance.match m
        WHERE m.jurisdiction = \(scope.jurisdiction) AND m.due_on < \(scope.businessDate)
        UNION
        SELECT s.offer_id FROM finance.strangers(\(scope.jurisdiction), \(scope.businessDate)) s))
      """)
    _ = try await connection.query(
      """
      SELECT finance.end_silence(\(scope.jurisdiction), \(scope.businessDate)),
        finance.end_strangers(\(scope.jurisdiction), \(scope.businessDate), NULL,
          '该行已不是产业链的两行之一')
      """)
    try await Outbox(connection).raise(
      try await SilenceReminders.flagged(in: scope, from: connection), in: scope)
    return []
  }
}
