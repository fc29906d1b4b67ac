internal import CLibPQ
internal import Dispatch

/// Establishes a connection without blocking a thread of the cooperative pool, nor waiting for one: a
/// server closes a connection that says nothing for long (`authentication_timeout`, a minute), and a
/// computation may keep every thread of the pool as long.
enum Connector {
  /// - Throws: ``PostgresError`` of kind `unavailable` (nobody answers, starting up, too many
  ///   connections) or `connectionRefused`; `CancellationError` when the task was cancelled.
  static func connect(_ configuration: Configuration) async throws -> Wire {
    let attempt = await begin(configuration)
    let deadline = Task {
      try await Task.sleep(for: configuration.connectTimeout)
      attempt.giveUp(timedOut: true)
    }
    defer { deadline.cancel() }
    return try await withTaskCancellationHandler {
      try await attempt.wire()
    } onCancel: {
      attempt.giveUp(timedOut: false)
    }
  }

  /// `PQconnectStartParams` looks up host names, which blocks: it gets a thread of Dispatch's.
  ///
  /// - Returns: an attempt that comes to its end whether or not anybody waits for it. Whoever has it
  ///   takes its ``ConnectionAttempt/wire()``.
  static func begin(_ configuration: Configuration) async -> ConnectionAttempt {
    let parameters = configuration.connectionParameters()
    let attempt = ConnectionAttempt()
    await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      DispatchQueue.global().async {
        attempt.begin(parameters)
        continuation.resume()
      }
    }
    return attempt
  }
}

/// A connection on its way. The reactor polls it whenever its socket is ready.
final class ConnectionAttempt: Reactor.Watcher {
  private struct State {
    var pg: OpaquePointer?
    var waiter: UnsafeContinuation<Void, Never>?
    var outcome: Outcome?
  }

  private enum Outcome {
    case connected
    case failed(PostgresError)
    case timedOut
    case cancelled
  }

  private let state: Guarded<State>
  private let token = Guarded<UInt64>(0)

  fileprivate init() {
    state = Guarded(State())
  }

  /// Blocks while host names are looked up.
  fileprivate func begin(_ parameters: [String: String]) {
    let number = Reactor.shared.register(self)
    token.withLock { $0 = number }
    state.withLock { state in
      state.pg = Self.start(parameters)
      // Notices belong to the server's log; libpq would print them on our stderr.
      if let pg = state.pg { PQsetNoticeProcessor(pg, { _, _ in }, nil) }
      poll(&state, first: true)
    }
  }

  private static func start(_ parameters: [String: String]) -> OpaquePointer? {
    let keywords = parameters.keys.sorted()
    let values = keywords.map { parameters[$0] ?? "" }
    return withCStrings(keywords) { keywords in
      withCStrings(values) { values in start(keywords, values) }
    }
  }

  private static func start(
    _ keywords: CStringArray, _ values: CStringArray
  ) -> OpaquePointer? {
    keywords.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 1) { keywords in
      values.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 1) { values in
        PQconnectStartParams(keywords, values, 0)
      }
    }
  }

  /// Waits for the end of the attempt.
  ///
  /// - Throws: what ``Connector/connect(_:)`` throws.
  func wire() async throws -> Wire {
    await withUnsafeContinuation { (waiter: UnsafeContinuation<Void, Never>) in
      let done = state.withLock { state in
        guard state.outcome == nil else { return true }
        state.waiter = waiter
        return false
      }
      if done { Reactor.shared.wake(waiter) }
    }
    Reactor.shared.wentOn()
    Reactor.shared.forget(token.withLock { $0 })
    return try takeWire()
  }

  func socketIsReady(hasHungUp _: Bool) -> UnsafeContinuation<Void, Never>? {
    settle { poll(&$0, first: false) }
  }

  fileprivate func giveUp(timedOut: Bool) {
    let waiter = settle { $0.outcome = timedOut ? .timedOut : .cancelled }
    if let waiter { Reactor.shared.wake(waiter) }
  }

  /// Changes the state unless there is an outcome.
  ///
  /// - Returns: the waiter, once there is an outcome.
  private func settle(_ change: (inout State) -> Void) -> UnsafeContinuation<Void, Never>? {
    state.withLock { state in
      if state.outcome == nil { change(&state) }
      guard state.outcome != nil else { return nil }
      defer { state.waiter = nil }
      return state.waiter
    }
  }

  private func poll(_ state: inout State, first: Bool) {
    guard let pg = state.pg else {
      state.outcome = .failed(PostgresError(.unavailable, "out of memory"))
      return
    }
    // libpq says: before the first poll, behave as if the last one had asked for writability.
    let status = first ? PGRES_POLLING_WRITING : PQconnectPoll(pg)
    if PQstatus(pg) == CONNECTION_BAD {
      state.outcome = .failed(Self.error(pg))
      return
    }
    switch status {
    case PGRES_POLLING_OK: state.outcome = .connected
    case PGRES_POLLING_READING: watch(pg, .read)
    case PGRES_POLLING_WRITING: watch(pg, .write)
    default: state.outcome = .failed(Self.error(pg))
    }
  }

  private func watch(_ pg: OpaquePointer, _ interest: Interest) {
    Reactor.shared.watch(PQsocket(pg), token: token.withLock { $0 }, events: interest)
  }

  private func takeWire() throws -> Wire {
    let (taken, outcome) = state.withLock { state in
      defer { state.pg = nil }
      nonisolated(unsafe) let pg = state.pg
      return (Handle(pg: pg), state.outcome)
    }
    guard let pg = taken.pg else { throw PostgresError(.unavailable, "out of memory") }
    Reactor.shared.unwatch(PQsocket(pg))
    if case .connected? = outcome {
      PQsetnonblocking(pg, 1)
      let wire = Wire(pg)
      wire.attach()
      return wire
    }
    PQfinish(pg)
    switch outcome {
    case .failed(let error)?: throw error
    case .cancelled?: throw CancellationError()
    default: throw PostgresError(.unavailable, "no answer in time")
    }
  }

  /// Carries the pointer out of the lock: its owner changes, it is never shared.
  private struct Handle: @unchecked Sendable {
    let pg: OpaquePointer?
  }

  /// Before 14, and for failures on this side, the SQLSTATE of a failed connection is only to be
  /// had from the words of its message.
  private static func error(_ pg: OpaquePointer) -> PostgresError {
    let message = PQerrorMessage(pg).map { String(cString: $0) } ?? ""
    let refusals = [
      "authentication failed", "does not exist", "no pg_hba.conf entry", "no password supplied",
      "not permitted", "permission denied", "not accept SSL", "invalid value for parameter",
      "unrecognized configuration parameter", "definition of service", "is not currently accepting",
      "invalid port", "invalid integer value", "invalid sslmode",
    ]
    // A missing socket is "No such file or directory", never "does not exist".
    let refused = refusals.contains { message.contains($0) }
    var error = PostgresError(
      refused ? .connectionRefused : .unavailable, message.trimmedLine.withoutLineBreaks)
    error.statement = nil
    return error
  }
}

extension String {
  fileprivate var withoutLineBreaks: String {
    split(whereSeparator: \.isNewline).joined(separator: "; ")
  }
}
