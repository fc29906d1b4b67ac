/// A binary heap of small integers with unsigned 64-bit keys, largest key first. An item may be in it several
/// times; its owner drops the entries that no longer hold when they come up.
///
/// - Complexity: `push` and `popMax` in O(log n) comparisons, `max` in constant time.
struct KeyedHeap {
  struct Entry {
    let item: Int32
    let key: UInt64
  }

  private(set) var entries: [Entry] = []

  /// The entry with the largest key, or `nil` if there is none.
  var max: Entry? { entries.first }

  mutating func push(_ item: Int32, key: UInt64) {
    entries.append(Entry(item: item, key: key))
    var slot = entries.count - 1
    while slot > 0, entries[(slot - 1) / 2].key < key {
      entries.swapAt(slot, (slot - 1) / 2)
      slot = (slot - 1) / 2
    }
    checkInvariants()
  }

  /// Removes the entry with the largest key, if there is one.
  mutating func popMax() {
    defer { checkInvariants() }
    guard let last = entries.popLast(), !entries.isEmpty else { return }
    entries[0] = last
    var slot = 0
    while 2 * slot + 1 < entries.count {
      var below = 2 * slot + 1
      if below + 1 < entries.count, entries[below + 1].key > entries[below].key { below += 1 }
      guard entries[below].key > entries[slot].key else { return }
      entries.swapAt(slot, below)
      slot = below
    }
  }
}
