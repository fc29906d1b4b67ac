import Matching
import MatchingSupport

/// What must hold of the engine's answer to a designation problem.
enum DesignationCheck {
  static func check(_ draft: DesignationDraft, seed: Int) throws -> RandomCheck.Outcome {
    let problem = try draft.build()
    let solution = try Engine.solve(problem)
    guard let best = DesignationBruteForce(draft).best else {
      throw CheckFailure(what: "brute force found nothing")
    }
    try require(
      DesignationRecount.objective(draft, solution) == solution.objective,
      "objective or feasibility")
    try require(
      DesignationRecount.bound(draft, solution.certificate) == solution.bound, "bound")
    try require(
      solution.tightestBound >= best && solution.objective <= best, "bound below the best")
    let isProved = solution.status == .optimal
    try require(isProved == (solution.bound == solution.objective), "status \(solution.status)")
    if solution.isProvedBest { try require(solution.objective == best, "not the best") }
    let other = try Engine.solve(problem, options: AllocationCheck.twoThreads)
    try require(
      other.pairs == solution.pairs && other.choices == solution.choices
        && other.certificate == solution.certificate && other.status == solution.status,
      "2 threads")
    try checkShuffle(draft, solution, seed)
    return isProved ? .optimal : .within
  }

  private static func checkShuffle(
    _ draft: DesignationDraft, _ solution: DesignationSolution, _ seed: Int
  ) throws {
    var random = SplitMix(seed: seed + 1_000_000)
    let shuffle = draft.shuffled(using: &random)
    let other = try Engine.solve(shuffle.draft.build())
    try require(
      other.objective == solution.objective && other.status == solution.status
        && other.bound == solution.bound, "status of shuffled input")
    for (group, pair) in solution.pairs.enumerated() {
      let moved = other.pairs[shuffle.groupPlace[group]]
      let places = [pair.first, pair.second].map { Int32(shuffle.resourcePlace[Int($0)]) }
      try require(Set(places) == [moved.first, moved.second], "pairs of shuffled input")
    }
    for (member, choice) in solution.choices.enumerated() {
      let moved = choice < 0 ? -1 : Int32(shuffle.resourcePlace[Int(choice)])
      try require(
        other.choices[shuffle.memberPlace[member]] == moved, "choices of shuffled input")
    }
    for (resource, price) in solution.certificate.capacityPrices.enumerated() {
      try require(
        other.certificate.capacityPrices[shuffle.resourcePlace[resource]] == price,
        "prices of shuffled input")
    }
  }
}
