extension IndexedHeap {
  /// Checks the heap's order and the slots of its items; does nothing in release builds. Large heaps
  /// are not walked at every step, which would make debug builds quadratic.
  @inline(__always)
  func checkInvariants() {
    assert(count > 64 || isConsistent, "the heap is out of order")
  }

  private var isConsistent: Bool {
    for slot in 0..<count {
      guard slots[items[slot]] == slot else { return false }
      if slot > 0, precedes(keys[slot], items[slot], (slot - 1) >> 1) { return false }
    }
    return true
  }
}
