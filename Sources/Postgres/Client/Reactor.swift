internal import CLibPQ
internal import Glibc
internal import Synchronization

/// The one thread that waits for all sockets.
///
/// Watched descriptors are edge-triggered and known by a number that is never used twice, so that
/// an event of a closed socket cannot reach the next one with the same descriptor.
///
/// Those who send statements help: one with whom nobody waits for a thread may ``standIn()`` for this
/// one for a moment (the kernel wakes whoever waited last, so this thread sleeps through that); the
/// others serve what is ready before they wait themselves.
final class Reactor: Sendable {
  static let shared = Reactor()

  private let descriptor: Int32
  private let watchers = Guarded<(next: UInt64, byToken: [UInt64: any Watcher])>((1, [:]))

  /// Something with a socket.
  protocol Watcher: AnyObject, Sendable {
    /// Called on the thread that saw it; must not block.
    ///
    /// - Parameter hasHungUp: whether the other side has closed its end.
    /// - Returns: who waited for this and is to go on now.
    func socketIsReady(hasHungUp: Bool) -> UnsafeContinuation<Void, Never>?
  }

  /// How many statements have been sent and not answered.
  private let underWay = Atomic(0)
  /// How many callers were told to go on and do not run yet.
  private let awakened = Atomic(0)

  private init() {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    Self.startThread { [self] in run() }
  }

  func register(_ watcher: any Watcher) -> UInt64 {
    watchers.withLock { state in
      defer { state.next &+= 1 }
      state.byToken[state.next] = watcher
      return state.next
    }
  }

  func forget(_ token: UInt64) {
    _ = watchers.withLock { $0.byToken.removeValue(forKey: token) }
  }

  /// Sets what to wait for on a socket, adding it where the kernel does not know it (yet or any
  /// more: libpq replaces sockets while it connects).
  func watch(_ socket: Int32, token: UInt64, events: Interest) {
    guard socket >= 0 else { return }
    var event = epoll_event()
    event.events = events.rawValue | EPOLLET.rawValue | EPOLLRDHUP.rawValue
    event.data.u64 = token
    if epoll_ctl(descriptor, EPOLL_CTL_MOD, socket, &event) != 0, errno == ENOENT {
      epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event)
    }
  }

  func unwatch(_ socket: Int32) {
    guard socket >= 0 else { return }
    var event = epoll_event()
    epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, &event)
  }

  func statementSent() {
    underWay.add(1, ordering: .relaxed)
  }

  func statementAnswered() {
    underWay.subtract(1, ordering: .relaxed)
  }

  /// Serves the sockets on the calling thread until one was ready, for 100 µs at most: a server
  /// on the same machine or beside it answers a short statement in less, and the two changes of thread
  /// by way of the reactor's would take as long again. The caller sleeps meanwhile.
  ///
  /// - Returns: whether a socket was ready.
  func standIn() -> Bool {
    turn(atMost: 100_000) > 0
  }

  /// Serves the sockets that are ready now.
  func lendHand() {
    _ = turn(atMost: 0)
  }

  /// Whether a sender may wait on its own thread: with no statement but its own, or while no other
  /// caller has its answer and needs a thread to go on.
  var mayStandIn: Bool {
    underWay.load(ordering: .relaxed) == 1 || awakened.load(ordering: .relaxed) <= 0
  }

  /// Lets a caller go on. It says ``wentOn()`` once it runs.
  func wake(_ waiter: UnsafeContinuation<Void, Never>) {
    awakened.add(1, ordering: .relaxed)
    waiter.resume()
  }

  func wentOn() {
    awakened.subtract(1, ordering: .relaxed)
  }

  private func run() {
    while true {
      _ = turn(atMost: nil)
      // The senders of several statements serve each other's sockets. While they
      // keep the processors busy this thread stands back; otherwise this call returns at once.
      if underWay.load(ordering: .relaxed) > 1 { sched_yield() }
    }
  }

  /// Waits for sockets and serves those that are ready.
  ///
  /// - Parameter nanoseconds: how long to wait for the first; `nil` waits for ever.
  /// - Returns: how many were ready.
  private func turn(atMost nanoseconds: Int?) -> Int {
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.batch) { events in
      guard let start = events.baseAddress else { return 0 }
      let size = Int32(Self.batch)
      let count =
        if let nanoseconds { epoll_wait_nanoseconds(descriptor, start, size, nanoseconds) } else {
          epoll_wait(descriptor, start, size, -1)
        }
      let ready = events.prefix(Int(max(count, 0)))
      for event in ready {
        let watcher = watchers.withLock { $0.byToken[event.data.u64] }
        let hasHungUp = event.events & Self.end != 0
        if let waiter = watcher?.socketIsReady(hasHungUp: hasHungUp) { wake(waiter) }
      }
      return ready.count
    }
  }

  /// What the kernel reports of a socket whose other side has closed.
  private static let end = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue

  /// Sockets served at most in one turn.
  private static let batch = 64

  private static func startThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(ThreadBody(run: body))
    let failure = pthread_create(
      &thread, nil,
      { raw in
        guard let raw else { return nil }
        Unmanaged<ThreadBody>.fromOpaque(raw).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    if failure == 0 { pthread_detach(thread) } else { box.release() }
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}

/// Which readiness of a socket is waited for.
struct Interest: OptionSet {
  let rawValue: UInt32

  static let read = Interest(rawValue: EPOLLIN.rawValue)
  static let write = Interest(rawValue: EPOLLOUT.rawValue)
}
