internal import CLibPQ
internal import Glibc
internal import Synchronization

/// The one thread that waits for all sockets.
///
/// Watched descriptors are edge-triggered and known by a number that is never used twice, so that
/// an event of a closed socket cannot reach the next one with the same descriptor.
///
/// Those who send statements help: one that is alone under way may ``standIn()`` for the thread for a
/// moment (the kernel wakes whoever waited last, so the thread sleeps through that); where there are
/// several, each sender serves what is ready before it waits itself. Tasks that prefer this executor
/// run on the thread itself, between two looks at the sockets: see `Reactor+Executor.swift`.
final class Reactor: Sendable {
  static let shared = Reactor()

  private let descriptor: Int32
  private let watchers = Guarded<(next: UInt64, byToken: [UInt64: any Watcher])>((1, [:]))

  /// Something with a socket.
  protocol Watcher: AnyObject, Sendable {
    /// Called on the reactor's thread; must not block.
    ///
    /// - Returns: who waited for this and is to go on now.
    func socketIsReady() -> UnsafeContinuation<Void, Never>?
  }

  /// How many statements have been sent and not answered.
  private let underWay = Atomic(0)

  /// What tasks that prefer this executor are to do next.
  let inbox = Guarded(Inbox())
  /// Rung to wake the thread; edge-triggered, so that nobody need read it.
  private let bell: Int32
  private let thread = Atomic<UInt>(0)

  private init() {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    bell = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    // Watchers are numbered from 1.
    watch(bell, token: 0, events: .read)
    Self.startThread { [self] in run() }
  }

  /// Wakes the thread where it waits for sockets.
  func ring() {
    eventfd_write(bell, 1)
  }

  /// Whether the caller runs on the reactor's thread.
  var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

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
    event.events = events.rawValue | EPOLLET.rawValue
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
  func standIn() {
    turn(atMost: 100_000)
  }

  /// Serves the sockets that are ready now. The reactor's own thread is about to anyway.
  func lendHand() {
    if !isCurrent { turn(atMost: 0) }
  }

  /// Whether one statement is under way. With more there are other tasks to run meanwhile.
  var hasOneStatement: Bool { underWay.load(ordering: .relaxed) == 1 }

  private func run() {
    thread.store(UInt(pthread_self()), ordering: .relaxed)
    while true {
      if runJobs() {
        turn(atMost: 0) { _ = runJobs() }
        continue
      }
      turn(atMost: nil) { _ = runJobs() }
      // The senders of several statements serve each other's sockets. While they
      // keep the processors busy this thread stands back; otherwise this call returns at once.
      if underWay.load(ordering: .relaxed) > 1 { sched_yield() }
    }
  }

  /// Waits for sockets and serves those that are ready.
  ///
  /// - Parameters:
  ///   - nanoseconds: how long to wait for the first; `nil` waits for ever.
  ///   - afterEach: called when a socket was served: its next statement is sent before the next
  ///     answer is read, so that the server has work meanwhile.
  private func turn(atMost nanoseconds: Int?, afterEach: () -> Void = {}) {
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.batch) { events in
      guard let start = events.baseAddress else { return }
      let size = Int32(Self.batch)
      let count =
        if let nanoseconds { epoll_wait_nanoseconds(descriptor, start, size, nanoseconds) } else {
          epoll_wait(descriptor, start, size, -1)
        }
      for event in events.prefix(Int(max(count, 0))) {
        let watcher = watchers.withLock { $0.byToken[event.data.u64] }
        watcher?.socketIsReady()?.resume()
        afterEach()
      }
    }
  }

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
