/// Serves requests that hold nothing but would profit, one at a time, each by a shortest path.
///
/// **State.** Prices ≥ 0 and profits with profit_i ≥ score_ij − price_j on every option, equality on
/// every seated pair, profit_i = 0 for requests that are out for good. Resources with free units may
/// still have a price; `BackwardSearch` sees to them.
///
/// **Step.** From request i, Dijkstra on the reduced costs profit + price − score over resources.
/// A path ends where a unit is free, where a tenant is better dropped (its distance plus its
/// profit), or at i itself staying out (its profit). Prices of the resources settled before the end
/// rise, and their tenants' profits fall, by what they are nearer than the end; then the path's
/// pairs are tight and the requests on it move up one place each.
struct ForwardSearch<Score: KernelScore>: ~Copyable {
  private let floor: AssignmentFloor<Score>
  private var search: Search<Score>
  private(set) var searches = 0
  private(set) var settled = 0

  private enum End {
    case stayOut
    case drop(request: Int)
    case freeUnit(resource: Int)
  }
  private var end = End.stayOut
  /// The length of the shortest path known.
  private var length: Score = 0

  init(_ floor: AssignmentFloor<Score>) {
    self.floor = floor
    search = Search(resourceCount: floor.resourceCount)
  }

  /// Serves or sends away every request that holds nothing and has a profit: together while ties
  /// let a share of them through at a time, then one by one.
  mutating func run(_ meter: WorkMeter) {
    var plateau = ForwardPlateau(floor)
    var before = Int.max
    while true {
      var left = plateau.pass()
      while left > 0 {
        let now = plateau.pass()
        meter.spend(floor.optionCount)
        if now == left || meter.isOver { break }
        left = now
      }
      guard left > 0, !meter.isOver else { return }
      let reach = (0..<floor.requestCount).reduce(0) {
        isWaiting($1) ? max($0, floor.profit[$1]) : $0
      }
      raisePrices()
      guard Search.isWorthRepeating(length, of: reach, before: before, left: left) else { break }
      before = left
    }
    runSingly(meter)
  }

  /// Raises prices for all requests that hold nothing, until the first path ends.
  private mutating func raisePrices() {
    end = .stayOut
    length = Score.max
    for request in 0..<floor.requestCount where isWaiting(request) {
      length = min(length, floor.profit[request])
    }
    for request in 0..<floor.requestCount where isWaiting(request) { relax(request, at: 0) }
    settle()
    for request in 0..<floor.requestCount where isWaiting(request) {
      floor.profit[request] &-= length
    }
    movePrices()
    settled += search.settledCount
    search.reset()
  }

  @inline(__always)
  private func isWaiting(_ request: Int) -> Bool {
    floor.seat[request] < 0 && floor.profit[request] > 0
  }

  private mutating func runSingly(_ meter: WorkMeter) {
    for request in 0..<floor.requestCount where isWaiting(request) {
      guard !meter.isOver else { return }
      findEnd(from: request)
      movePrices()
      floor.profit[request] &-= length
      moveRequests(from: request)
      searches += 1
      settled += search.settledCount
      meter.spend(1 + search.settledCount)
      search.reset()
    }
  }

  private mutating func findEnd(from source: Int) {
    end = .stayOut
    length = floor.profit[source]
    relax(source, at: 0)
    settle()
  }

  /// Settles resources from the nearest on, until nothing can end nearer than `length`.
  private mutating func settle() {
    while true {
      let resource = search.settleNext(within: length)
      guard resource >= 0 else { return }
      let distance = search.distance.cells[resource]
      for slot in floor.slots(of: resource) {
        let tenant = Int(floor.tenant[slot])
        let dropped = distance &+ floor.profit[tenant]
        if dropped < length {
          length = dropped
          end = .drop(request: tenant)
        }
        relax(tenant, at: distance)
        // Nothing can be nearer than the resource being settled.
        if length <= distance { return }
      }
    }
  }

  @inline(__always)
  private mutating func relax(_ request: Int, at distance: Score) {
    let floor = self.floor
    let base = distance &+ floor.profit[request]
    for option in floor.options(of: request) {
      let resource = Int(floor.resource[option])
      let there = base &+ floor.price[resource] &- floor.score[option]
      guard there < length, there < search.distance.cells[resource] else { continue }
      if floor.isFull(resource) {
        search.reach(resource, there, via: request)
      } else {
        search.note(resource, there, via: request)
        length = there
        end = .freeUnit(resource: resource)
      }
    }
  }

  private func movePrices() {
    for index in 0..<search.settledCount {
      let resource = search.settled(index)
      let step = length &- search.distance.cells[resource]
      guard step > 0 else { continue }
      floor.price[resource] &+= step
      for slot in floor.slots(of: resource) { floor.profit[Int(floor.tenant[slot])] &-= step }
    }
  }

  private func moveRequests(from source: Int) {
    var vacant: Int
    switch end {
    case .stayOut: return
    case .freeUnit(let resource): vacant = resource
    case .drop(let request):
      vacant = Int(floor.seat[request])
      floor.unseat(request)
    }
    while true {
      let request = Int(search.via.cells[vacant])
      guard request != source else { break }
      let left = Int(floor.seat[request])
      floor.unseat(request)
      floor.seat(request, on: vacant)
      vacant = left
    }
    floor.seat(source, on: vacant)
  }
}
