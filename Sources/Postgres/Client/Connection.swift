internal import CLibPQ

/// One session with the server. Leased from a ``Pool`` for the length of a closure.
///
/// A connection does one thing at a time: a call made while another is under way throws
/// ``PostgresError/Kind/busy``. Cancelling the task cancels the statement on the server; the call
/// then throws `CancellationError` and the connection stays usable (an open transaction has failed
/// and must be rolled back, which ``transaction(isolation:readOnly:retry:fileID:line:_:)`` does).
public final class Connection: Sendable {
  let wire: Wire
  /// The pool's number for this connection; 0 outside a pool.
  let poolID: Int
  let state: Guarded<State>

  struct State {
    var busy = false
    var cache: StatementCache
    /// Depth of nested transactions opened by ``transaction``.
    var depth = 0
    var isListening = false
    /// Statements that wait for the next one, see ``Connection/sendAhead(_:fileID:line:)``.
    var ahead: [Statement] = []

    mutating func takeAhead() -> [Statement] {
      defer { ahead = [] }
      return ahead
    }
  }

  init(_ wire: Wire, statementCache capacity: Int, poolID: Int = 0) {
    self.wire = wire
    self.poolID = poolID
    state = Guarded(State(cache: StatementCache(capacity: capacity)))
  }

  /// Opens a session outside any pool. Close it with ``close()``.
  ///
  /// - Throws: ``PostgresError``: `unavailable` or `connectionRefused`.
  public static func connect(
    _ configuration: Configuration, statementCache: Int = 128
  ) async throws -> Connection {
    Connection(try await Connector.connect(configuration), statementCache: statementCache)
  }

  /// Ends the session. Idempotent.
  public func close() {
    wire.close()
  }

  /// The server's process number, as in `pg_stat_activity.pid`.
  public var backendProcess: Int32 { wire.backendProcess }
}

extension Connection {
  /// Runs one statement and returns its rows.
  ///
  /// - Throws: ``PostgresError``; `CancellationError` when the task was cancelled meanwhile.
  public func query(
    _ sql: SQL, fileID: String = #fileID, line: Int = #line
  ) async throws -> Rows {
    let site = CallSite(fileID: fileID, line: line)
    return Rows(try await result(of: sql, at: site), callSite: site)
  }

  /// Runs one statement and returns the number of rows it inserted, changed or deleted.
  ///
  /// - Throws: as ``query(_:fileID:line:)``.
  @discardableResult
  public func execute(
    _ sql: SQL, fileID: String = #fileID, line: Int = #line
  ) async throws -> Int {
    try await result(of: sql, at: CallSite(fileID: fileID, line: line)).affected
  }

  /// Runs a text of any number of statements, without parameters, in one round trip. Unless it
  /// controls transactions itself, it is one: all or nothing. Rows are dropped.
  ///
  /// - Throws: as ``query(_:fileID:line:)``.
  public func executeScript(
    _ script: String, fileID: String = #fileID, line: Int = #line
  ) async throws {
    let site = CallSite(fileID: fileID, line: line)
    // Several statements in one text are more than a pipeline takes.
    try await exclusively(at: site) {
      try await sendAwaited(at: site)
      _ = try await run(Command(text: script) { PQsendQuery($0, script) }, at: site)
    }
    // A script may drop, alter or discard what statements were prepared for.
    state.withLock { $0.cache.removeAll() }
  }

  /// Sends a notification to the listeners of a channel, when the transaction commits.
  public func notify(_ channel: String, payload: String = "") async throws {
    try await execute("SELECT pg_notify(\(channel)::text, \(payload)::text)")
  }
}

extension Connection {
  /// Whether the session stands inside a transaction, as the server last said.
  var transactionStatus: PGTransactionStatusType {
    wire.withPG { PQtransactionStatus($0) } ?? PQTRANS_UNKNOWN
  }

  /// Whether the connection may serve the next caller: open, outside a transaction, at rest.
  var isReusable: Bool {
    transactionStatus == PQTRANS_IDLE
      && state.withLock { !$0.busy && !$0.isListening && $0.ahead.isEmpty }
  }

  /// Marks the connection as in use for the length of `body`.
  func exclusively<R>(
    at site: CallSite,
    _ body: () async throws -> R
  ) async throws -> R {
    let free = state.withLock { state in
      defer { state.busy = true }
      return !state.busy
    }
    guard free else {
      throw PostgresError(
        .busy, "another call on this connection has not finished", callSite: site)
    }
    defer { state.withLock { $0.busy = false } }
    return try await body()
  }
}
