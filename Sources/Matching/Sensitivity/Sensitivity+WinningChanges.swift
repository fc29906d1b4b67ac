extension Sensitivity {
  /// For each option of an unserved request, what would have had it chosen.
  ///
  /// Exact options need no search: their entry cost says it. For the others the rest of the problem is
  /// solved with the request settled on the option, which tells how much that costs everyone else; the
  /// changed problem is then solved from that answer, and a change counts only if that solve chooses
  /// the option. Smaller uses are found by bisection in the same way.
  ///
  /// - Parameters:
  ///   - request: an unserved request.
  ///   - options: how far each of the solves may go; `start` is not used.
  /// - Returns: a change for each option of the request, in its order.
  /// - Throws: ``EngineError`` as ``Engine/solve(_:options:)``.
  /// - Complexity: constant for an exact option; else a handful of solves, and as many again as its
  ///   largest amount has binary digits.
  public func winningChanges(
    for request: Int, options: SolveOptions = SolveOptions()
  ) throws(EngineError) -> [WinningChange] {
    precondition(solution.choices[request] < 0, "request \(request) is served")
    var search = WinningSearch(self, request, options)
    var changes: [WinningChange] = []
    for option in problem.options(of: request) {
      if let cost = entryCosts[option] {
        changes.append(
          WinningChange(score: cost == .max ? nil : cost + 1, uses: nil, isLeastScore: true))
      } else {
        changes.append(try search.change(for: option))
      }
    }
    return changes
  }
}

/// Looks for the changes of one request's options by solving changed problems.
private struct WinningSearch {
  private let problem: Problem
  private let solution: Solution
  private let request: Int
  private var options: SolveOptions

  init(_ sensitivity: Sensitivity, _ request: Int, _ options: SolveOptions) {
    (problem, solution) = (sensitivity.problem, sensitivity.solution)
    self.request = request
    self.options = options
    self.options.wantsEntryCosts = false
  }

  mutating func change(for option: Int) throws(EngineError) -> WinningChange {
    let (score, isLeast) = try leastScore(option)
    return WinningChange(score: score, uses: try leastCut(option), isLeastScore: isLeast)
  }

  /// A changed problem may show a better answer than the one at hand, which then is the one to beat.
  private static let attempts = 4

  private mutating func leastScore(_ option: Int) throws(EngineError) -> (Int64?, Bool) {
    let amounts = amounts(option, cut: 0, of: 1)
    guard let rest = try solveRest(option, amounts) else { return (nil, true) }
    var best = solution.objective
    for _ in 0..<WinningSearch.attempts {
      let score = max(problem.scores[option], best - rest.objective + 1)
      guard let changed = problem.changing(option, score: score, amounts: amounts) else { break }
      let found = try solve(changed, from: rest, option)
      if isChosen(option, found) {
        let isFirst = best == solution.objective
        return (score, isFirst && rest.isProvedBest && solution.isProvedBest)
      }
      best = max(best + 1, found.objective)
    }
    return (nil, false)
  }

  /// The least cut of all uses in proportion that has the option chosen.
  private mutating func leastCut(_ option: Int) throws(EngineError) -> [Problem.Use]? {
    let largest = amounts(option, cut: 0, of: 1).max() ?? 1
    var (low, high) = (Int64(0), largest)
    var found: [Problem.Use]?
    while low + 1 < high {
      let middle = low + (high - low) / 2
      if let uses = try usesThatWin(option, cut: middle, of: largest) {
        (high, found) = (middle, uses)
      } else {
        low = middle
      }
    }
    return found
  }

  private func usesThatWin(
    _ option: Int, cut: Int64, of largest: Int64
  ) throws(EngineError) -> [Problem.Use]? {
    let amounts = amounts(option, cut: cut, of: largest)
    let score = problem.scores[option]
    guard let rest = try solveRest(option, amounts), rest.objective + score > solution.objective,
      let changed = problem.changing(option, score: score, amounts: amounts)
    else { return nil }
    guard isChosen(option, try solve(changed, from: rest, option)) else { return nil }
    return zip(problem.uses(of: option), amounts).map { Problem.Use(row: $0.row, amount: $1) }
  }

  /// The option's amounts less the share `cut / whole`, rounded up to whole units.
  private func amounts(_ option: Int, cut: Int64, of whole: Int64) -> [Int64] {
    problem.useRange(of: option).map { use in
      let kept = Int128(problem.amount(ofUse: use)) * Int128(whole - cut)
      return Int64((kept + Int128(whole) - 1) / Int128(whole))
    }
  }

  /// The best of everyone else once the request is settled on the option; `nil` if it never fits.
  private func solveRest(_ option: Int, _ amounts: [Int64]) throws(EngineError) -> Solution? {
    guard let rest = problem.settling(request, on: option, amounts: amounts) else { return nil }
    var options = options
    options.start = kept(solution.choices, in: rest)
    return try Engine.solve(rest, options: options)
  }

  private func solve(
    _ changed: Problem, from rest: Solution, _ option: Int
  ) throws(EngineError) -> Solution {
    var options = options
    var start = rest.choices
    start[request] = Int32(option - problem.options(of: request).lowerBound)
    options.start = start
    return try Engine.solve(changed, options: options)
  }

  /// The choices that still fit, in order of requests.
  private func kept(_ choices: [Int32], in rest: Problem) -> [Int32] {
    var room = rest.rows.map(\.upper)
    var result = choices
    for (request, choice) in choices.enumerated() where choice >= 0 {
      let uses = rest.useRange(of: rest.options(of: request).lowerBound + Int(choice))
      if uses.allSatisfy({ rest.amount(ofUse: $0) <= room[Int(rest.useRows[$0])] }) {
        for use in uses { room[Int(rest.useRows[use])] -= rest.amount(ofUse: use) }
      } else {
        result[request] = -1
      }
    }
    return result
  }

  private func isChosen(_ option: Int, _ solution: Solution) -> Bool {
    Int(solution.choices[request]) == option - problem.options(of: request).lowerBound
  }
}
