public import Postgres

extension Rotation {
  /// Moves what dates move: placements begin, terms come near their end and end, reviews fall due.
  ///
  /// Each day that brings something is worked off in turn, with that day's date: nights that were
  /// missed are made up for, and leave the same behind as nights in time.
  public static func nightlyWork(in scope: RoundScope, on connection: Connection) async throws {
    let policy = try await Policy.inForce(on: scope.businessDate, from: connection)
    let night = PlacementNight(
      scope: scope, clocks: try PlacementClocks(policy), connection: connection)
    try await night.run()
  }
}
