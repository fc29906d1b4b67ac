/// What would change an answer: what one unit of each row is worth, and what each option would have
/// needed to be chosen.
///
/// Independent parts of the problem are judged apart. Where a part has unit uses on nested rows and
/// its prices prove the answer, everything is exact and read from the residual graph. Elsewhere rows
/// have their price, and ``winningChanges(for:options:)`` solves changed problems.
public struct Sensitivity: Sendable {
  /// The value of each row.
  public let rowValues: [RowValue]
  /// For each option (over all options) what everyone together loses when one more unit is taken at its
  /// rows, in points; `Int64.max` where no unit can be had, `nil` where the answer is not exact. An
  /// option of an unserved request wins if and only if its score exceeds this; at equality the
  /// lottery decides.
  public let entryCosts: [Int64?]
  let problem: Problem
  let solution: Solution

  /// Judges an answer.
  ///
  /// - Precondition: `solution` is the engine's answer to `problem`.
  /// - Complexity: O(E + K log K) for each row that has a full row right below it (E options, K
  ///   rows), plus a few passes over the problem.
  public init(of solution: Solution, in problem: Problem) {
    var draft = SensitivityDraft(problem, solution)
    draft.judgeParts()
    (rowValues, entryCosts) = (draft.rowValues, draft.entryCosts)
    (self.problem, self.solution) = (problem, solution)
  }
}

/// Gathers what the parts of a problem say.
private struct SensitivityDraft {
  let problem: Problem
  let solution: Solution
  /// The problem without the rows that can never bind, whatever happens to one unit.
  let core: Problem
  /// The problem's row of each row of the core.
  let coreRows: [Int32]
  var rowValues: [RowValue]
  var entryCosts: [Int64?]

  init(_ problem: Problem, _ solution: Solution) {
    (self.problem, self.solution) = (problem, solution)
    var places = [Int32](repeating: -1, count: problem.rowCount)
    var rows: [Int32] = []
    for (row, isSlack) in problem.slackRows().enumerated() where !isSlack {
      places[row] = Int32(rows.count)
      rows.append(Int32(row))
    }
    coreRows = rows
    core = problem.keeping(rows, (0..<problem.optionCount).map(Int32.init), places)
    rowValues = [RowValue](repeating: .exact(more: 0, less: 0), count: problem.rowCount)
    entryCosts = [Int64?](repeating: nil, count: problem.optionCount)
  }

  mutating func judgeParts() {
    let parts = ProblemParts(core)
    for part in 0..<parts.count {
      let rows = parts.rows[part].map { coreRows[Int($0)] }
      if !judgeExactly(parts.problem(part, of: core), parts.requests[part], rows) {
        for row in rows { rowValues[Int(row)] = price(of: Int(row)) }
      }
    }
  }

  /// Judges a part from its residual graph, or returns `false` where that is not possible.
  private mutating func judgeExactly(
    _ part: Problem, _ requests: [Int32], _ rows: [Int32]
  ) -> Bool {
    guard let forest = RowForest(part), let prices = wholePrices(rows) else { return false }
    var flow = NestedFlow(NestedInstance(part, forest))
    let choices = requests.map { solution.choices[Int($0)] }
    guard flow.load(choices, rowPrices: prices) else { return false }
    let costs = flow.entryCosts()
    for (place, request) in requests.enumerated() {
      let options = problem.options(of: Int(request))
      let shift = options.lowerBound - part.options(of: place).lowerBound
      for option in options {
        let leaf = forest.leaf[option - shift]
        entryCosts[option] = leaf == forest.root ? 0 : costs[Int(leaf)]
      }
    }
    for (row, value) in zip(rows, flow.rowValues(wishes: part.rows.map(\.lower))) {
      rowValues[Int(row)] = value
    }
    return true
  }

  /// The prices of some rows in whole points; `nil` if one is not.
  private func wholePrices(_ rows: [Int32]) -> [Int64]? {
    let (scale, prices) = (solution.certificate.scale, solution.certificate.rowPrices)
    var result: [Int64] = []
    for row in rows {
      guard let price = prices[Int(row)], price.isMultiple(of: scale) else { return nil }
      result.append(price / scale)
    }
    return result
  }

  private func price(of row: Int) -> RowValue {
    guard let price = solution.certificate.rowPrices[row] else { return .packed }
    return .price(price, scale: solution.certificate.scale)
  }
}
