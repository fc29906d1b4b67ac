public import Postgres

extension WhatIf.Base {
  /// Finds what to change: without a day the night that comes after the latest round, as far as the
  /// mechanism can tell it (``Scenario/coming(after:_:from:)``); the stored nightly round of a day; or, where
  /// the day has none, the day's input as it is now, solved as the night would.
  ///
  /// - Parameters:
  ///   - jurisdiction: needed only where there are several prefectures.
  /// - Throws: ``Prefecture/Unclear``; ``RoundError/notFound(_:)`` if no day is named and there is no round yet.
  public static func find(
    on date: DateOnly?, jurisdiction: String?, from connection: Connection
  ) async throws -> Self {
    try await connection.transaction(isolation: .repeatableRead, readOnly: true) { connection in
      let jurisdiction = try await Prefecture.code(jurisdiction, from: connection)
      let mechanism = S.Subject.name
      let rounds = try await connection.query(
        """
        SELECT round_id, business_date, policy_version::bigint FROM allocation.round
        WHERE mechanism = \(mechanism.rawValue) AND kind = 'nightly' AND jurisdiction = \(jurisdiction)
          AND (\(date)::date IS NULL OR business_date = \(date)::date)
        ORDER BY business_date DESC LIMIT 1
        """
      ).decode(Int.self, DateOnly.self, Int.self)
      if let (id, day, version) = rounds.first {
        let scope = RoundScope(
          mechanism: mechanism, jurisdiction: jurisdiction, businessDate: day)
        if date == nil, let coming = try await S.coming(after: id, scope, from: connection) {
          return coming
        }
        return try await load(id, scope, version, connection)
      }
      guard let date else {
        throw RoundError.notFound(
          "there is no \(mechanism.rawValue) round yet; run `yaosu nightly`, or name a day with --date"
        )
      }
      let scope = RoundScope(mechanism: mechanism, jurisdiction: jurisdiction, businessDate: date)
      return try Self(
        await S.Subject.snapshot(in: scope, from: connection), scope: scope,
        policy: await Policy.inForce(on: date, from: connection))
    }
  }

  /// Finds a stored round to change; of the latest nightly one what comes after it, as without a day.
  ///
  /// - Throws: ``RoundError/notFound(_:)`` for a round of another mechanism, or that is not there.
  public static func find(round id: Int, from connection: Connection) async throws -> Self {
    let mechanism = S.Subject.name
    let rounds = try await connection.query(
      """
      SELECT r.jurisdiction, r.business_date, r.policy_version::bigint,
        r.kind = 'nightly' AND NOT EXISTS (
          SELECT FROM allocation.round l
          WHERE (l.mechanism, l.jurisdiction, l.kind) = (r.mechanism, r.jurisdiction, r.kind)
            AND l.business_date > r.business_date)
      FROM allocation.round r
      WHERE r.round_id = \(id) AND r.mechanism = \(mechanism.rawValue)
      """
    ).decode(String.self, DateOnly.self, Int.self, Bool.self)
    guard let (place, day, version, isLatest) = rounds.first else {
      throw RoundError.notFound("there is no \(mechanism.rawValue) round \(id)")
    }
    let scope = RoundScope(mechanism: mechanism, jurisdiction: place, businessDate: day)
    if isLatest, let coming = try await S.coming(after: id, scope, from: connection) {
      return coming
    }
    return try await load(id, scope, version, connection)
  }

  private static func load(
    _ id: Int, _ scope: RoundScope, _ policy: Int, _ connection: Connection
  ) async throws -> Self {
    Self(
      scope: scope, roundID: id,
      snapshot: try await S.Subject.Snapshot.load(of: id, from: connection),
      policy: try await Policy.load(policy, from: connection),
      result: try await RoundResult.load(id, from: connection),
      prices: try await RoundPrices.load(id, from: connection))
  }
}
