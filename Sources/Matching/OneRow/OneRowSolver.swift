/// Solves problems with unit uses and one row an option by the assignment kernel, and lets ties fall
/// by lottery as everywhere.
enum OneRowSolver {
  /// - Returns: `nil` if the problem has lower bounds that cost something, or is beyond the kernel's
  ///   limits; the flow on nested rows solves it too.
  static func solve(_ problem: Problem, _ options: SolveOptions) -> KernelAnswer? {
    guard problem.rows.allSatisfy({ $0.effectivePenalty == 0 }) else { return nil }
    let seats = SeatProblem(problem)
    guard let assignment = try? seats.assignment(of: problem) else { return nil }
    let solution = AssignmentSolver.solve(
      assignment, AssignmentOptions(firstServed: true, priceRange: options.wantsEntryCosts))
    let prices = Array(solution.prices.prefix(problem.rowCount))
    var chosen = problem.absoluteChoices(solution.choices)
    var ties = TiedOptions(problem, seats, chosen: chosen, prices: prices)
    ties.settle(&chosen)
    let costs = solution.priceRange.map { range in
      zip(problem.rows, range.largest).map { row, cost in row.upper == 0 ? Int64.max : cost }
    }
    return KernelAnswer(
      chosen: chosen, certificate: .price(scale: 1, rowPrices: prices), entryCosts: costs,
      entryRows: costs == nil ? nil : seats.rows,
      algorithm: "auction and shortest augmenting paths", ending: .complete)
  }
}

/// The row of each option; options without a row share one that is never full.
struct SeatProblem {
  /// The row of each option, the number of rows where it has none.
  let rows: [Int32]
  let hasFreeOptions: Bool

  /// - Precondition: every option uses at most one row.
  init(_ problem: Problem) {
    hasFreeOptions = problem.useRows.count < problem.optionCount
    guard hasFreeOptions else {
      rows = problem.useRows
      return
    }
    rows = (0..<problem.optionCount).map { option in
      problem.useRange(of: option).first.map { problem.useRows[$0] } ?? Int32(problem.rowCount)
    }
  }

  func assignment(of problem: Problem) throws(AssignmentError) -> AssignmentProblem {
    let free = hasFreeOptions ? [Int64(problem.requestCount) + 1] : []
    return try AssignmentProblem(
      optionStart: problem.optionStart, resources: rows, scores: .wide(problem.scores),
      capacities: problem.rows.map(\.upper) + free)
  }
}

extension Problem {
  /// Choices counted inside each request, as options over all options; −1 stays.
  fileprivate func absoluteChoices(_ choices: [Int32]) -> [Int32] {
    zip(choices, optionStart).map { choice, start in choice < 0 ? -1 : start + choice }
  }
}
