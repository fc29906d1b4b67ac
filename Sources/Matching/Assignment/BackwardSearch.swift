/// Brings the prices of resources with free units down to 0, one unit at a time, each by a shortest
/// path: the mirror image of `ForwardSearch`.
///
/// **Step.** A free unit of resource j at a positive price looks for its best use: Dijkstra on the
/// same reduced costs, from resources to the requests that have options there, and on to the
/// resources those requests would leave. A path ends at a request that holds nothing, or at a
/// resource where a unit is best left free (its distance plus its price), j itself being the first.
/// Prices of the resources settled before the end fall, and their tenants' profits rise, by what
/// they are nearer than the end; then the requests on the path move one place each. Nobody who was
/// served loses the unit for good, so the work of `ForwardSearch` stays done.
struct BackwardSearch<Score: KernelScore>: ~Copyable {
  private let floor: AssignmentFloor<Score>
  private var search: Search<Score>
  private let options: Transpose<Score>
  /// The resource from which each resource was reached, where the request between would move.
  private let towards: Slab<Int32>
  private(set) var searches = 0
  private(set) var settled = 0

  private enum End {
    case leaveFree(resource: Int)
    case serve(request: Int, on: Int)
  }
  private var end = End.leaveFree(resource: 0)
  /// The length of the shortest path known.
  private var length: Score = 0

  /// Whether any resource has both a free unit and a price.
  static func isNeeded(_ floor: AssignmentFloor<Score>) -> Bool {
    (0..<floor.resourceCount).contains { floor.price[$0] > 0 && !floor.isFull($0) }
  }

  init(_ floor: AssignmentFloor<Score>) {
    self.floor = floor
    search = Search(resourceCount: floor.resourceCount)
    options = Transpose(floor)
    towards = Slab(repeating: -1, count: floor.resourceCount)
  }

  /// Fills or prices at 0 every free unit: together while ties let a share of them find a use at a
  /// time, then one by one.
  mutating func run(_ meter: WorkMeter) {
    var plateau = BackwardPlateau(floor)
    var before = Int.max
    while true {
      var left = plateau.pass(options)
      while left > 0 {
        let now = plateau.pass(options)
        meter.spend(floor.optionCount)
        if now == left || meter.isOver { break }
        left = now
      }
      guard left > 0, !meter.isOver else { return }
      let reach = (0..<floor.resourceCount).reduce(0) {
        isWaiting($1) ? max($0, floor.price[$1]) : $0
      }
      lowerPrices()
      guard Search.isWorthRepeating(length, of: reach, before: before, left: left) else { break }
      before = left
    }
    runSingly(meter)
  }

  /// Lowers prices for all free units that have one, until the first path ends.
  private mutating func lowerPrices() {
    length = Score.max
    for resource in 0..<floor.resourceCount where isWaiting(resource) {
      search.reach(resource, 0, via: -1)
      length = min(length, floor.price[resource])
    }
    settle()
    movePrices()
    settled += search.settledCount
    search.reset()
  }

  @inline(__always)
  private func isWaiting(_ resource: Int) -> Bool {
    floor.price[resource] > 0 && !floor.isFull(resource)
  }

  private mutating func runSingly(_ meter: WorkMeter) {
    for resource in 0..<floor.resourceCount {
      while isWaiting(resource) {
        guard !meter.isOver else { return }
        findEnd(from: resource)
        movePrices()
        moveRequests(to: resource)
        searches += 1
        settled += search.settledCount
        meter.spend(1 + search.settledCount)
        search.reset()
      }
    }
  }

  private mutating func findEnd(from source: Int) {
    end = .leaveFree(resource: source)
    length = floor.price[source]
    search.reach(source, 0, via: -1)
    settle()
  }

  /// Settles resources from the nearest on, until nothing can end nearer than `length`.
  private mutating func settle() {
    while true {
      let resource = search.settleNext(within: length)
      guard resource >= 0 else { return }
      relax(resource, at: search.distance.cells[resource])
    }
  }

  @inline(__always)
  private mutating func relax(_ resource: Int, at distance: Score) {
    let floor = self.floor
    let base = distance &+ floor.price[resource]
    for option in options.options(of: resource) {
      let request = Int(options.request.cells[option])
      let there = base &+ floor.profit[request] &- options.score.cells[option]
      guard there < length else { continue }
      let held = Int(floor.seat[request])
      if held < 0 {
        length = there
        end = .serve(request: request, on: resource)
      } else if there < search.distance.cells[held] {
        search.reach(held, there, via: request)
        towards.cells[held] = Int32(truncatingIfNeeded: resource)
        let free = there &+ floor.price[held]
        if free < length {
          length = free
          end = .leaveFree(resource: held)
        }
      }
      // Nothing can be nearer than the resource being settled.
      if length <= distance { return }
    }
  }

  private func movePrices() {
    for index in 0..<search.settledCount {
      let resource = search.settled(index)
      let step = length &- search.distance.cells[resource]
      guard step > 0 else { continue }
      floor.price[resource] &-= step
      for slot in floor.slots(of: resource) { floor.profit[Int(floor.tenant[slot])] &+= step }
    }
  }

  /// Moves the requests on the path, the one nearest to the source first, which leaves a free unit
  /// for the next each time.
  private func moveRequests(to source: Int) {
    var moves: [(request: Int, resource: Int)] = []
    var resource: Int
    switch end {
    case .leaveFree(let held): resource = held
    case .serve(let request, let target):
      moves.append((request, target))
      resource = target
    }
    while resource != source {
      let target = Int(towards.cells[resource])
      moves.append((Int(search.via.cells[resource]), target))
      resource = target
    }
    for move in moves.reversed() {
      if floor.seat[move.request] >= 0 { floor.unseat(move.request) }
      floor.seat(move.request, on: move.resource)
    }
  }
}
