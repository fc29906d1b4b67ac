/// Serves many requests at once where scores tie: paths of tight pairs need no change of prices.
///
/// A pass looks from each request left over, depth first, for a path of tight pairs (score = profit
/// + price) to a free unit or to a tenant with profit 0, and moves requests along it at once. Every
/// slot is entered at most once a pass, so that a pass costs O(options) however many paths it finds;
/// on a path each request takes the very slot that the next one leaves, so that slots already
/// passed stay passed. A pass that finds nothing proves that prices must rise; then they rise for
/// all requests left over together (`ForwardSearch.raisePrices`). With few distinct scores this
/// serves everyone in a few passes, where single searches would each cross the whole plateau.
///
/// Source: blocking flows as in J. E. Hopcroft, R. M. Karp, SIAM J. Comput. 2 (1973), without levels.
struct ForwardPlateau<Score: KernelScore>: ~Copyable {
  private let floor: AssignmentFloor<Score>
  /// The first slot of each resource not entered in this pass, counted inside the resource.
  private let cursor: Slab<Int32>
  /// The path: requests, the option each one follows, and the slot each one would take.
  private var path: [Step] = []

  private struct Step {
    let request: Int
    var option: Int
    var slot: Int
  }

  init(_ floor: AssignmentFloor<Score>) {
    self.floor = floor
    cursor = Slab(repeating: 0, count: floor.resourceCount)
  }

  /// Runs one pass.
  ///
  /// - Returns: the requests still left over.
  mutating func pass() -> Int {
    cursor.cells.update(repeating: 0, count: floor.resourceCount)
    var left = 0
    for request in 0..<floor.requestCount
    where floor.seat[request] < 0 && floor.profit[request] > 0 {
      if !findPath(from: request) { left += 1 }
    }
    return left
  }

  private mutating func findPath(from source: Int) -> Bool {
    path.removeAll(keepingCapacity: true)
    push(source)
    while let step = path.last {
      let last = path.count &- 1
      guard step.option < Int(floor.start[step.request &+ 1]) else {
        path.removeLast()
        continue
      }
      let resource = Int(floor.resource[step.option])
      let isTight =
        floor.score[step.option] &- floor.price[resource] == floor.profit[step.request]
      guard isTight else {
        path[last].option &+= 1
        continue
      }
      guard floor.isFull(resource) else {
        moveAlong(to: resource)
        return true
      }
      let position = cursor.cells[resource]
      guard position < floor.load[resource] else {
        path[last].option &+= 1
        continue
      }
      cursor.cells[resource] = position &+ 1
      let slot = Int(floor.slotStart[resource] &+ position)
      path[last].slot = slot
      let tenant = Int(floor.tenant[slot])
      if floor.profit[tenant] == 0 {
        floor.seat[tenant] = -1
        floor.place[tenant] = -1
        takeSlots(path.count)
        return true
      }
      push(tenant)
    }
    return false
  }

  private mutating func push(_ request: Int) {
    path.append(Step(request: request, option: Int(floor.start[request]), slot: -1))
  }

  /// The last request of the path takes a free unit; those before it move up one place each.
  private func moveAlong(to resource: Int) {
    floor.seat(path[path.count - 1].request, on: resource)
    takeSlots(path.count - 1)
  }

  /// Gives the first requests of the path the slots they are to take.
  private func takeSlots(_ count: Int) {
    for step in path.prefix(count) {
      let resource = floor.resource[step.option]
      floor.tenant[step.slot] = Int32(truncatingIfNeeded: step.request)
      floor.seat[step.request] = resource
      floor.place[step.request] =
        Int32(truncatingIfNeeded: step.slot) &- floor.slotStart[Int(resource)]
    }
  }
}
