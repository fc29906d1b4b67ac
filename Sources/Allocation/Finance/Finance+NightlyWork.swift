public import Postgres

extension Finance {
  /// Flags the matches whose banks have kept silent past their clocks, tells the finance office, and
  /// expires those that the policy lets expire; withdraws what a bank still considers that is no longer one of its chain's two.
  @discardableResult
  public static func nightlyWork(
    in scope: RoundScope, on connection: Connection
  ) async throws -> [RefusedMove] {
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
