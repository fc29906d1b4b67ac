/// What anyone can recompute about an answer from the problem alone: whether it keeps every
/// capacity, what it is worth, and the bound that its prices prove.
///
/// Shares no code with the kernel.
package struct AssignmentCertificate: Sendable, Equatable {
  /// The sum of the chosen scores.
  package let objective: Int64
  /// Σ_i max(0, max_j s_ij − λ_j) + Σ_j λ_j · capacity_j, which no allocation can exceed.
  package let bound: Int64
  /// What is wrong, in words; empty for a sound answer.
  package let faults: [String]

  /// Points between the answer and the bound: 0 proves it optimal.
  package var gap: Int64 { bound - objective }

  /// Recomputes the proof of an answer.
  ///
  /// - Complexity: O(requests + resources + options).
  package init(_ problem: AssignmentProblem, _ solution: AssignmentSolution) {
    guard solution.choices.count == problem.requestCount,
      solution.prices.count == problem.resourceCount
    else {
      objective = 0
      bound = 0
      faults = ["choices or prices are not as many as requests or resources"]
      return
    }
    var faults: [String] = []
    var used = [Int64](repeating: 0, count: problem.resourceCount)
    var objective: Int64 = 0
    var bound: Int64 = 0
    for request in 0..<problem.requestCount {
      let row = Int(problem.optionStart[request])..<Int(problem.optionStart[request + 1])
      let profits = row.map { problem.scores[$0] - solution.prices[Int(problem.resources[$0])] }
      bound += max(0, profits.max() ?? 0)
      let choice = Int(solution.choices[request])
      guard choice != -1 else { continue }
      guard row.indices.contains(row.startIndex + choice) else {
        faults.append("request \(request) chooses an option it does not have")
        continue
      }
      let option = row.startIndex + choice
      used[Int(problem.resources[option])] += 1
      objective += problem.scores[option]
    }
    for (resource, price) in solution.prices.enumerated() {
      if price < 0 { faults.append("price of resource \(resource) below 0") }
      if used[resource] > problem.capacities[resource] {
        faults.append("resource \(resource) above its capacity")
      }
      bound = Self.add(bound, price, problem.capacities[resource], resource, &faults)
    }
    self.objective = objective
    self.bound = bound
    self.faults = faults
  }

  private static func add(
    _ bound: Int64, _ price: Int64, _ capacity: Int64, _ resource: Int, _ faults: inout [String]
  ) -> Int64 {
    let (product, tooLarge) = price.multipliedReportingOverflow(by: capacity)
    let (sum, overflow) = bound.addingReportingOverflow(product)
    guard !tooLarge, !overflow else {
      faults.append("price of resource \(resource) proves no bound in 64 bits")
      return bound
    }
    return sum
  }
}
