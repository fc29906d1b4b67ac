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
  private let floor: AssignmentFloor<Score>
  private let lists: ShortLists<Score>
  /// The values of one short list while its row is read.
  private let values: Slab<Score>
  private let queue: Slab<Int32>

  /// The bids made between two looks ahead.
  private static var batch: Int { 16 }

  init(_ floor: AssignmentFloor<Score>) {
    self.floor = floor
    lists = ShortLists(count: floor.requestCount)
    values = Slab(repeating: 0, count: ShortLists<Score>.length + 1)
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
  /// - Returns: the bids made; more than `budget` means that the phase was cut short, with some
  ///   requests unseated that would still bid.
  func run(increment: Score, budget: Int) -> Int {
    let floor = self.floor
    let queue = self.queue.cells
    let size = floor.requestCount
    for resource in 0..<floor.resourceCount { floor.load[resource] = 0 }
    for request in 0..<size {
      floor.seat[request] = -1
      queue[request] = Int32(truncatingIfNeeded: request)
    }
    var head = 0
    var tail = 0
    var waiting = size
    var bids = 0
    var touched = 0
    while waiting > 0 && bids <= budget {
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
    return bids
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
    let resources = lists.resources(request)
    let scores = lists.scores(request)
    let values = self.values.cells
    var count = 0
    var bound = Score.lowest
    for option in floor.options(of: request) {
      let resource = floor.resource[option]
      let value = floor.score[option] &- floor.price[Int(resource)]
      if count < ShortLists<Score>.length {
        count &+= 1
      } else {
        let last = values[ShortLists<Score>.length &- 1]
        guard value > last else {
          bound = max(bound, value)
          continue
        }
        bound = max(bound, last)
      }
      var hole = count &- 1
      while hole > 0 && values[hole &- 1] < value {
        values[hole] = values[hole &- 1]
        resources[hole] = resources[hole &- 1]
        scores[hole] = scores[hole &- 1]
        hole &-= 1
      }
      values[hole] = value
      resources[hole] = resource
      scores[hole] = floor.score[option]
    }
    scores[ShortLists<Score>.length] = bound
  }

  /// Gives a unit to a bid; a full resource drops its lowest bid.
  @inline(__always)
  private func accept(_ request: Int, on resource: Int, _ bid: Score) -> Int32 {
    let first = Int(floor.slotStart[resource])
    let capacity = Int(floor.capacity[resource])
    let load = Int(floor.load[resource])
    let requestNumber = Int32(truncatingIfNeeded: request)
    floor.seat[request] = Int32(truncatingIfNeeded: resource)
    if load == capacity {
      let dropped = floor.tenant[first]
      floor.seat[Int(dropped)] = -1
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
