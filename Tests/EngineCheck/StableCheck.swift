import Matching
import MatchingSupport

/// What must hold of the engine's answers to a stable matching problem.
enum StableCheck {
  static let families: [(name: String, draft: @Sendable (Int) -> StableDraft)] = [
    ("stable", { .random(seed: $0, hasTies: $0 % 2 == 1, hasCaps: $0 % 4 >= 2) }),
    ("stable, awkward lists", { .awkward(seed: $0, hasCaps: $0 % 4 == 0) }),
    (
      "stable, more residents",
      { .awkward(seed: $0, residents: 12, hospitals: 5, hasCaps: $0 % 4 == 0) }
    ),
  ]

  static func check(_ draft: StableDraft, seed: Int) throws -> RandomCheck.Outcome {
    let problem = try draft.build()
    let stable = draft.residents.count <= 4 ? StableBruteForce(draft).stable : nil
    for options in options {
      let solution = try checkedAnswer(problem, options)
      try require(
        stable?.contains(solution.choices) ?? true, "\(options.proposer): not stable")
      try checkShuffle(draft, solution, options, seed)
    }
    return .stable
  }

  /// Every way to ask for a matching.
  static let options = [
    StableOptions(proposer: .residents), StableOptions(proposer: .hospitals),
    StableOptions(matchesMore: true),
  ]

  /// Solves, and has the engine's own judge look at the answer.
  static func checkedAnswer(
    _ problem: StableProblem, _ options: StableOptions
  ) throws -> StableSolution {
    let solution = Engine.solve(problem, options: options)
    let blocking = problem.blockingPairs(of: solution.choices)
    try require(blocking.isEmpty, "\(options): \(blocking.count) pairs block")
    try require(problem.violations(of: solution.choices).isEmpty, "\(options): a violation")
    return solution
  }

  private static func checkShuffle(
    _ draft: StableDraft, _ solution: StableSolution, _ options: StableOptions, _ seed: Int
  ) throws {
    var random = SplitMix(seed: seed + 1_000_000)
    let shuffle = draft.shuffled(using: &random)
    let other = Engine.solve(try shuffle.draft.build(), options: options)
    for (resident, choice) in solution.choices.enumerated() {
      let mine = choice < 0 ? nil : draft.residents[resident].list[Int(choice)].party
      let place = shuffle.residentPlace[resident]
      let theirs = other.choices[place]
      let found =
        theirs < 0 ? nil : shuffle.draft.residents[place].list[Int(theirs)].party
      try require(
        mine.map { shuffle.hospitalPlace[$0] } == found, "\(options.proposer): shuffled input")
    }
  }
}
