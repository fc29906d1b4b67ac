/// What a request may cost.
public struct ServerLimits: Sendable {
  /// Bytes of a body.
  public var bodyBytes = 10 << 20
  /// How long a body may take to arrive.
  public var bodyTime: Duration = .seconds(30)
  /// How long a call may take, the database's part included.
  public var callTime: Duration = .seconds(15)
  /// How long a connection may send nothing.
  public var idleTime: Duration = .seconds(60)
  /// Bytes of all headers together.
  public var headerBytes = 16 << 10
  /// Calls a second that a token may make in the long run; twice as many at once. 0 is no limit.
  public var rate = 100.0

  public init() {}
}
