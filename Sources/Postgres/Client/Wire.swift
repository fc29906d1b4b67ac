internal import CLibPQ
internal import Dispatch
internal import Synchronization

/// A libpq connection and its place in the reactor. Every libpq call on it is made under its lock.
///
/// Who holds the lock may be in the middle of sending, and the kernel likes to give his processor to the
/// server that he has just woken. So nobody waits for the lock to serve the socket: a call is left for the
/// holder, who looks for one after each use (``locked(_:)``).
///
/// Continuations are the unchecked ones, which costs less on each statement: whoever resumes one has
/// first taken it out of the state, under the lock, so that it is resumed once.
final class Wire: Reactor.Watcher {
  private struct State {
    var handle: Handle?
    var pg: OpaquePointer? { handle?.pg }
    var exchange: (any Exchange)?
    var waiter: UnsafeContinuation<Void, Never>?
    /// What the kernel was last asked to watch for.
    var interest: Interest = []
    var cancellation: Cancellation = .none
    var patience = Patience()
  }

  /// Only used under the lock, which is what makes it sendable.
  private struct Handle: @unchecked Sendable {
    let pg: OpaquePointer
  }

  private enum Cancellation {
    case none
    case running
    /// Somebody waits for the running request to end.
    case awaited(UnsafeContinuation<Void, Never>)
  }

  private let state: Guarded<State>
  /// Whether the socket was ready while somebody held the lock, who then serves it.
  private let isCalled = Atomic(false)
  /// Whether the server has closed its end. Who then sends is not told by libpq that it failed, and not by
  /// the socket, whose end was told with the last answer and is still unread.
  private let hasHungUp = Atomic(false)
  private let token = Guarded<UInt64>(0)
  /// Lets any thread ask the server to cancel; libpq allows that beside other calls.
  private let canceller: Canceller
  let backendProcess: Int32

  /// Takes over a connection that is established and non-blocking.
  init(_ pg: sending OpaquePointer) {
    backendProcess = PQbackendPID(pg)
    canceller = Canceller(PQgetCancel(pg))
    state = Guarded(State(handle: Handle(pg: pg)))
  }

  /// Lets the reactor call this wire; until ``close()`` the reactor keeps it alive.
  func attach() {
    let number = Reactor.shared.register(self)
    token.withLock { $0 = number }
    // Watched from the start: a good-bye may come before the first statement.
    locked { state in
      if let pg = state.pg { watch(.read, pg, &state) }
    }
  }

  /// Ends the connection. Idempotent.
  func close() {
    let number = token.withLock { number in
      defer { number = 0 }
      return number
    }
    Reactor.shared.forget(number)
    let waiter = locked { state in
      guard let pg = state.pg else { return nil as UnsafeContinuation<Void, Never>? }
      Reactor.shared.unwatch(PQsocket(pg))
      PQfinish(pg)
      state.handle = nil
      state.exchange = nil
      defer { state.waiter = nil }
      return state.waiter
    }
    if let waiter { Reactor.shared.wake(waiter) }
  }

  /// Calls `body` with the connection, or returns `nil` when it is closed. Must not block.
  func withPG<R: Sendable>(_ body: (OpaquePointer) -> R) -> R? {
    locked { state in state.handle.map { body($0.pg) } }
  }

  /// Runs an exchange to its end. Never throws: what went wrong is in the exchange's results.
  ///
  /// - Parameter onCancel: called when the task is cancelled while the exchange is under way,
  ///   possibly twice. Without it a cancelled task runs the exchange like any other.
  func run(_ exchange: any Exchange, onCancel: @escaping @Sendable () -> Void) async {
    await withTaskCancellationHandler {
      // Cancelled before the exchange was known here, the handler below found nothing to do.
      await start(exchange) { if Task.isCancelled { onCancel() } }
    } onCancel: {
      onCancel()
    }
    if Task.isCancelled { await settleCancel() }
  }

  /// Runs an exchange to its end, whether or not the task is cancelled.
  func run(_ exchange: any Exchange) async {
    await start(exchange) {}
  }

  private func start(_ exchange: any Exchange, afterBeginning: () -> Void) async {
    switch begin(exchange) {
    case .finished: return
    case .waiting:
      afterBeginning()
      await end(of: exchange, watching: true)
    case .sent:
      Reactor.shared.statementSent()
      defer { Reactor.shared.statementAnswered() }
      afterBeginning()
      guard isAnsweredInPlace(exchange) else {
        return await end(of: exchange, watching: hasHungUp.load(ordering: .sequentiallyConsistent))
      }
      if locked({ $0.patience.isTimeToYield() }) { await Task.yield() }
    }
  }

  /// - Parameter watching: whether the socket may have told already what the exchange waits for.
  private func end(of exchange: any Exchange, watching: Bool) async {
    await withUnsafeContinuation { (waiter: UnsafeContinuation<Void, Never>) in
      let finished = locked { state in
        guard state.exchange === exchange, let pg = state.pg else { return true }
        state.waiter = waiter
        // What was told earlier and left unread is told again by this.
        if watching { watch(state.interest, pg, &state) }
        return false
      }
      if finished { Reactor.shared.wake(waiter) }
    }
    Reactor.shared.wentOn()
    // The reactor wrote the exchange under the lock; taking it once more orders our reading after
    // that even where the waiter was resumed before it had suspended.
    locked { _ in }
  }

  private func begin(_ exchange: any Exchange) -> Progress {
    locked { state in
      guard let pg = state.pg else { return .finished }
      let progress = settled(exchange.begin(pg), of: exchange, pg)
      switch progress {
      case .finished: return progress
      case .sent: if state.interest != .read { watch(.read, pg, &state) }
      case .waiting(let interest): state.interest = interest
      }
      state.exchange = exchange
      return progress
    }
  }

