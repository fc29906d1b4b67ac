extension KeyedHeap {
  /// Checks the heap's order; does nothing in release builds. Large heaps are not walked at every
  /// step, which would make debug builds quadratic.
  @inline(__always)
  func checkInvariants() {
    assert(entries.count > 64 || isOrdered, "the heap is out of order")
  }

  private var isOrdered: Bool {
    entries.indices.dropFirst().allSatisfy { entries[($0 - 1) / 2].key >= entries[$0].key }
  }
}
