/// Walks the face of optimal allocations to one whose served set is lexicographically first.
///
/// All optimal allocations are tight at the same prices, so they differ by exchanges along tight
/// pairs (score = profit + price), and only requests with profit 0 may be in one and out of
/// another. Their served sets are the bases of a matroid, for which the greedy order is right: take
/// requests in order; one that is out comes in if a tight path leads from it to a free unit, or to a
/// request with profit 0 that stands later in the order and goes out instead.
///
/// What a failed search has seen can never help a later request: every request there is needed or
/// stands earlier, and no tight pair leads out. So failures cost O(options) together, and with few
/// ties the whole walk is near-linear; a success costs what its search sees.
struct FirstServed<Score: KernelScore>: ~Copyable {
  private let floor: AssignmentFloor<Score>
  private let via: Slab<Int32>
  /// The number of the last search that saw a resource; `closed` where no later one need look.
  private let seen: Slab<Int32>
  /// Slots before this one hold nobody who could go out.
  private let scanned: Slab<Int32>
  private var frontier: [Int32] = []
  private(set) var exchanges = 0

  private static var closed: Int32 { Int32.max }

  private enum End {
    case freeUnit(resource: Int)
    case replace(request: Int)
  }

  init(_ floor: AssignmentFloor<Score>) {
    self.floor = floor
    via = Slab(repeating: -1, count: floor.resourceCount)
    seen = Slab(repeating: -1, count: floor.resourceCount)
    scanned = Slab(repeating: 0, count: floor.resourceCount)
  }

  /// Stops where the meter does; the allocation is an optimal one at any time.
  mutating func run(_ meter: WorkMeter) {
    for request in 0..<floor.requestCount
    where floor.seat[request] < 0 && floor.profit[request] == 0 {
      guard !meter.isOver else { return }
      frontier.removeAll(keepingCapacity: true)
      let end = findEnd(from: request)
      meter.spend(1 + frontier.count)
      if let end {
        exchange(request, end)
        exchanges += 1
      } else {
        for resource in frontier { seen.cells[Int(resource)] = Self.closed }
      }
    }
  }

  private mutating func findEnd(from source: Int) -> End? {
    if let end = look(from: source, as: source) { return end }
    var next = 0
    while next < frontier.count {
      let resource = Int(frontier[next])
      next += 1
      for slot in floor.slots(of: resource) {
        if let end = look(from: Int(floor.tenant[slot]), as: source) { return end }
      }
    }
    return nil
  }

  /// Follows the tight pairs of one request to resources not seen before.
  private mutating func look(from request: Int, as source: Int) -> End? {
    for option in floor.options(of: request) {
      let resource = Int(floor.resource[option])
      guard seen.cells[resource] != Self.closed, seen.cells[resource] != Int32(source),
        floor.score[option] &- floor.price[resource] == floor.profit[request]
      else { continue }
      seen.cells[resource] = Int32(source)
      via.cells[resource] = Int32(request)
      if !floor.isFull(resource) { return .freeUnit(resource: resource) }
      if let later = laterTenant(of: resource, than: source) { return .replace(request: later) }
      frontier.append(Int32(resource))
    }
    return nil
  }

  /// A tenant with profit 0 that stands later in the order; those before it are passed for good.
  private func laterTenant(of resource: Int, than source: Int) -> Int? {
    let slots = floor.slots(of: resource)
    var position = Int(scanned.cells[resource])
    while position < slots.count {
      let tenant = Int(floor.tenant[slots.lowerBound + position])
      if floor.profit[tenant] == 0 && tenant > source {
        scanned.cells[resource] = Int32(position)
        return tenant
      }
      position += 1
    }
    scanned.cells[resource] = Int32(position)
    return nil
  }

  private func exchange(_ source: Int, _ end: End) {
    switch end {
    case .freeUnit(let resource):
      let request = Int(via.cells[resource])
      let left = Int(floor.seat[request])
      if request != source { vacate(request) }
      floor.seat(request, on: resource)
      // A newcomer may stand in any slot, so this resource is scanned again from there.
      scanned.cells[resource] = min(scanned.cells[resource], floor.place[request])
      if request != source { refill(left, source) }
    case .replace(let request):
      let left = Int(floor.seat[request])
      vacate(request)
      refill(left, source)
    }
  }

  /// Moves requests up one place each along the path that led to a unit just freed.
  private func refill(_ first: Int, _ source: Int) {
    var vacant = first
    while true {
      let request = Int(via.cells[vacant])
      let left = Int(floor.seat[request])
      if request != source { vacate(request) }
      floor.seat(request, on: vacant)
      scanned.cells[vacant] = min(scanned.cells[vacant], floor.place[request])
      guard request != source else { return }
      vacant = left
    }
  }

  /// Unseats a request; the tenant that moves into its slot must be scanned again.
  private func vacate(_ request: Int) {
    let resource = Int(floor.seat[request])
    scanned.cells[resource] = min(scanned.cells[resource], floor.place[request])
    floor.unseat(request)
  }
}
