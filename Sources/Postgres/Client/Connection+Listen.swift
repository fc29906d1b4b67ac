internal import CLibPQ

/// A message from `NOTIFY`.
public struct Notification: Hashable, Sendable {
  public let channel: String
  public let payload: String
  /// The process number of the session that sent it.
  public let sender: Int32
}

/// Notifications as they arrive. Ends when the task is cancelled; throws when the connection breaks.
public struct Notifications: AsyncSequence, Sendable {
  let connection: Connection

  public struct AsyncIterator: AsyncIteratorProtocol {
    let connection: Connection

    public mutating func next() async throws -> Notification? {
      try await connection.nextNotification()
    }
  }

  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(connection: connection)
  }
}

extension Connection {
  /// Listens to a channel for the length of `body`.
  ///
  /// ```swift
  /// try await c.listen(to: "rounds") { notifications in
  ///   for try await notification in notifications { … }
  /// }
  /// ```
  ///
  /// The channel is listened to before `body` starts, so nothing sent after that is missed. The
  /// connection may run statements between two notifications. Afterwards nothing is listened to.
  ///
  /// - Throws: what `body` throws; ``PostgresError``.
  public func listen<R>(
    to channel: String,
    _ body: (Notifications) async throws -> R
  ) async throws -> R {
    try await execute("LISTEN \(identifier: [channel])")
    state.withLock { $0.isListening = true }
    do {
      let result = try await body(Notifications(connection: self))
      await stopListening()
      return result
    } catch {
      await stopListening()
      throw error
    }
  }

  /// Also in a cancelled task. Where it fails, the pool discards the connection.
  private func stopListening() async {
    let exchange = StatementExchange { PQsendQuery($0, "UNLISTEN *") }
    await wire.run(exchange)
    guard exchange.result?.isError == false else { return }
    wire.discardNotifications()
    state.withLock { $0.isListening = false }
  }

  fileprivate func nextNotification() async throws -> Notification? {
    try await exclusively(at: CallSite()) {
      let exchange = NotificationExchange()
      await wire.run(exchange) { [wire] in wire.abandon(exchange) }
      if let notification = exchange.notification { return notification }
      if Task.isCancelled { return nil }
      throw PostgresError(.connectionLost, "the connection broke while listening")
    }
  }
}

extension Pool {
  /// Listens on a connection of its own, opened for this and closed afterwards, so that waiting
  /// takes none from the pool.
  ///
  /// - Throws: what `body` throws; ``PostgresError``.
  public func listen<R>(
    to channel: String,
    _ body: (Notifications) async throws -> R
  ) async throws -> R {
    let connection = try await Connection.connect(configuration, statementCache: 0)
    defer { connection.close() }
    return try await connection.listen(to: channel, body)
  }
}

extension Wire {
  var isConnected: Bool {
    withPG { PQstatus($0) == CONNECTION_OK } ?? false
  }

  fileprivate func discardNotifications() {
    _ = withPG { pg in while Notification(from: pg) != nil {} }
  }
}

extension Notification {
  /// The oldest that libpq has read and nobody has taken.
  fileprivate init?(from pg: OpaquePointer) {
    guard let raw = PQnotifies(pg) else { return nil }
    defer { PQfreemem(raw) }
    self.init(
      channel: String(cString: raw.pointee.relname),
      payload: String(cString: raw.pointee.extra), sender: raw.pointee.be_pid)
  }
}

/// Waits for one notification.
private final class NotificationExchange: Exchange, @unchecked Sendable {
  // Unchecked: set under the wire's lock, read by the one who waited.
  private(set) var notification: Notification?

  func begin(_ pg: OpaquePointer) -> Progress {
    // It may have been read already, together with an earlier answer.
    notification = Notification(from: pg)
    return notification == nil && PQstatus(pg) == CONNECTION_OK ? .waiting(.read) : .finished
  }

  func advance(_ pg: OpaquePointer) -> Progress {
    PQconsumeInput(pg)
    return begin(pg)
  }
}
