extension PairPool {
  /// Checks that the entries are few enough, different, and best first; does nothing in release
  /// builds.
  func checkInvariants() {
    assert(entries.count <= limit, "the pool is too large")
    assert(
      entries.indices.dropFirst().allSatisfy { entries[$0 - 1].value >= entries[$0].value },
      "the pool is out of order")
    assert(
      entries.indices.allSatisfy { index in
        entries[..<index].allSatisfy { $0.pairs != entries[index].pairs }
      }, "the pool holds pairs twice")
  }
}
