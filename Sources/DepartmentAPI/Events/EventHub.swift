internal import Logging
internal import Postgres
internal import ServiceLifecycle

/// Wakes the streams of events when something was committed, and from time to time.
///
/// A stream's buffer holds one wake-up: what happened meanwhile is read from the database when the
/// caller is ready for it, so a slow one costs no memory.
final class EventHub: Service {
  static let channel = "yaosu_events"
  static let heartbeat: Duration = .seconds(15)
  /// Streams at once; each is a connection that a caller keeps open.
  static let most = 500
  /// Streams of one bearer at once: nobody takes the places of all others.
  static let mostOfBearer = 20

  /// Who has a place, and how they are woken.
  private struct Listener {
    let bearer: [UInt8]
    let continuation: AsyncStream<Void>.Continuation
  }

  private struct State {
    var isRunning = false
    var next = 0
    var listeners: [Int: Listener] = [:]

    /// Why there is no place for another stream of a bearer; `nil` where there is one.
    func refusal(of bearer: [UInt8]) -> Problem? {
      guard listeners.values.count(where: { $0.bearer == bearer }) < EventHub.mostOfBearer else {
        return Problem(.tooManyRequests).with("Retry-After", EventHub.pause)
      }
      guard listeners.count < EventHub.most else {
        return Problem(.unavailable).with("Retry-After", EventHub.pause)
      }
      return nil
    }
  }

  /// Seconds after which somebody may have left: a caller who is gone is noticed at the heartbeat.
  private static let pause = "30"

  private let pool: Pool
  private let logger: Logger
  private let state = Guarded(State())

  init(pool: Pool, logger: Logger) {
    self.pool = pool
    self.logger = logger
  }

  /// Wake-ups until the service ends; none at all while it does not run. The place is free again as soon
  /// as the sequence is let go.
  ///
  /// - Parameter bearer: what the caller's calls are counted by.
  /// - Throws: ``Problem`` `too_many_requests` where the bearer has too many streams, `unavailable` where
  ///   all have.
  func subscribe(for bearer: [UInt8]) throws(Problem) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let refusal: Problem? = state.withLock { state in
      guard state.isRunning else {
        continuation.finish()
        return nil
      }
      if let refusal = state.refusal(of: bearer) { return refusal }
      let number = state.next
      state.next += 1
      state.listeners[number] = Listener(bearer: bearer, continuation: continuation)
      continuation.onTermination = { [weak self] _ in self?.leave(number) }
      return nil
    }
    if let refusal { throw refusal }
    return stream
  }

  var isRunning: Bool { state.withLock { $0.isRunning } }
  /// How many are open.
  var streams: Int { state.withLock { $0.listeners.count } }

  private func leave(_ number: Int) {
    _ = state.withLock { $0.listeners.removeValue(forKey: number) }
  }

  private func wake() {
    for listener in state.withLock({ Array($0.listeners.values) }) {
      listener.continuation.yield()
    }
  }

  private func end() {
    let listeners = state.withLock { state in
      state.isRunning = false
      defer { state.listeners = [:] }
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.continuation.finish() }
  }

  /// Runs until shutdown, which ends every stream in good order.
  func run() async throws {
    state.withLock { $0.isRunning = true }
    defer { end() }
    try? await cancelWhenGracefulShutdown {
      try await withThrowingDiscardingTaskGroup { group in
        group.addTask { try await self.listen() }
        group.addTask {
          while true {
            try await Task.sleep(for: Self.heartbeat)
            self.wake()
          }
        }
      }
    }
  }

  private func listen() async throws {
    while !Task.isCancelled {
      do {
        try await pool.listen(to: Self.channel) { notifications in
          // Whatever was committed before LISTEN took effect.
          wake()
          for try await _ in notifications { wake() }
        }
      } catch is CancellationError {
        return
      } catch {
        logger.warning("listening for events broke off", metadata: ["error": "\(error)"])
      }
      // Streams read the database at every heartbeat meanwhile.
      try await Task.sleep(for: .seconds(2))
    }
  }
}
