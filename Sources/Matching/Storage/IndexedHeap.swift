/// A binary heap of small integers with 64-bit keys that can be lowered in place.
///
/// The smallest key comes first; among equal keys the smallest item, so that the order never
/// depends on the order of insertion.
///
/// - Complexity: `push`, `lower` and `popMin` in O(log n) comparisons.
struct IndexedHeap: ~Copyable {
  let items: Buffer<Int32>
  let keys: Buffer<Int64>
  /// Slot of each item, −1 outside the heap.
  let slots: Buffer<Int32>
  private(set) var count: Int32 = 0

  /// A heap for the items `0 ..< capacity`.
  init(capacity: Int) {
    items = Buffer(repeating: 0, count: capacity)
    keys = Buffer(repeating: 0, count: capacity)
    slots = Buffer(repeating: -1, count: capacity)
  }

  /// Adds the item, or lowers its key if it is there already with a larger one.
  @inline(__always)
  mutating func push(_ item: Int32, key: Int64) {
    var slot = slots[item]
    if slot < 0 {
      slot = count
      count &+= 1
    } else if keys[slot] <= key {
      return
    }
    siftUp(from: slot, item, key)
    checkInvariants()
  }

  /// The smallest key, or `nil` if the heap is empty.
  var minKey: Int64? { count > 0 ? keys[0] : nil }

  /// Removes the item with the smallest key.
  ///
  /// - Precondition: the heap is not empty.
  mutating func popMin() -> (item: Int32, key: Int64) {
    let result = (items[0], keys[0])
    slots[result.0] = -1
    count &-= 1
    if count > 0 { siftDown(items[count], keys[count]) }
    checkInvariants()
    return result
  }

  /// Removes everything.
  mutating func removeAll() {
    var slot: Int32 = 0
    while slot < count {
      slots[items[slot]] = -1
      slot &+= 1
    }
    count = 0
  }

  private func siftUp(from start: Int32, _ item: Int32, _ key: Int64) {
    var slot = start
    while slot > 0 {
      let above = (slot &- 1) >> 1
      guard precedes(key, item, above) else { break }
      place(items[above], keys[above], at: slot)
      slot = above
    }
    place(item, key, at: slot)
  }

  /// Puts an item in at the top, where a hole is.
  private func siftDown(_ item: Int32, _ key: Int64) {
    var slot: Int32 = 0
    while true {
      var below = 2 &* slot &+ 1
      guard below < count else { break }
      if below &+ 1 < count && precedes(keys[below &+ 1], items[below &+ 1], below) { below &+= 1 }
      guard !precedes(key, item, below) else { break }
      place(items[below], keys[below], at: slot)
      slot = below
    }
    place(item, key, at: slot)
  }

  @inline(__always)
  func precedes(_ key: Int64, _ item: Int32, _ slot: Int32) -> Bool {
    key < keys[slot] || (key == keys[slot] && item < items[slot])
  }

  @inline(__always)
  private func place(_ item: Int32, _ key: Int64, at slot: Int32) {
    items[slot] = item
    keys[slot] = key
    slots[item] = slot
  }
}
