internal import CLibPQ
public import Logging

/// Connections shared by many tasks, at most ``PoolOptions/maximumConnections`` at once.
///
/// ```swift
/// let pool = Pool(configuration)
/// let rows = try await pool.query("SELECT name FROM registry.enterprises WHERE uscc = \(uscc)")
/// try await pool.transaction { c in
///   try await c.execute("…")
/// }
/// ```
///
/// Callers are served in the order they came. A connection that comes back broken or inside a
/// transaction is discarded. While the server is away the pool tries again with growing pauses;
/// callers wait up to ``PoolOptions/unavailableTimeout`` and then get the last error.
public final class Pool: Sendable {
  public let configuration: Configuration
  let options: PoolOptions
  let logger: Logger
  let state: Guarded<State>
  private let epoch = ContinuousClock.now

  struct State {
    var machine: PoolMachine
    var connections: [Int: Connection] = [:]
    var waiters: [Int: CheckedContinuation<Connection, any Error>] = [:]
    /// The last number given to a connection or a waiter.
    var serial = 0
    var lastError: PostgresError?
    /// When the sleeping task will next look at the clock.
    var alarm: Duration?
  }

  public init(
    _ configuration: Configuration, options: PoolOptions = PoolOptions(),
    logger: Logger = Logger(label: "postgres")
  ) {
    self.configuration = configuration
    self.options = options
    self.logger = logger
    state = Guarded(State(machine: PoolMachine(options)))
  }

  deinit {
    for connection in state.withLock({ $0.connections.values }) { connection.close() }
  }

  var now: Duration { ContinuousClock.now - epoch }

  /// Closes idle connections at once and leased ones when they come back; whoever waits, and every
  /// later call, gets ``PostgresError/Kind/closed``. Idempotent.
  public func close() async {
    change { machine, _ in machine.close() }
  }
}

extension Pool {
  /// Lends a connection for the length of `body`.
  ///
  /// - Throws: what `body` throws; ``PostgresError``: `leaseTimeout`, `unavailable`,
  ///   `connectionRefused`, `closed`; `CancellationError` when cancelled while waiting.
  @discardableResult
  public func withConnection<R>(
    _ body: (Connection) async throws -> R
  ) async throws -> R {
    let connection = try await lease()
    defer { giveBack(connection) }
    return try await body(connection)
  }

  /// Runs `body` in a transaction on a connection of the pool; see
  /// ``Connection/transaction(isolation:readOnly:retry:fileID:line:_:)``.
  @discardableResult
  public func transaction<R>(
    isolation level: IsolationLevel = .readCommitted, readOnly: Bool = false,
    retry: RetryPolicy = .standard, fileID: String = #fileID, line: Int = #line,
    _ body: (Connection) async throws -> R
  ) async throws -> R {
    try await withConnection { connection in
      try await connection.transaction(
        isolation: level, readOnly: readOnly, retry: retry, fileID: fileID, line: line, body)
    }
  }

  /// Runs one statement on any connection and returns its rows.
  public func query(
    _ sql: SQL, fileID: String = #fileID, line: Int = #line
  ) async throws -> Rows {
    let connection = try await lease()
    defer { giveBack(connection) }
    return try await connection.query(sql, fileID: fileID, line: line)
  }

  /// Runs one statement on any connection and returns the number of rows affected.
  @discardableResult
  public func execute(
    _ sql: SQL, fileID: String = #fileID, line: Int = #line
  ) async throws -> Int {
    let connection = try await lease()
    defer { giveBack(connection) }
    return try await connection.execute(sql, fileID: fileID, line: line)
  }
}
