internal import Allocation
internal import Dispatch
internal import Postgres

/// Places for calls that compute for seconds: few at a time, and one a caller, so that nobody takes the
/// service away from the others. Work runs on threads of its own; the service's go on serving.
final class Workbench: Sendable {
  /// The processor's two halves: the engine takes two threads where it can.
  static let places = 2

  private let places: Int
  private let busy = Guarded<Set<[UInt8]>>([])
  private let shared = Guarded<[Wish: Task<Answer, any Error>]>([:])

  /// Who asks for what, with which key and rights: equal wishes get one answer.
  struct Wish: Hashable {
    let credential: Credential
    let key: String
    let subject: String
    let body: [UInt8]
  }

  init(places: Int = Workbench.places) {
    self.places = places
  }

  /// Runs what one call needs while it holds a place.
  ///
  /// - Parameter caller: what the caller's calls are counted by.
  /// - Throws: ``Problem`` `too_many_requests` while the caller's other call computes, `busy` while all
  ///   places are taken; what `body` throws.
  func hold<R>(for caller: [UInt8], _ body: () async throws -> R) async throws -> R {
    try busy.withLock { busy in
      guard !busy.contains(caller) else { throw Problem(.tooManyRequests) }
      guard busy.count < places else { throw Problem(.busy) }
      busy.insert(caller)
    }
    defer { _ = busy.withLock { $0.remove(caller) } }
    return try await body()
  }

  /// Runs what a call asks for, or waits for the like that is under way. It goes on when a caller leaves.
  ///
  /// - Throws: what `body` throws, to each of them.
  func share(
    _ wish: Wish, _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    let task = shared.withLock { shared in
      if let running = shared[wish] { return running }
      let task = Task {
        defer { _ = self.shared.withLock { $0.removeValue(forKey: wish) } }
        return try await body()
      }
      shared[wish] = task
      return task
    }
    return try await task.value
  }

  /// Runs work that keeps a processor busy on a thread that may be.
  static func compute<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
    }
  }
}
