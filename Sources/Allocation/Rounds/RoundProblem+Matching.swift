import Matching

extension RoundProblem {
  /// The problem in the engine's form. Requests and rows keep their order; each carries the lottery
  /// number that the seed and its name give it.
  ///
  /// - Throws: ``RoundError/unknownRow(request:row:)``; `ProblemError` for what the engine refuses.
  /// - Complexity: linear in the uses.
  func matchingProblem(seed: String) throws -> Problem {
    try EncodedRound(self, seed: seed).problem()
  }

  /// Solves the problem as every round does, nightly or not.
  ///
  /// - Parameter seed: of the lottery.
  func solved(seed: String) throws -> (problem: Problem, solution: Solution) {
    let problem = try matchingProblem(seed: seed)
    return (problem, try Engine.solve(problem))
  }
}

/// Why a round cannot be computed or stored.
public enum RoundError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An option uses a row that its mechanism did not list: a fault of the program or of the data.
  case unknownRow(request: String, row: String)
  /// Another process computes the same round at this moment.
  case locked(RoundScope)
  /// There is no round to speak of.
  case notFound(String)

  public var description: String {
    switch self {
    case .unknownRow(let request, let row):
      "request \(request) has an option that uses the unknown row \(row)"
    case .locked(let scope):
      "another process computes the \(scope.mechanism.rawValue) round of \(scope.jurisdiction) "
        + "for \(scope.businessDate); try again later"
    case .notFound(let what): what
    }
  }
}
