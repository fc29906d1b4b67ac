public import Postgres

extension TechVP {
  /// Moves terms that begin or end, each for itself, reminds of what is to be done, and opens the lists
  /// of ranks: from now on what is filed counts for the next round.
  ///
  /// States are dated by the day that moved them, and what is reminded of is what is still to be done:
  /// nights that come late leave the same behind as nights in time.
  @discardableResult
  public static func nightlyWork(
    in scope: RoundScope, on connection: Connection
  ) async throws -> [RefusedMove] {
    let moves = try await AppointmentMoves.make(in: scope, on: connection)
    let outbox = Outbox(connection)
    try await outbox.raise(moves.reminders, in: scope)
    let reminders = try AppointmentReminders(
      try await Policy.inForce(on: scope.businessDate, from: connection))
    try await outbox.raise(
      try await reminders.due(in: scope.jurisdiction, by: scope.businessDate, from: connection),
      in: scope)
    _ = try await connection.query(
      "SELECT registry.open_rankings(\(scope.jurisdiction), \(scope.businessDate))")
    return moves.refused
  }
}
