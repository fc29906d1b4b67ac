extension Search {
  /// Checks that the resource just settled is no nearer than the one before, once each; does nothing
  /// in release builds.
  @inline(__always)
  func checkInvariants() {
    assert(settledCount <= touchedCount, "a resource was settled that was not reached")
    assert(
      settledCount < 2
        || distance.cells[settled(settledCount - 2)] <= distance.cells[settled(settledCount - 1)],
      "resources are settled out of order")
  }
}
