import Matching
import MatchingSupport

/// What must hold of the engine's answers to a stable matching problem.
enum StableCheck {
  static func check(_ draft: StableDraft, seed: Int) throws -> RandomCheck.Outcome {
    let problem = try draft.build()
    let stable = StableBruteForce(draft).stable
    for options in options {
      let solution = Engine.solve(problem, options: options)
      try require(stable.contains(solution.choices), "\(options.proposer): not stable")
      try require(problem.blockingPairs(of: solution.choices).isEmpty, "a blocking pair is seen")
      try require(problem.violations(of: solution.choices).isEmpty, "a violation is seen")
      try checkShuffle(draft, solution, options, seed)
    }
    return .stable
  }

  private static var options: [StableOptions] {
    [
      StableOptions(proposer: .residents), StableOptions(proposer: .hospitals),
      StableOptions(matchesMore: true),
    ]
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
