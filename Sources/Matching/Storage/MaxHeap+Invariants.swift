extension MaxHeap {
  /// Checks the heap's order; does nothing in release builds. Large heaps are not walked at every
  /// step, which would make debug builds quadratic.
  @inline(__always)
  func checkInvariants() {
    assert(items.count > 64 || isOrdered, "the heap is out of order")
  }

  private var isOrdered: Bool {
    items.indices.dropFirst().allSatisfy { items[($0 - 1) / 2] >= items[$0] }
  }
}
