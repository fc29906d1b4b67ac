/// A binary heap of integers, largest first.
///
/// - Complexity: `push` and `popMax` in O(log n) comparisons, `max` in constant time.
struct MaxHeap {
  private(set) var items: [Int32] = []

  /// The largest item, or `nil` if there is none.
  var max: Int32? { items.first }

  mutating func push(_ item: Int32) {
    items.append(item)
    var slot = items.count - 1
    while slot > 0, items[(slot - 1) / 2] < item {
      items.swapAt(slot, (slot - 1) / 2)
      slot = (slot - 1) / 2
    }
    checkInvariants()
  }

  /// Removes the largest item, if there is one.
  mutating func popMax() {
    defer { checkInvariants() }
    guard let last = items.popLast(), !items.isEmpty else { return }
    items[0] = last
    var slot = 0
    while 2 * slot + 1 < items.count {
      var below = 2 * slot + 1
      if below + 1 < items.count, items[below + 1] > items[below] { below += 1 }
      guard items[below] > items[slot] else { return }
      items.swapAt(slot, below)
      slot = below
    }
  }
}
