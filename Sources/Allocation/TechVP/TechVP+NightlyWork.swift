public import Postgres

extension TechVP {
  /// Reminds of what falls due, moves terms that begin or end, and opens the lists of ranks: from now
  /// on what is filed counts for the next round.
  public static func nightlyWork(in scope: RoundScope, on connection: Connection) async throws {
    let policy = try await Policy.inForce(on: scope.businessDate, from: connection)
    let reminders = try await AppointmentReminders(policy).due(in: scope, from: connection)
    try await Outbox(connection).raise(reminders, in: scope)
    _ = try await connection.query(
      "SELECT techvp.move_terms(\(scope.jurisdiction), \(scope.businessDate))")
    _ = try await connection.query(
      "SELECT registry.open_rankings(\(scope.jurisdiction), \(scope.businessDate))")
  }
}
