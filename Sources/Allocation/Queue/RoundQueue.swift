public import Postgres

/// Rounds that wait for a worker (`allocation.queued_round`), and who is at work on which.
///
/// A worker holds a lease and renews it; one that is killed stops renewing, and another takes the
/// round up again. Two can never compute one round at once: ``Night`` holds a lock of the session.
public struct RoundQueue: Sendable {
  /// Where the database tells that a round was queued.
  static let channel = "yaosu_rounds"

  private let pool: Pool

  public init(pool: Pool) {
    self.pool = pool
  }

  /// A queued round in the hands of one worker.
  struct Claim: Hashable, Sendable {
    let id: Int
    let scope: RoundScope
    /// How often somebody has set to work on it, this time included.
    let attempts: Int
  }

  /// How a queued round ends.
  enum End: Hashable, Sendable {
    case done(roundID: Int)
    case failed(String)
  }

  /// Queues a round inside the caller's transaction and audit event.
  ///
  /// - Returns: its number in the queue.
  /// - Throws: ``PostgresError``: 23505 where that round waits already.
  public static func ask(
    for scope: RoundScope, by party: String, on connection: Connection
  ) async throws -> Int {
    try await connection.query(
      """
      INSERT INTO allocation.queued_round (mechanism, jurisdiction, business_date, asked_by)
      VALUES (\(scope.mechanism.rawValue), \(scope.jurisdiction), \(scope.businessDate), \(party))
      RETURNING queued_id
      """
    ).only(Int.self)
  }

  /// Takes the first round that nobody is at work on.
  ///
  /// - Returns: `nil` if there is none.
  func claim(by worker: String, for lease: Duration) async throws -> Claim? {
    while let found = try await firstFree() {
      let attempts = try await pool.query(
        """
        INSERT INTO allocation.queue_lease AS l (queued_id, worker, lapses_at)
        SELECT q.queued_id, \(worker), clock_timestamp() + \(Self.interval(lease))
        FROM allocation.queued_round q WHERE q.queued_id = \(found.id) AND q.state = 'queued'
        FOR NO KEY UPDATE SKIP LOCKED
        ON CONFLICT (queued_id) DO UPDATE SET worker = excluded.worker,
          attempts = l.attempts + 1, lapses_at = excluded.lapses_at
        WHERE l.lapses_at <= clock_timestamp()
        RETURNING attempts::bigint
        """
      ).decode(Int.self)
      // Otherwise somebody was faster, and the next look will not find it.
      if let attempts = attempts.first {
        return Claim(id: found.id, scope: found.scope, attempts: attempts)
      }
    }
    return nil
  }

  private func firstFree() async throws -> (id: Int, scope: RoundScope)? {
    let rows = try await pool.query(
      """
      SELECT q.queued_id, q.mechanism::text, q.jurisdiction, q.business_date
      FROM allocation.queued_round q LEFT JOIN allocation.queue_lease l USING (queued_id)
      WHERE q.state = 'queued' AND (l.lapses_at IS NULL OR l.lapses_at <= clock_timestamp())
      ORDER BY q.queued_id LIMIT 1
      FOR NO KEY UPDATE OF q SKIP LOCKED
      """
    ).decode(Int.self, String.self, String.self, DateOnly.self)
    guard let (id, word, place, date) = rows.first else { return nil }
    guard let mechanism = MechanismName(rawValue: word) else {
      throw RoundError.notFound("queued round \(id) is of an unknown mechanism, \(word)")
    }
    return (id, RoundScope(mechanism: mechanism, jurisdiction: place, businessDate: date))
  }

  /// Holds on to a round for another while.
  func renew(_ claim: Claim, by worker: String, for lease: Duration) async throws {
    try await pool.execute(
      """
      UPDATE allocation.queue_lease SET lapses_at = clock_timestamp() + \(Self.interval(lease))
      WHERE queued_id = \(claim.id) AND worker = \(worker)
      """)
  }

  /// Says what came of a round. A round that has ended already stays as it is.
  func end(_ claim: Claim, _ end: End, by worker: String) async throws {
    let change: SQL =
      switch end {
      case .done(let round): "state = 'done', round_id = \(round)"
      case .failed(let fault): "state = 'failed', fault = \(fault)"
      }
    try await pool.transaction { connection in
      try await connection.beginEvent(
        Cause(actor: "yaosu work", reason: worker, action: "end queued round"))
      try await connection.execute(
        """
        UPDATE allocation.queued_round SET \(change), ended_at = transaction_timestamp()
        WHERE queued_id = \(claim.id) AND state = 'queued'
        """)
      try await connection.execute(
        "DELETE FROM allocation.queue_lease WHERE queued_id = \(claim.id)")
    }
  }

  private static func interval(_ duration: Duration) -> SQL {
    let milliseconds = Int(clamping: duration.microseconds / 1000)
    return "make_interval(secs => \(milliseconds)::double precision / 1000)"
  }
}
