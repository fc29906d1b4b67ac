public import Postgres

extension Rotation {
  /// Moves what dates move: placements begin, terms come near their end and end, reviews fall due.
  ///
  /// Each day that brings something is worked off in turn, with that day's date: nights that were
  /// missed are made up for, and leave the same behind as nights in time. What the database refuses to
  /// move stays where it is, and everything else goes on.
  @discardableResult
  public static func nightlyWork(
    in scope: RoundScope, on connection: Connection
  ) async throws -> [RefusedMove] {
    let policy = try await Policy.inForce(on: scope.businessDate, from: connection)
    return try await PlacementNight(
      scope: scope, clocks: try PlacementClocks(policy), connection: connection
    ).run()
  }
}
