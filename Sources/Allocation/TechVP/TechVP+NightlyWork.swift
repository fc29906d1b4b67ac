public import Postgres

extension TechVP {
  /// Reminds of what falls due, moves terms that begin or end, and opens the lists of ranks: from now
  /// on what is filed counts for the next round.
  ///
  /// Each day on which a term begins or is over is worked off in turn: nights that were missed are
  /// made up for, and leave the same behind as nights in time.
  public static func nightlyWork(in scope: RoundScope, on connection: Connection) async throws {
    let policy = try await Policy.inForce(on: scope.businessDate, from: connection)
    let reminders = try AppointmentReminders(policy)
    for day in try await turningDays(in: scope, connection) + [scope.businessDate] {
      try await Outbox(connection).raise(
        try await reminders.due(in: scope.jurisdiction, by: day, from: connection), in: scope)
      _ = try await connection.query("SELECT techvp.move_terms(\(scope.jurisdiction), \(day))")
    }
    _ = try await connection.query(
      "SELECT registry.open_rankings(\(scope.jurisdiction), \(scope.businessDate))")
  }

  /// The days before the business date on which terms begin or are over and no night has noticed.
  private static func turningDays(
    in scope: RoundScope, _ connection: Connection
  ) async throws -> [DateOnly] {
    try await connection.query(
      """
      SELECT DISTINCT turn.day
      FROM techvp.appointment a
      CROSS JOIN LATERAL (VALUES
        (CASE a.state WHEN 'agreed' THEN a.starts_on END), (a.ends_on + 1)) AS turn (day)
      WHERE a.jurisdiction = \(scope.jurisdiction) AND a.state IN ('agreed', 'active')
        AND turn.day < \(scope.businessDate)
      ORDER BY turn.day
      """
    ).decode(DateOnly.self)
  }
}
