extension SearchHeap {
  /// Checks the heap's order; does nothing in release builds. Large heaps are not walked at every
  /// step, which would make debug builds quadratic.
  @inline(__always)
  func checkInvariants() {
    assert(count > 64 || isOrdered, "the heap is out of order")
  }

  private var isOrdered: Bool {
    (0..<count).dropFirst().allSatisfy { !slab.cells[$0].precedes(slab.cells[($0 - 1) >> 1]) }
  }
}
