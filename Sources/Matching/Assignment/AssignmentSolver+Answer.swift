extension AssignmentSolver {
  /// Puts a finished state into the caller's terms.
  static func answer<Score: KernelScore>(
    _ problem: AssignmentProblem, _ floor: AssignmentFloor<Score>,
    _ range: AssignmentSolution.PriceRange?, _ work: AssignmentSolution.Work
  ) -> AssignmentSolution {
    var choices = [Int32](repeating: -1, count: problem.requestCount)
    var prices = (0..<problem.resourceCount).map { Int64(floor.price[$0]) }
    var objective: Int64 = 0
    for request in 0..<problem.requestCount {
      let first = Int(problem.optionStart[request])
      var chosen = -1
      for option in first..<Int(problem.optionStart[request + 1]) {
        let resource = Int(problem.resources[option])
        let score = problem.scores[option]
        if problem.capacities[resource] == 0 {
          // Nobody can take a unit that is not there; its price says from which score one would be.
          prices[resource] = max(prices[resource], score - Int64(floor.profit[request]))
        } else if resource == Int(floor.seat[request]),
          chosen < 0 || score > problem.scores[chosen]
        {
          chosen = option
        }
      }
      guard chosen >= 0 else { continue }
      choices[request] = Int32(chosen - first)
      objective += problem.scores[chosen]
    }
    return AssignmentSolution(
      choices: choices, prices: prices, objective: objective,
      priceRange: range.map { withoutCapacity(problem, prices, $0) }, work: work)
  }

  /// Gives resources without capacity their price as both ends of the range.
  private static func withoutCapacity(
    _ problem: AssignmentProblem, _ prices: [Int64], _ range: AssignmentSolution.PriceRange
  ) -> AssignmentSolution.PriceRange {
    var range = range
    for (resource, capacity) in problem.capacities.enumerated() where capacity == 0 {
      range.least[resource] = prices[resource]
      range.largest[resource] = prices[resource]
    }
    return range
  }
}
