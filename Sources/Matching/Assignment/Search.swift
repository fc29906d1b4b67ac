/// The working arrays of shortest-path searches over resources.
///
/// Requests need no node of their own: a seated request and its resource are at the same distance.
struct Search<Score: KernelScore>: ~Copyable {
  /// The distance of each resource in points, `unreached` where there is none yet.
  let distance: Slab<Score>
  /// The request through which each resource was reached.
  let via: Slab<Int32>
  private let touched: Slab<Int32>
  private(set) var touchedCount = 0
  private let settledList: Slab<Int32>
  private(set) var settledCount = 0
  var heap = SearchHeap<Score>()

  static var unreached: Score { Score.max }

  init(resourceCount: Int) {
    distance = Slab(repeating: Self.unreached, count: resourceCount)
    via = Slab(repeating: -1, count: resourceCount)
    touched = Slab(unsetCount: resourceCount)
    settledList = Slab(unsetCount: resourceCount)
  }

  /// The resource settled at a position, in order of settling.
  @inline(__always)
  func settled(_ index: Int) -> Int { Int(settledList.cells[index]) }

  /// Notes a shorter way to a resource, to be searched on from there.
  @inline(__always)
  mutating func reach(_ resource: Int, _ shorter: Score, via request: Int) {
    note(resource, shorter, via: request)
    heap.push(shorter, Int32(truncatingIfNeeded: resource))
  }

  /// Notes a shorter way to a resource where the search ends.
  @inline(__always)
  mutating func note(_ resource: Int, _ shorter: Score, via request: Int) {
    if distance.cells[resource] == Self.unreached {
      touched.cells[touchedCount] = Int32(truncatingIfNeeded: resource)
      touchedCount &+= 1
    }
    distance.cells[resource] = shorter
    via.cells[resource] = Int32(truncatingIfNeeded: request)
  }

  /// Settles the nearest resource nearer than `limit`, or returns −1.
  @inline(__always)
  mutating func settleNext(within limit: Score) -> Int {
    while !heap.isEmpty {
      let entry = heap.pop()
      guard entry.distance < limit else { return -1 }
      guard entry.distance == distance.cells[Int(entry.node)] else { continue }
      settledList.cells[settledCount] = entry.node
      settledCount &+= 1
      checkInvariants()
      return Int(entry.node)
    }
    return -1
  }

  /// Whether steps taken for all together are better than single searches: they let an eighth of
  /// those left through, or are long against the way still to go, as with few distinct scores.
  static func isWorthRepeating(_ step: Score, of reach: Score, before: Int, left: Int) -> Bool {
    step >= reach / 64 || left <= before - before / 8
  }

  /// Makes ready for another search, in time of what the last one touched.
  mutating func reset() {
    for index in 0..<touchedCount {
      distance.cells[Int(touched.cells[index])] = Self.unreached
    }
    touchedCount = 0
    settledCount = 0
    heap.removeAll()
  }
}
