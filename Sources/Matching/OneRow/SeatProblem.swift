/// A problem with one row an option in the kernel's terms: resources with capacities only.
///
/// A row whose lower bound has a penalty becomes two resources: a *floor* of the first units, worth
/// the penalty more each, and the rest. Options without a row share a resource that is never full.
struct SeatProblem {
  /// The row of each option of the problem, the number of rows where it has none.
  let rows: [Int32]
  /// The floor's resource of each row, −1 where the row has none.
  let floorOfRow: [Int32]
  /// Rows first, then the resource of options without a row, then floors.
  let capacities: [Int64]
  // The kernel's options, request by request.
  let optionStart: [Int32]
  private let resources: [Int32]
  private let scores: CompactIntegers
  /// The problem's option of each of the kernel's; `nil` where they are the same.
  let options: [Int32]?

  /// - Precondition: every option uses at most one row.
  init(_ problem: Problem) {
    let free = Int32(problem.rowCount)
    rows = SeatProblem.rowOfEachOption(problem)
    var capacities = problem.rows.map(\.upper) + [Int64(problem.requestCount) + 1]
    var floors = [Int32](repeating: -1, count: problem.rowCount)
    for (index, row) in problem.rows.enumerated() where row.effectivePenalty > 0 {
      let floor = min(row.lower, row.upper)
      floors[index] = Int32(capacities.count)
      capacities[index] = row.upper - floor
      capacities.append(floor)
    }
    self.capacities = capacities
    floorOfRow = floors
    guard capacities.count > Int(free) + 1 else {
      (optionStart, resources, scores) = (problem.optionStart, rows, problem.scores)
      options = nil
      return
    }
    let doubled = SeatProblem.doubled(problem, rows, floors)
    (optionStart, resources) = (doubled.starts, doubled.resources)
    (scores, options) = (doubled.scores, doubled.options)
  }

  private static func rowOfEachOption(_ problem: Problem) -> [Int32] {
    if problem.useRows.count == problem.optionCount { return problem.useRows }
    return (0..<problem.optionCount).map { option in
      problem.useRange(of: option).first.map { problem.useRows[$0] } ?? Int32(problem.rowCount)
    }
  }

  private struct Doubled {
    var starts: [Int32] = [0]
    var resources: [Int32] = []
    var scores = CompactIntegers()
    var options: [Int32] = []

    mutating func add(_ resource: Int32, _ score: Int64, for option: Int) {
      resources.append(resource)
      scores.append(score)
      options.append(Int32(option))
    }
  }

  /// Each option on a row with a floor comes twice: for a unit of the floor and for one above it.
  private static func doubled(_ problem: Problem, _ rows: [Int32], _ floors: [Int32]) -> Doubled {
    var result = Doubled()
    for request in 0..<problem.requestCount {
      for option in problem.options(of: request) {
        let (row, score) = (Int(rows[option]), problem.scores[option])
        result.add(rows[option], score, for: option)
        guard row < floors.count, floors[row] >= 0 else { continue }
        result.add(floors[row], score + problem.rows[row].penalty, for: option)
      }
      result.starts.append(Int32(result.options.count))
    }
    return result
  }

  func assignment(of problem: Problem) throws(AssignmentError) -> AssignmentProblem {
    try AssignmentProblem(
      optionStart: optionStart, resources: resources, scores: scores,
      capacities: capacities)
  }
}