  /// Serves sockets on the caller's thread: for a moment, where no other task needs the thread and that
  /// has been worth it of late; otherwise without waiting.
  private func isAnsweredInPlace(_ exchange: any Exchange) -> Bool {
    guard Reactor.shared.mayStandIn else {
      Reactor.shared.lendHand()
      return locked { $0.exchange !== exchange }
    }
    guard locked({ $0.patience.isGranted() }) else { return false }
    let wasWorthwhile = Reactor.shared.standIn()
    return locked { state in
      state.patience.learn(wasWorthwhile: wasWorthwhile)
      return state.exchange !== exchange
    }
  }

  /// Ends a wait before the server has said anything; only for exchanges that read and do not ask.
  func abandon(_ exchange: any Exchange) {
    let waiter = locked { state in
      guard state.exchange === exchange else { return nil as UnsafeContinuation<Void, Never>? }
      state.exchange = nil
      defer { state.waiter = nil }
      return state.waiter
    }
    if let waiter { Reactor.shared.wake(waiter) }
  }

  func socketIsReady(hasHungUp: Bool) -> UnsafeContinuation<Void, Never>? {
    if hasHungUp { self.hasHungUp.store(true, ordering: .sequentiallyConsistent) }
    return answerCall()
  }

  private func answerCall() -> UnsafeContinuation<Void, Never>? {
    isCalled.store(true, ordering: .sequentiallyConsistent)
    var waiter: UnsafeContinuation<Void, Never>?
    // Where the lock is held, its holder serves the call: the call is placed before the lock is tried, and
    // looked for after the lock is given back, so that one of the two sees the other.
    while isCalled.load(ordering: .sequentiallyConsistent),
      let served = state.withLockIfFree(serve)
    {
      waiter = waiter ?? served
    }
    return waiter
  }

  /// Calls `body` under the lock, then serves the socket if it was ready meanwhile.
  private func locked<R>(_ body: (inout State) throws -> R) rethrows -> R {
    defer {
      if isCalled.load(ordering: .sequentiallyConsistent), let waiter = answerCall() {
        Reactor.shared.wake(waiter)
      }
    }
    return try state.withLock(body)
  }

  private func serve(_ state: inout State) -> UnsafeContinuation<Void, Never>? {
    isCalled.store(false, ordering: .sequentiallyConsistent)
    guard let pg = state.pg else { return nil }
    guard let exchange = state.exchange else {
      idleSocketIsReady(pg, &state)
      return nil
    }
    switch settled(exchange.advance(pg), of: exchange, pg) {
    case .sent: return nil
    case .waiting(let interest):
      watch(interest, pg, &state)
      return nil
    case .finished:
      state.exchange = nil
      defer { state.waiter = nil }
      return state.waiter
    }
  }

  /// libpq that finds the stream's end while it sends closes the socket, which then tells nothing any more.
  private func settled(
    _ progress: Progress, of exchange: any Exchange, _ pg: OpaquePointer
  ) -> Progress {
    if case .finished = progress { return progress }
    return PQstatus(pg) == CONNECTION_BAD ? exchange.advance(pg) : progress
  }

  /// Nobody asked for anything. At rest, reading shows whether the server said good-bye. In the
  /// middle of a COPY the data must stay with the server; the next exchange watches anew.
  private func idleSocketIsReady(_ pg: OpaquePointer, _ state: inout State) {
    guard PQtransactionStatus(pg) != PQTRANS_ACTIVE, PQconsumeInput(pg) == 1 else { return }
    watch(.read, pg, &state)
  }

  /// Also where the interest is the same: an edge-triggered event tells once, and this has it told
  /// again where something is still unread.
  private func watch(_ interest: Interest, _ pg: OpaquePointer, _ state: inout State) {
    state.interest = interest
    Reactor.shared.watch(PQsocket(pg), token: token.withLock { $0 }, events: interest)
  }
}

extension Wire {
  /// Asks the server to cancel what runs now. Returns at once; PostgreSQL is asked on a thread of
  /// its own, since libpq opens a second connection for it and blocks meanwhile.
  ///
  /// - Parameter evenAtRest: also while no exchange is under way, as between two rows of a COPY.
  func requestCancel(evenAtRest: Bool = false) {
    let start = locked { state in
      guard evenAtRest || state.exchange != nil, case .none = state.cancellation else {
        return false
      }
      state.cancellation = .running
      return true
    }
    guard start else { return }
    DispatchQueue.global().async { [self] in
      canceller.cancel()
      finishCancel()
    }
  }

  private func finishCancel() {
    let waiter: UnsafeContinuation<Void, Never>? = locked { state in
      defer { state.cancellation = .none }
      if case .awaited(let waiter) = state.cancellation { return waiter }
      return nil
    }
    waiter?.resume()
  }

  /// Waits until no cancellation is under way, so that a late one cannot hit the next statement.
  func settleCancel() async {
    let idle = locked { if case .none = $0.cancellation { true } else { false } }
    if idle { return }
    await withUnsafeContinuation { (waiter: UnsafeContinuation<Void, Never>) in
      let idle = locked { state in
        if case .none = state.cancellation { return true }
        state.cancellation = .awaited(waiter)
        return false
      }
      if idle { waiter.resume() }
    }
  }
}

/// libpq's cancel handle: made once for each connection, usable from any thread.
private final class Canceller: @unchecked Sendable {
  private let handle: OpaquePointer?

  init(_ handle: OpaquePointer?) {
    self.handle = handle
  }

  deinit {
    PQfreeCancel(handle)
  }

  func cancel() {
    guard let handle else { return }
    var message = [CChar](repeating: 0, count: 256)
    PQcancel(handle, &message, Int32(message.count))
  }
}
