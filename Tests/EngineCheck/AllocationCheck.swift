import Dispatch
import Matching
import MatchingSupport

/// What must hold of the engine's answer to an allocation problem.
enum AllocationCheck {
  static let families: [(name: String, draft: @Sendable (Int) -> Draft)] = [
    ("one row an option", { .seats(seed: $0) }),
    (
      "transportation",
      { .oneRow(seed: $0, requests: 6, rows: 4, degree: 3, capacity: 2, scores: 6) }
    ),
    ("nested rows", { .nested(seed: $0) }),
    ("general rows", { .general(seed: $0) }),
    ("crossing unit rows", { .crossing(seed: $0) }),
    ("independent parts", { .mixed(seed: $0) }),
  ]

  static func check(_ draft: Draft, seed: Int) throws -> RandomCheck.Outcome {
    let problem = try draft.build()
    let solution = try Engine.solve(problem)
    guard let best = BruteForce(draft).best?.objective else {
      throw CheckFailure(what: "brute force found nothing")
    }
    try checkClaims(solution, draft, best)
    try require(isSame(solution, try Engine.solve(problem, options: twoThreads)), "2 threads")
    try checkShuffle(draft, solution, seed)
    return solution.status == .optimal ? .optimal : .within
  }

  static var twoThreads: SolveOptions {
    var options = SolveOptions(threads: 2)
    options.concurrentPerform = { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
    return options
  }

  private static func checkClaims(_ solution: Solution, _ draft: Draft, _ best: Int64) throws {
    try require(
      Recount.objective(draft, solution.choices) == solution.objective, "objective or feasibility")
    try require(Recount.bound(draft, solution.certificate) == solution.bound, "bound")
    try require(solution.bound >= best, "bound \(solution.bound) below the best, \(best)")
    try require(solution.objective <= best, "objective above the best")
    let isProved = solution.status == .optimal
    try require(isProved == (solution.bound == solution.objective), "status \(solution.status)")
    if isProved || solution.isProvedBest {
      try require(solution.objective == best, "\(solution.objective) called best, \(best) is")
    }
  }

  static func isSame(_ first: Solution, _ second: Solution) -> Bool {
    first.choices == second.choices && first.certificate == second.certificate
      && first.status == second.status && first.bound == second.bound
  }

  private static func checkShuffle(_ draft: Draft, _ solution: Solution, _ seed: Int) throws {
    var random = SplitMix(seed: seed + 1_000_000)
    let shuffle = draft.shuffled(using: &random)
    let other = try Engine.solve(shuffle.draft.build())
    try require(other.objective == solution.objective, "objective of shuffled input")
    try require(
      other.status == solution.status && other.bound == solution.bound, "status of shuffled input")
    let prices = solution.certificate.rowPrices
    for (row, price) in prices.enumerated() {
      try require(
        other.certificate.rowPrices[shuffle.rowPlace[row]] == price, "prices of shuffled input")
    }
    for (request, choice) in solution.choices.enumerated() {
      let found = Int(other.choices[shuffle.requestPlace[request]])
      let options = draft.requests[request].options
      let old = found < 0 ? nil : shuffle.optionPlace[request].firstIndex(of: found)
      let mine = choice < 0 ? nil : options[Int(choice)]
      // Options of a request that are equal in everything are the same option.
      try require(
        mine?.score == old.map { options[$0].score }
          && mine.map { Set($0.uses) } == old.map { Set(options[$0].uses) },
        "choices of shuffled input")
    }
  }
}
