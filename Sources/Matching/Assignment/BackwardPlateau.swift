/// Finds uses for many free units at once where scores tie: the mirror image of `ForwardPlateau`.
///
/// A pass looks from each free unit that has a price, depth first, for a path of tight pairs to a
/// request that holds nothing, or to a resource with price 0 that a tenant can leave. Every option
/// is looked at and every request is moved at most once a pass.
struct BackwardPlateau<Score: KernelScore>: ~Copyable {
  private let floor: AssignmentFloor<Score>
  /// The first option of each resource not looked at in this pass.
  private let cursor: Slab<Int32>
  private let isMoved: Slab<Bool>
  private var path: [Step] = []

  /// A resource that seeks a request, and the request that would come.
  private struct Step {
    let resource: Int
    var request: Int
  }

  init(_ floor: AssignmentFloor<Score>) {
    self.floor = floor
    cursor = Slab(repeating: 0, count: floor.resourceCount)
    isMoved = Slab(repeating: false, count: floor.requestCount)
  }

  /// Runs one pass.
  ///
  /// - Returns: the units that still have a price and no use.
  mutating func pass(_ options: borrowing Transpose<Score>) -> Int {
    for resource in 0..<floor.resourceCount {
      cursor.cells[resource] = Int32(options.options(of: resource).lowerBound)
    }
    isMoved.cells.update(repeating: false, count: floor.requestCount)
    var left = 0
    for resource in 0..<floor.resourceCount where floor.price[resource] > 0 {
      while !floor.isFull(resource), findPath(from: resource, options) {}
      left += Int(floor.capacity[resource] - floor.load[resource])
    }
    return left
  }

  private mutating func findPath(
    from source: Int, _ options: borrowing Transpose<Score>
  ) -> Bool {
    path.removeAll(keepingCapacity: true)
    path.append(Step(resource: source, request: -1))
    while let step = path.last {
      let option = Int(cursor.cells[step.resource])
      guard option < options.options(of: step.resource).upperBound else {
        path.removeLast()
        continue
      }
      cursor.cells[step.resource] = Int32(truncatingIfNeeded: option &+ 1)
      let request = Int(options.request.cells[option])
      let value = options.score.cells[option] &- floor.price[step.resource]
      guard !isMoved.cells[request], value == floor.profit[request],
        floor.seat[request] != Int32(truncatingIfNeeded: step.resource)
      else { continue }
      isMoved.cells[request] = true
      path[path.count &- 1].request = request
      let held = Int(floor.seat[request])
      if held < 0 || floor.price[held] == 0 {
        moveAlong()
        return true
      }
      path.append(Step(resource: held, request: -1))
    }
    return false
  }

  /// Each request of the path moves to the resource that seeks it.
  private func moveAlong() {
    for step in path {
      if floor.seat[step.request] >= 0 { floor.unseat(step.request) }
      floor.seat(step.request, on: step.resource)
    }
  }
}
