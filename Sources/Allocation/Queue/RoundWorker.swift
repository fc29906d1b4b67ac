public import Postgres
internal import Synchronization

/// Takes queued rounds, one after another, until stopped. Any number may be at work on one database.
public final class RoundWorker: Sendable {
  /// What became of one queued round.
  public struct Finding: Sendable {
    public let queuedID: Int
    public let scope: RoundScope
    public let result: Result<Night.Outcome, any Error>
    /// Whether it stays in the queue for another attempt.
    public let isPutBack: Bool
  }

  /// How often a round may fail before it is given up.
  static let attempts = 3

  private let pool: Pool
  private let queue: RoundQueue
  private let name: String
  private let lease: Duration
  private let isStopping = Atomic(false)
  private let wakeUps: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation

  /// - Parameters:
  ///   - name: tells this worker from all others.
  ///   - lease: how long after its last sign of life another takes its round over.
  public init(pool: Pool, name: String, lease: Duration = .seconds(30)) {
    self.pool = pool
    queue = RoundQueue(pool: pool)
    self.name = name
    self.lease = lease
    (wakeUps, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Ends ``run(report:)`` after the round in hand.
  public func stop() {
    isStopping.store(true, ordering: .sequentiallyConsistent)
    waker.finish()
  }

  /// Works until ``stop()``: at once when a round is queued, and every third of a lease for what
  /// others have left lying. While the database is away it waits.
  ///
  /// - Parameter report: told of each round.
  /// - Throws: ``PostgresError`` that waiting does not mend.
  public func run(report: @escaping @Sendable (Finding) -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.listen() }
      group.addTask { await self.tick() }
      for await _ in wakeUps {
        do {
          try await drain(report: report)
        } catch let error as PostgresError where error.isUnavailable || error.isTransient {
          continue
        }
      }
      group.cancelAll()
    }
  }

  /// Works until nothing is queued that nobody is at work on.
  public func drain(report: @Sendable (Finding) -> Void) async throws {
    while !isStopping.load(ordering: .sequentiallyConsistent),
      let claim = try await queue.claim(by: name, for: lease)
    {
      report(try await compute(claim))
    }
  }

  private func tick() async {
    while !Task.isCancelled {
      waker.yield()
      try? await Task.sleep(for: lease / 3)
    }
  }

  private func listen() async {
    while !Task.isCancelled {
      do {
        try await pool.withConnection { connection in
          try await connection.listen(to: RoundQueue.channel) { notifications in
            // What was queued before we listened was told to nobody.
            waker.yield()
            for try await _ in notifications { waker.yield() }
          }
        }
      } catch {
        // The clock ticks meanwhile.
        try? await Task.sleep(for: lease / 3)
      }
    }
  }

  private func compute(_ claim: RoundQueue.Claim) async throws -> Finding {
    let heart = Task { [queue, name, lease] in
      while !Task.isCancelled {
        try await Task.sleep(for: lease / 3)
        try? await queue.renew(claim, by: name, for: lease)
      }
    }
    defer { heart.cancel() }
    let result: Result<Night.Outcome, any Error>
    do {
      result = .success(try await Night(pool: pool, actor: "yaosu work").round(of: claim.scope))
    } catch {
      result = .failure(error)
    }
    heart.cancel()
    let end = Self.end(result, attempts: claim.attempts)
    if let end { try await queue.end(claim, end, by: name) }
    // Otherwise the lease lapses, and with it comes the next attempt.
    return Finding(
      queuedID: claim.id, scope: claim.scope, result: result, isPutBack: end == nil)
  }

  /// How the queued round ends; `nil` where it is to be tried again.
  static func end(
    _ result: Result<Night.Outcome, any Error>, attempts: Int
  ) -> RoundQueue.End? {
    switch result {
    case .success(let outcome): .done(roundID: outcome.roundID)
    case .failure(is CancellationError), .failure(RoundError.locked): nil
    case .failure(let error as PostgresError) where error.isUnavailable: nil
    case .failure(let error): attempts < Self.attempts ? nil : .failed("\(error)")
    }
  }
}
