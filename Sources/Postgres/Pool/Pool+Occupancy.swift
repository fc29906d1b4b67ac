extension Pool {
  /// How many connections there are and are lent, and how many callers wait for one.
  public struct Occupancy: Hashable, Sendable {
    /// Connections to the server, idle or lent.
    public let open: Int
    /// Those that somebody works with.
    public let lent: Int
    /// Callers for whom there was none.
    public let waiting: Int
    /// Connections that there may be at once.
    public let maximum: Int

    public init(open: Int, lent: Int, waiting: Int, maximum: Int) {
      (self.open, self.lent, self.waiting, self.maximum) = (open, lent, waiting, maximum)
    }
  }

  /// - Complexity: O(1).
  public var occupancy: Occupancy {
    state.withLock { state in
      Occupancy(
        open: state.connections.count, lent: state.machine.leasedCount,
        waiting: state.waiters.count,
        maximum: options.maximumConnections)
    }
  }
}
