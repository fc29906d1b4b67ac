/// How many connections a pool holds, and for how long.
public struct PoolOptions: Sendable {
  /// Most connections at once, at least 1.
  public var maximumConnections: Int
  /// Idle connections kept for good; those beyond are closed after ``idleTimeout``.
  public var minimumIdle: Int
  /// How long a connection beyond ``minimumIdle`` may stay unused.
  public var idleTimeout: Duration
  /// How long a caller waits for a free connection.
  public var leaseTimeout: Duration
  /// How long a caller waits for a server that does not answer; at most ``leaseTimeout``.
  public var unavailableTimeout: Duration
  /// The pause after the first failed attempt to connect; it doubles up to ``longestBackoff``.
  public var firstBackoff: Duration
  public var longestBackoff: Duration
  /// Prepared statements kept on each connection; 0 prepares none.
  public var statementCache: Int

  public init(
    maximumConnections: Int = 16, minimumIdle: Int = 1, idleTimeout: Duration = .seconds(60),
    leaseTimeout: Duration = .seconds(30), unavailableTimeout: Duration = .seconds(5),
    firstBackoff: Duration = .milliseconds(50), longestBackoff: Duration = .seconds(2),
    statementCache: Int = 128
  ) {
    self.maximumConnections = maximumConnections
    self.minimumIdle = minimumIdle
    self.idleTimeout = idleTimeout
    self.leaseTimeout = leaseTimeout
    self.unavailableTimeout = unavailableTimeout
    self.firstBackoff = firstBackoff
    self.longestBackoff = longestBackoff
    self.statementCache = statementCache
  }
}
