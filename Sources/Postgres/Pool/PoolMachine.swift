/// The pool's decisions, without sockets, tasks or clocks.
///
/// Every event takes the time and returns what is to be done. Invariants: waiters are served in the
/// order they came; nobody waits while a connection is idle; idle, leased and connecting together
/// never exceed the maximum.
struct PoolMachine {
  typealias ConnectionID = Int
  typealias WaiterID = Int

  enum Action: Equatable {
    case give(ConnectionID, to: WaiterID)
    /// Start one attempt to connect, after a pause.
    case connect(after: Duration)
    case close(ConnectionID)
    case fail(WaiterID, Failure)
  }

  enum Failure: Equatable {
    /// All connections stayed in use.
    case timeout
    /// The server did not answer; the last attempt's error tells why.
    case unavailable
    /// The server refused us; waiting would not help.
    case refused
    case closed
  }

  private struct Waiter {
    let id: WaiterID
    let since: Duration
  }

  private struct Idle {
    let id: ConnectionID
    let since: Duration
  }

  private let options: PoolOptions
  /// Last used at the end: it is taken first, so that those at the front can grow old.
  private var idle: [Idle] = []
  private var leased: Set<ConnectionID> = []
  private var waiters: [Waiter] = []
  private var connecting = 0
  private var failures = 0
  private var unavailableSince: Duration?
  private var isClosed = false

  init(_ options: PoolOptions) {
    self.options = options
  }

  /// Connections that somebody works with.
  var leasedCount: Int { leased.count }

  private var maximum: Int { max(options.maximumConnections, 1) }
  private var total: Int { idle.count + leased.count + connecting }
}

extension PoolMachine {
  /// A connection without waiting, where one is idle.
  mutating func leaseIdle() -> ConnectionID? {
    guard let last = idle.popLast() else { return nil }
    leased.insert(last.id)
    return last.id
  }

  mutating func lease(_ waiter: WaiterID, now: Duration) -> [Action] {
    if isClosed { return [.fail(waiter, .closed)] }
    if let connection = leaseIdle() { return [.give(connection, to: waiter)] }
    waiters.append(Waiter(id: waiter, since: now))
    return connectIfWanted()
  }

  /// The caller stopped waiting.
  ///
  /// - Returns: `false` when it had already been served.
  mutating func cancel(_ waiter: WaiterID) -> Bool {
    guard let position = waiters.firstIndex(where: { $0.id == waiter }) else { return false }
    waiters.remove(at: position)
    return true
  }

  mutating func giveBack(_ connection: ConnectionID, healthy: Bool, now: Duration) -> [Action] {
    guard leased.remove(connection) != nil else { return [] }
    if isClosed || !healthy { return [.close(connection)] + connectIfWanted() }
    return offer(connection, now: now)
  }

  mutating func connected(_ connection: ConnectionID, now: Duration) -> [Action] {
    connecting = max(connecting - 1, 0)
    failures = 0
    unavailableSince = nil
    if isClosed { return [.close(connection)] }
    var actions = offer(connection, now: now)
    // The server is back: whoever else waits need not share this one connection.
    while let more = connectIfWanted().first { actions.append(more) }
    return actions
  }

  /// - Parameter refused: the server is there and will not have us; all who wait are told.
  mutating func connectFailed(refused: Bool, now: Duration) -> [Action] {
    connecting = max(connecting - 1, 0)
    if refused {
      defer { waiters.removeAll() }
      return waiters.map { .fail($0.id, .refused) }
    }
    failures += 1
    unavailableSince = unavailableSince ?? now
    return connectIfWanted()
  }

  /// Time has passed: expires waiters and idle connections.
  mutating func tick(now: Duration) -> [Action] {
    let late = waiters.filter { deadline(of: $0) <= now }
    waiters.removeAll { waiter in late.contains { $0.id == waiter.id } }
    var actions: [Action] = late.map { .fail($0.id, failure(of: $0, now: now)) }
    let spare = max(idle.count - max(options.minimumIdle, 0), 0)
    let old = idle.prefix(spare).prefix { $0.since + options.idleTimeout <= now }
    idle.removeFirst(old.count)
    actions += old.map { .close($0.id) }
    return actions
  }

  /// When ``tick(now:)`` next has something to do.
  var nextDeadline: Duration? {
    // Who came first waits out first, and who has been idle longest stands at the front.
    let waiting = waiters.first.map(deadline(of:))
    let spare = idle.count > max(options.minimumIdle, 0) ? idle.first : nil
    guard let old = spare.map({ $0.since + options.idleTimeout }) else { return waiting }
    return waiting.map { min($0, old) } ?? old
  }

  mutating func close() -> [Action] {
    isClosed = true
    defer {
      idle.removeAll()
      waiters.removeAll()
    }
    return waiters.map { .fail($0.id, .closed) } + idle.map { .close($0.id) }
  }

  /// Nothing is open any more after ``close()``.
  var isDrained: Bool { isClosed && total == 0 }
}

extension PoolMachine {
  private mutating func offer(_ connection: ConnectionID, now: Duration) -> [Action] {
    guard let first = waiters.first else {
      idle.append(Idle(id: connection, since: now))
      return []
    }
    waiters.removeFirst()
    leased.insert(connection)
    return [.give(connection, to: first.id)]
  }

  private mutating func connectIfWanted() -> [Action] {
    // While the server is away, one attempt at a time finds out that it is back.
    let most = failures > 0 ? 1 : waiters.count
    guard !isClosed, connecting < most, total < maximum, !waiters.isEmpty else { return [] }
    connecting += 1
    return [.connect(after: backoff)]
  }

  private var backoff: Duration {
    guard failures > 0 else { return .zero }
    return min(options.firstBackoff * (1 << min(failures - 1, 20)), options.longestBackoff)
  }

  private func deadline(of waiter: Waiter) -> Duration {
    let patience = waiter.since + options.leaseTimeout
    guard let unavailableSince else { return patience }
    return min(patience, max(waiter.since, unavailableSince) + options.unavailableTimeout)
  }

  private func failure(of waiter: Waiter, now: Duration) -> Failure {
    unavailableSince == nil ? .timeout : .unavailable
  }
}
