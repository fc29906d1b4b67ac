extension Pool {
  /// How many connections there are, and how many callers wait for one.
  public struct Occupancy: Hashable, Sendable {
    /// Connections to the server, idle or lent.
    public let open: Int
    /// Callers for whom there was none.
    public let waiting: Int
    /// Connections that there may be at once.
    public let maximum: Int

    public init(open: Int, waiting: Int, maximum: Int) {
      (self.open, self.waiting, self.maximum) = (open, waiting, maximum)
    }
  }

  /// - Complexity: O(1).
  public var occupancy: Occupancy {
    state.withLock { state in
      Occupancy(
        open: state.connections.count, waiting: state.waiters.count,
        maximum: options.maximumConnections)
    }
  }
}
