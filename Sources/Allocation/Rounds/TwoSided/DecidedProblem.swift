import Matching

/// A problem that a rule has decided.
struct DecidedProblem {
  let solution: Solution
  /// The highest total, with the prices that prove it.
  let optimal: Solution
  /// For a two-sided problem what each rule gives; otherwise none.
  let matchings: [RoundMatching]
}

extension RoundProblem {
  /// Decides the problem by its rule: the highest total score, or a stable matching.
  ///
  /// - Parameter seed: of the lottery.
  func decided(seed: String) throws -> DecidedProblem {
    let (problem, optimal) = try solved(seed: seed)
    guard let rule else {
      return DecidedProblem(solution: optimal, optimal: optimal, matchings: [])
    }
    let market = try TwoSidedMarket(self, seed: seed)
    let forRequests = market.matching(bestFor: .requests)
    let matchings = [
      RoundMatching(name: .optimal, choices: optimal.choices),
      RoundMatching(name: .requestOptimal, choices: forRequests.choices),
      RoundMatching(
        name: .resourceOptimal, choices: market.matching(bestFor: .resources).choices),
    ]
    switch rule {
    case .optimal: return DecidedProblem(solution: optimal, optimal: optimal, matchings: matchings)
    case .stable:
      return DecidedProblem(
        solution: optimal.choosing(
          forRequests.choices, of: problem, algorithm: forRequests.algorithm),
        optimal: optimal,
        matchings: matchings)
    }
  }
}
