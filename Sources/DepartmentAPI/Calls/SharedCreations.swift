internal import Allocation
internal import Postgres

/// New rows, written together where they come together.
///
/// A call goes out at once while its bearer has less than two batches under way in the table. Those
/// that come meanwhile wait, and go out together as one transaction with one audit event: sealing an
/// event and writing down what has changed costs more than a row. Each call is judged, answered and kept on
/// record by itself. Where the database refuses the rows, or makes the batch wait for somebody's
/// lock, each goes on alone, as it would have without the others; so does a body that is too long
/// to be read beside others.
final class SharedCreations: Sendable {
  /// What goes into one transaction.
  private struct Kind: Hashable, Sendable {
    let credential: Credential
    let path: String
  }

  private struct Wish: Sendable {
    let call: Call
    let resource: Resource
    let waiter: CheckedContinuation<Outcome, Never>
  }

  private enum Outcome: Sendable {
    case judged(Result<Answer, any Error>)
    /// To be asked again, alone.
    case apart
  }

  private let pool: Pool
  private let gathering: Guarded<Gathering<Kind, Wish>>

  /// How long a batch waits for a lock before its calls go on alone.
  static let patience: Duration = .milliseconds(200)

  /// Bytes of a body that goes out with others.
  static let longest = 8 << 10
  /// How often, and for how long each time, a lane waits after a batch for those just answered.
  private static let pauses = (most: 10, each: Duration.microseconds(200))

  init(pool: Pool) {
    self.pool = pool
    gathering = Guarded(
      Gathering(lanes: pool.occupancy.maximum, lanesOfKind: 2, most: 32))
  }

  /// Creates the row that a call tells of.
  ///
  /// - Throws: ``Problem``; ``RowFaults``; ``PostgresError``. Nothing has changed then, and the key
  ///   is free.
  func answer(_ call: Call, in resource: Resource) async throws -> Answer {
    guard call.body.count <= Self.longest else { return try await alone(call, resource) }
    let kind = Kind(credential: try call.shown(), path: resource.path)
    let outcome = await withCheckedContinuation { waiter in
      let wish = Wish(call: call, resource: resource, waiter: waiter)
      let opensLane = gathering.withLock { $0.add(wish, of: kind) }
      if opensLane { Task(executorPreference: LoopExecutor.current) { [self] in await work() } }
    }
    switch outcome {
    case .judged(let result): return try result.get()
    case .apart:
      guard call.deadline > .now else { throw Problem(.timeout) }
      return try await alone(call, resource)
    }
  }

  private func alone(_ call: Call, _ resource: Resource) async throws -> Answer {
    let results = try await resource.create([call], lockTime: nil, pool)
    guard case let result?? = results.first else { throw Problem(.internalError) }
    return try result.get()
  }

  private func work() async {
    var done: Gathering<Kind, Wish>.Batch?
    while let batch = gathering.withLock({ $0.next(after: done) }) {
      let now = ContinuousClock.now
      let inTime = batch.items.filter { $0.call.deadline > now }
      for wish in batch.items where wish.call.deadline <= now {
        wish.waiter.resume(returning: .judged(.failure(Problem(.timeout))))
      }
      let outcomes = await carryOut(inTime)
      for (wish, outcome) in zip(inTime, outcomes) { wish.waiter.resume(returning: outcome) }
      await LoopExecutor.pause(Self.pauses) {
        gathering.withLock { $0.isWorthWaiting(after: batch) }
      }
      done = batch
    }
  }

  /// - Returns: one outcome for each.
  private func carryOut(_ wishes: [Wish]) async -> [Outcome] {
    guard let resource = wishes.first?.resource else { return [] }
    do {
      let results = try await resource.create(
        wishes.map(\.call), lockTime: Self.patience, pool)
      guard results.count == wishes.count else { throw Problem(.internalError) }
      return results.map { $0.map { .judged($0) } ?? .apart }
    } catch {
      return wishes.map { _ in
        Self.isOfAll(error, wishes.count) ? .judged(.failure(error)) : .apart
      }
    }
  }

  /// Whether what went wrong is the answer to each, and not perhaps another call's doing.
  private static func isOfAll(_ error: any Error, _ count: Int) -> Bool {
    if let problem = error as? Problem {
      return count == 1 || ![.internalError, .timeout].contains(problem.code)
    }
    guard let error = error as? PostgresError else { return count == 1 }
    switch error.kind {
    case .unavailable, .connectionRefused, .leaseTimeout, .closed: return true
    default: return count == 1 && error.sqlState != "55P03"
    }
  }
}
