/// One phase of the forward auction: requests bid for units until each has one or wants none.
///
/// A request bids for its best resource (largest score − price) what makes it indifferent to its
/// second best, or to staying out, and at least ε more than the price. A full resource gives its
/// new unit to the bid by dropping its lowest bid; its price is the lowest bid it holds. Units of
/// one resource are alike, so a request never bids against itself ("similar objects"). Afterwards
/// every seated request is within ε of its best resource, and exactly at it wherever the bid was
/// set by the second best. Bids are made in turn, first in, first out.
///
/// Each request keeps a *short list*: its best options when its row was last read, and a bound on
/// the rest. Prices only rise, so the short list decides as long as its second best reaches the
/// bound, and a bid costs two cache lines instead of the row.
///
/// Sources: D. P. Bertsekas, "The auction algorithm: a distributed relaxation method for the
/// assignment problem", Annals of OR 14 (1988); D. P. Bertsekas, D. A. Castañon, "The auction
/// algorithm for transportation problems", Annals of OR 20 (1989).
struct Auction<Score: KernelScore>: ~Copyable {
  let floor: AssignmentFloor<Score>
  private let lists: ShortLists<Score>
  /// The values of one short list while its row is read.
  private let values: Slab<Score>
  private let rowValues: Slab<Score>
  private let queue: Slab<Int32>

  /// The options of a row that are valued at a time.
  private static var chunk: Int { 64 }
  /// The bids made between two looks at the meter.
  private static var bidsBetweenQuestions: Int { 1 << 14 }
  /// The bids made between two looks ahead.
  private static var batch: Int { 16 }

  init(_ floor: AssignmentFloor<Score>) {
    self.floor = floor
    lists = ShortLists(count: floor.requestCount)
    values = Slab(repeating: 0, count: ShortLists<Score>.length + 1)
    rowValues = Slab(repeating: 0, count: Self.chunk)
    queue = Slab(unsetCount: floor.requestCount)
  }

  /// Lowers all prices, which loosens the bounds of the short lists by as much.
  func lowerPrices(by drop: Score) {
    let price = floor.price
    for resource in 0..<floor.resourceCount {
      price[resource] = max(0, price[resource] &- drop)
    }
    lists.raiseBounds(by: drop)
  }

  /// Runs one phase from an empty allocation at the present prices.
  ///
  /// - Returns: the bids made; more than `budget`, or a meter that is over, means that the phase was
  ///   cut short, with some requests unseated that would still bid.
  func run(increment: Score, budget: Int, _ meter: WorkMeter) -> Int {
    let floor = self.floor
    let queue = self.queue.cells
    let size = floor.requestCount
    emptySlots()
    for request in 0..<size { queue[request] = Int32(truncatingIfNeeded: request) }
    var head = 0
    var tail = 0
    var waiting = size
    var bids = 0
    var touched = 0
    var pause = min(budget, Self.bidsBetweenQuestions)
    while waiting > 0 {
      if bids > pause {
        meter.spend(Self.bidsBetweenQuestions)
        guard bids <= budget, !meter.isOver else { break }
        pause = min(budget, bids &+ Self.bidsBetweenQuestions)
      }
      if touched == 0 {
        touched = min(Self.batch, waiting, size &- head)
        lists.touch(queue + head, touched)
      }
      touched &-= 1
      let request = Int(queue[head])
      head = head &+ 1 == size ? 0 : head &+ 1
      waiting &-= 1
      bids &+= 1
      let dropped = bidOnce(request, increment)
      guard dropped >= 0 else { continue }
      queue[tail] = dropped
      tail = tail &+ 1 == size ? 0 : tail &+ 1
      waiting &+= 1
    }
    checkInvariants()
    noteSeats()
    return bids
  }

  private func emptySlots() {
    for resource in 0..<floor.resourceCount { floor.load[resource] = 0 }
    floor.tenant.update(repeating: -1, count: Int(floor.slotStart[floor.resourceCount]))
  }

  /// Writes down who holds what, once a phase: during it, that would cost two cache misses a bid.
  private func noteSeats() {
    floor.seat.update(repeating: -1, count: floor.requestCount)
    for resource in 0..<floor.resourceCount {
      for slot in floor.slots(of: resource) {
        floor.seat[Int(floor.tenant[slot])] = Int32(truncatingIfNeeded: resource)
      }
    }
  }

  /// Lets a request bid, and returns the request it displaced, or −1.
  @inline(__always)
  private func bidOnce(_ request: Int, _ increment: Score) -> Int32 {
    var choice = bestListed(request)
    if choice.second < lists.scores(request)[ShortLists<Score>.length] {
      readRow(request)
      choice = bestListed(request)
    }
    guard choice.value > 0 else { return -1 }
    var raise = choice.value &- choice.second
    // Without a rival for its interest a request may bid all it has: it cannot come back for less.
    if raise < increment && choice.second > 0 { raise = min(increment, choice.value) }
    return accept(request, on: choice.resource, floor.price[choice.resource] &+ raise)
  }

