/// A binary heap of (distance, node) pairs, nearest first, equal distances by node number, so that
/// searches settle nodes in the same order everywhere. Entries are not updated: a search skips
/// entries that a shorter distance has outdated.
///
/// - Complexity: O(log count) a push and a pop.
struct SearchHeap<Score: KernelScore>: ~Copyable {
  struct Entry: BitwiseCopyable {
    var distance: Score
    var node: Int32

    @inline(__always)
    func precedes(_ other: Entry) -> Bool {
      distance != other.distance ? distance < other.distance : node < other.node
    }
  }

  private(set) var slab = Slab<Entry>(unsetCount: 1024)
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  mutating func removeAll() { count = 0 }

  @inline(__always)
  mutating func push(_ distance: Score, _ node: Int32) {
    if count == slab.count { grow() }
    let cells = slab.cells
    let entry = Entry(distance: distance, node: node)
    var hole = count
    count &+= 1
    while hole > 0 {
      let parent = (hole &- 1) >> 1
      guard entry.precedes(cells[parent]) else { break }
      cells[hole] = cells[parent]
      hole = parent
    }
    cells[hole] = entry
    checkInvariants()
  }

  /// Removes the nearest entry. The heap must not be empty.
  @inline(__always)
  mutating func pop() -> Entry {
    let cells = slab.cells
    let first = cells[0]
    count &-= 1
    let entry = cells[count]
    var hole = 0
    while true {
      var child = 2 &* hole &+ 1
      guard child < count else { break }
      if child &+ 1 < count && cells[child &+ 1].precedes(cells[child]) { child &+= 1 }
      guard cells[child].precedes(entry) else { break }
      cells[hole] = cells[child]
      hole = child
    }
    cells[hole] = entry
    checkInvariants()
    return first
  }

  private mutating func grow() {
    let larger = Slab<Entry>(unsetCount: slab.count * 2)
    larger.cells.update(from: slab.cells, count: slab.count)
    slab = larger
  }
}
