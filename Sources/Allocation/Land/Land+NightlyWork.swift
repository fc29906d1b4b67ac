public import Postgres

extension Land {
  /// Flags the projects whose clocks have run out, ends the flags that hold no more, and carries over
  /// what is left of quotas whose period has ended. A flag is raised once while it holds; what was missed
  /// while no night ran is made up for.
  @discardableResult
  public static func nightlyWork(
    in scope: RoundScope, on connection: Connection
  ) async throws -> [RefusedMove] {
    try await flagProjects(scope, connection)
    try await carryOver(scope, connection)
    return []
  }

  private static func flagProjects(_ scope: RoundScope, _ connection: Connection) async throws {
    let store = ProjectStore(connection)
    let clocks = try ProjectClocks(try await .inForce(on: scope.businessDate, from: connection))
    let flags = try await store.live(in: scope.jurisdiction).flatMap { project in
      try clocks.flags(of: project, on: scope.businessDate).map { flag in
        ProjectStore.Flag(
          offer: project.offerID, flag: flag,
          fee: flag == .idleOneYear ? try clocks.fee(of: project) : nil)
      }
    }
    try await store.clear(besides: flags, in: scope.jurisdiction, on: scope.businessDate)
    try await store.raise(flags, on: scope.businessDate)
  }

  /// What is free in a lot that has ended goes to the lot of the same kind and county that is valid
  /// on the business date, of several to the one that ends last; without one it waits. What offers
  /// give back later follows in a later night.
  private static func carryOver(_ scope: RoundScope, _ connection: Connection) async throws {
    _ = try await connection.execute(
      """
      INSERT INTO allocation.movement
        (from_lot, from_account, to_lot, to_account, amount, cause, document_no)
      SELECT l.lot, 'free', n.lot, 'free', b.amount, 'carry_over', l.document_no
      FROM allocation.lot l
      JOIN allocation.balance b ON b.lot = l.lot AND b.account = 'free' AND b.amount > 0
      CROSS JOIN LATERAL (
        SELECT n.lot FROM allocation.lot n
        WHERE (n.jurisdiction, n.kind, n.resource) = (l.jurisdiction, l.kind, l.resource)
          AND n.lot <> l.lot AND n.period @> \(scope.businessDate)
        ORDER BY upper(n.period) DESC, n.lot COLLATE "C" LIMIT 1) n
      WHERE l.mechanism = \(scope.mechanism.rawValue) AND l.jurisdiction = \(scope.jurisdiction)
        AND l.carry_over AND upper(l.period) <= \(scope.businessDate)
      ORDER BY l.lot COLLATE "C"
      """)
  }
}