  /// The best listed resource, its value, and the value of the second best or of staying out.
  @inline(__always)
  private func bestListed(_ request: Int) -> (resource: Int, value: Score, second: Score) {
    let resources = lists.resources(request)
    let scores = lists.scores(request)
    let price = floor.price
    var best = Score.lowest &- Score.kernelLimit
    var second: Score = 0
    var target: Int32 = 0
    for index in 0..<ShortLists<Score>.length {
      let value = scores[index] &- price[Int(resources[index])]
      let better = value > best
      second = max(second, better ? best : value)
      target = better ? resources[index] : target
      best = better ? value : best
    }
    return (Int(target), best, second)
  }

  /// Reads the whole row and lists its best options, best first.
  @inline(never)
  private func readRow(_ request: Int) {
    let row = floor.options(of: request)
    var count = 0
    var bound = Score.lowest
    var option = row.lowerBound
    while option < row.upperBound {
      let end = min(option &+ Self.chunk, row.upperBound)
      // All prices of a chunk first, so that their cache misses overlap.
      for index in option..<end {
        rowValues.cells[index &- option] =
          floor.score[index] &- floor.price[Int(floor.resource[index])]
      }
      for index in option..<end {
        let value = rowValues.cells[index &- option]
        if count < ShortLists<Score>.length {
          count &+= 1
        } else {
          let last = values.cells[ShortLists<Score>.length &- 1]
          bound = max(bound, min(last, value))
          guard value > last else { continue }
        }
        insert(index, value, request, at: count &- 1)
      }
      option = end
    }
    lists.scores(request)[ShortLists<Score>.length] = bound
  }

  /// Inserts an option into a short list, whose last place is free.
  @inline(__always)
  private func insert(_ option: Int, _ value: Score, _ request: Int, at last: Int) {
    let resources = lists.resources(request)
    let scores = lists.scores(request)
    let values = self.values.cells
    var hole = last
    while hole > 0 && values[hole &- 1] < value {
      values[hole] = values[hole &- 1]
      resources[hole] = resources[hole &- 1]
      scores[hole] = scores[hole &- 1]
      hole &-= 1
    }
    values[hole] = value
    resources[hole] = floor.resource[option]
    scores[hole] = floor.score[option]
  }

  /// Gives a unit to a bid; a full resource drops its lowest bid.
  ///
  /// - Returns: the request that has lost its unit, or −1.
  @inline(__always)
  private func accept(_ request: Int, on resource: Int, _ bid: Score) -> Int32 {
    let first = Int(floor.slotStart[resource])
    // Slots are dealt out by capacity, and the next start shares a cache line with this one.
    let capacity = Int(floor.slotStart[resource &+ 1]) &- first
    let requestNumber = Int32(truncatingIfNeeded: request)
    if capacity == 1 {
      let dropped = floor.tenant[first]
      floor.tenant[first] = requestNumber
      floor.price[resource] = bid
      if dropped < 0 { floor.load[resource] = 1 }
      return dropped
    }
    defer { checkInvariants(of: resource) }
    let load = Int(floor.load[resource])
    if load == capacity {
      let dropped = floor.tenant[first]
      sinkFromTop(first, capacity, requestNumber, bid)
      floor.price[resource] = floor.bid[first]
      return dropped
    }
    riseFromBottom(first, load, requestNumber, bid)
    floor.load[resource] = Int32(truncatingIfNeeded: load &+ 1)
    if load &+ 1 == capacity { floor.price[resource] = floor.bid[first] }
    return -1
  }

  @inline(__always)
  private func sinkFromTop(_ first: Int, _ count: Int, _ request: Int32, _ bid: Score) {
    let bids = floor.bid + first
    let tenants = floor.tenant + first
    var hole = 0
    while true {
      var child = 2 &* hole &+ 1
      guard child < count else { break }
      if child &+ 1 < count && bids[child &+ 1] < bids[child] { child &+= 1 }
      guard bids[child] < bid else { break }
      bids[hole] = bids[child]
      tenants[hole] = tenants[child]
      hole = child
    }
    bids[hole] = bid
    tenants[hole] = request
  }

  @inline(__always)
  private func riseFromBottom(_ first: Int, _ count: Int, _ request: Int32, _ bid: Score) {
    let bids = floor.bid + first
    let tenants = floor.tenant + first
    var hole = count
    while hole > 0 {
      let parent = (hole &- 1) >> 1
      guard bid < bids[parent] else { break }
      bids[hole] = bids[parent]
      tenants[hole] = tenants[parent]
      hole = parent
    }
    bids[hole] = bid
    tenants[hole] = request
  }
}
