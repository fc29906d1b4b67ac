public import Postgres

extension Finance {
  /// Flags the matches whose banks have kept silent past their clocks, and expires those that the
  /// policy lets expire.
  @discardableResult
  public static func nightlyWork(
    in scope: RoundScope, on connection: Connection
  ) async throws -> [RefusedMove] {
    _ = try await connection.query(
      "SELECT finance.end_silence(\(scope.jurisdiction), \(scope.businessDate))")
    return []
  }
}
