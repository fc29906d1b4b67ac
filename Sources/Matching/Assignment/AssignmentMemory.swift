/// Owns the arrays of one solve; algorithms work on its `floor`.
struct AssignmentMemory<Score: KernelScore>: ~Copyable {
  private let start, resource, seat, place, capacity, slotStart, load, tenant: Slab<Int32>
  private let score, price, profit, bid: Slab<Score>
  let floor: AssignmentFloor<Score>

  /// Copies a problem whose scores are known to fit `Score.kernelLimit`.
  ///
  /// Options on resources without capacity are left out: nobody can take them, and
  /// `AssignmentSolver` prices such resources at the end.
  init(_ problem: AssignmentProblem) {
    let requestCount = problem.requestCount
    let resourceCount = problem.resourceCount
    start = Slab(repeating: 0, count: requestCount + 1)
    resource = Slab(unsetCount: problem.optionCount)
    score = Slab(unsetCount: problem.optionCount)
    if problem.scores.isWide {
      Self.copyRows(problem, problem.scores.wide, start, resource, score)
    } else {
      Self.copyRows(problem, problem.scores.narrow, start, resource, score)
    }
    capacity = Self.usableCapacities(problem, resource, Int(start.cells[requestCount]))
    slotStart = Slab(repeating: 0, count: resourceCount + 1)
    for index in 0..<resourceCount {
      slotStart.cells[index + 1] = slotStart.cells[index] + capacity.cells[index]
    }
    let slotCount = Int(slotStart.cells[resourceCount])
    seat = Slab(repeating: -1, count: requestCount)
    place = Slab(repeating: -1, count: requestCount)
    profit = Slab(repeating: 0, count: requestCount)
    load = Slab(repeating: 0, count: resourceCount)
    price = Slab(repeating: 0, count: resourceCount)
    tenant = Slab(repeating: -1, count: slotCount)
    bid = Slab(repeating: 0, count: slotCount)
    floor = AssignmentFloor(
      requestCount: requestCount, resourceCount: resourceCount, start: start.cells,
      resource: resource.cells, score: score.cells, capacity: capacity.cells,
      slotStart: slotStart.cells, load: load.cells, tenant: tenant.cells, bid: bid.cells,
      price: price.cells, profit: profit.cells, seat: seat.cells, place: place.cells)
  }

  private static func copyRows<Value: FixedWidthInteger>(
    _ problem: AssignmentProblem, _ scores: [Value], _ start: borrowing Slab<Int32>,
    _ resource: borrowing Slab<Int32>, _ score: borrowing Slab<Score>
  ) {
    var kept = 0
    for request in 0..<problem.requestCount {
      for option in Int(problem.optionStart[request])..<Int(problem.optionStart[request + 1]) {
        let target = problem.resources[option]
        guard problem.capacities[Int(target)] > 0 else { continue }
        resource.cells[kept] = target
        score.cells[kept] = Score(truncatingIfNeeded: scores[option])
        kept += 1
      }
      start.cells[request + 1] = Int32(kept)
    }
  }

  /// Capacities cut to one more than the options that could use them, which changes no answer and
  /// bounds the slots by options + resources. (One more, so that a resource that can never bind is
  /// never full and keeps price 0.)
  private static func usableCapacities(
    _ problem: AssignmentProblem, _ resource: borrowing Slab<Int32>, _ optionCount: Int
  ) -> Slab<Int32> {
    let capacity = Slab<Int32>(repeating: 0, count: problem.resourceCount)
    for option in 0..<optionCount { capacity.cells[Int(resource.cells[option])] += 1 }
    for (index, limit) in problem.capacities.enumerated() {
      let wanted = capacity.cells[index]
      capacity.cells[index] = wanted == 0 ? 0 : Int32(min(limit, Int64(wanted) + 1))
    }
    return capacity
  }
}
