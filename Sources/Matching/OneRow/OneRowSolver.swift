/// Solves problems with unit uses and one row an option by the assignment kernel, and lets ties fall
/// by lottery as everywhere.
enum OneRowSolver {
  /// - Precondition: every use is of one unit, and no option uses more than one row.
  /// - Returns: `nil` if the problem is beyond the kernel's limits; the flow on nested rows solves it
  ///   too.
  static func solve(_ problem: Problem, _ options: SolveOptions) -> KernelAnswer? {
    // Floors may double the options, which are counted in 32 bits.
    guard problem.optionCount <= Problem.indexLimit / 2 else { return nil }
    let seats = SeatProblem(problem)
    guard let assignment = try? seats.assignment(of: problem) else { return nil }
    let meter = WorkMeter(options)
    let solution = AssignmentSolver.solve(
      assignment, AssignmentOptions(firstServed: true, priceRange: options.wantsEntryCosts), meter)
    let prices = seats.rowPrices(solution.prices, problem)
    var chosen = seats.chosenOptions(solution.choices)
    if meter.isOver {
      problem.fill(&chosen)
    } else {
      var ties = TiedOptions(problem, seats, chosen: chosen, prices: prices)
      ties.settle(&chosen, meter)
    }
    let costs = solution.priceRange.map { seats.entryCosts($0.largest, problem) }
    return KernelAnswer(
      chosen: chosen, certificate: .price(scale: 1, rowPrices: prices), entryCosts: costs,
      entryRows: costs == nil ? nil : seats.rows,
      algorithm: "auction and shortest augmenting paths", ending: meter.ending,
      isProvedBest: !meter.isOver)
  }
}

extension SeatProblem {
  /// The price of a row from those of its two parts: what a newcomer would have to pay.
  fileprivate func rowPrices(_ prices: [Int64], _ problem: Problem) -> [Int64] {
    problem.rows.enumerated().map { index, row in
      let floor = floorOfRow[index]
      return floor < 0 ? prices[index] : min(prices[index], prices[Int(floor)] - row.penalty)
    }
  }

  /// What the others lose by one unit less of a row: it is taken from the part where it costs less.
  fileprivate func entryCosts(_ largest: [Int64], _ problem: Problem) -> [Int64] {
    problem.rows.enumerated().map { index, row in
      let floor = floorOfRow[index]
      let above = capacities[index] > 0 ? largest[index] : .max
      guard floor >= 0, capacities[Int(floor)] > 0 else { return above }
      return min(above, largest[Int(floor)] - row.penalty)
    }
  }

  /// Choices of the kernel, as options over all options; −1 stays.
  fileprivate func chosenOptions(_ choices: [Int32]) -> [Int32] {
    zip(choices, optionStart).map { choice, start in
      guard choice >= 0 else { return -1 }
      return options?[Int(start + choice)] ?? start + choice
    }
  }
}
