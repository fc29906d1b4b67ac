internal import CLibPQ
internal import Glibc

/// The one thread that waits for all sockets.
///
/// Watched descriptors are level-triggered and known by a number that is never used twice, so that
/// an event of a closed socket cannot reach the next one with the same descriptor.
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
    event.events = events.rawValue
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

  private func run() {
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    while true {
      let count = epoll_wait(descriptor, &events, Int32(events.count), -1)
      let ready = watchers.withLock { watchers in
        events.prefix(Int(max(count, 0))).map { watchers.byToken[$0.data.u64] }
      }
      for watcher in ready { watcher?.socketIsReady()?.resume() }
    }
  }

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
