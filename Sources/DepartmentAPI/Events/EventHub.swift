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

  private struct State {
    var isRunning = false
    var next = 0
    var streams: [Int: AsyncStream<Void>.Continuation] = [:]
  }

  private let pool: Pool
  private let logger: Logger
  private let state = Guarded(State())

  init(pool: Pool, logger: Logger) {
    self.pool = pool
    self.logger = logger
  }

  /// Wake-ups until the service ends; none at all while it does not run.
  ///
  /// - Returns: `nil` if there are too many streams.
  func subscribe() -> AsyncStream<Void>? {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    return state.withLock { state in
      guard state.isRunning else {
        continuation.finish()
        return stream
      }
      guard state.streams.count < Self.most else { return nil }
      let number = state.next
      state.next += 1
      state.streams[number] = continuation
      continuation.onTermination = { [weak self] _ in self?.leave(number) }
      return stream
    }
  }

  var isRunning: Bool { state.withLock { $0.isRunning } }
  /// How many are open.
  var streams: Int { state.withLock { $0.streams.count } }

  private func leave(_ number: Int) {
    _ = state.withLock { $0.streams.removeValue(forKey: number) }
  }

  private func wake() {
    for stream in state.withLock({ Array($0.streams.values) }) { stream.yield() }
  }

  private func end() {
    let streams = state.withLock { state in
      state.isRunning = false
      defer { state.streams = [:] }
      return Array(state.streams.values)
    }
    for stream in streams { stream.finish() }
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
