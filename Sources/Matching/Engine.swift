/// Finds the best allocation of a problem, by the algorithm that fits the problem's structure.
public enum Engine {
  /// Solves a problem.
  ///
  /// The answer depends only on the problem's content: neither the order in which requests, rows
  /// and options were added nor the number of threads changes it, as far as lottery numbers differ.
  /// Among equally good allocations the one is chosen whose served requests, in increasing lottery
  /// number, are lexicographically best; then each request in turn gets the option whose rows have
  /// the smallest lottery numbers.
  ///
  /// - Returns: choices in the problem's own order, with a certificate that proves the bound.
  /// - Throws: ``EngineError/infeasibleStart`` where `options` name a start that is no allocation.
  /// - Complexity: that of the algorithm; see the head of its file.
  public static func solve(
    _ problem: Problem, options: SolveOptions = SolveOptions()
  ) throws(EngineError) -> Solution {
    let canonical = CanonicalProblem(problem)
    var options = options
    let start = options.start
    if let start {
      guard problem.isFeasible(start) else { throw .infeasibleStart }
      options.start = canonical.canonicalChoices(start, of: problem)
    }
    let answer = answer(canonical.problem, options)
    // What a meter does not count, such as drawing up a model, may have outlasted the caller's time.
    return Solution(
      answer, canonical, problem, start: start, isTimeOver: options.shouldStop?() == true)
  }

  private static func answer(_ problem: Problem, _ options: SolveOptions) -> KernelAnswer {
    // What reductions leave of paired rows need not be paired any more.
    if RowForest(problem) == nil, let answer = PairedSolver.solve(problem, options) {
      return answer
    }
    guard let reduction = Reduction(problem) else { return answerReduced(problem, options) }
    var options = options
    options.start = options.start.map { reduction.reducedChoices($0, of: problem) }
    return reduction.undo(answerReduced(reduction.problem, options), in: problem)
  }

  private static func answerReduced(_ problem: Problem, _ options: SolveOptions) -> KernelAnswer {
    let parts = ProblemParts(problem)
    guard parts.isWorthSplitting(problem) else { return solveWhole(problem, options) }
    return PartsSolver.solve(problem, parts, options) { solveWhole($0, $1) }
  }

  /// Solves a problem, or one part of it, by the algorithm for its structure.
  private static func solveWhole(_ problem: Problem, _ options: SolveOptions) -> KernelAnswer {
    if problem.hasUnitUses && problem.hasAtMostOneRowPerOption,
      let answer = OneRowSolver.solve(problem, options)
    {
      return answer
    }
    if let forest = RowForest(problem) { return NestedSolver.solve(problem, forest, options) }
    return GeneralSolver.solve(problem, options)
  }
}

/// Why the engine gives no answer.
public enum EngineError: Error, Hashable, Sendable {
  /// No algorithm handles this structure. Every structure of today has one; callers are written for
  /// the next.
  case unsupported(Structure)
  /// ``SolveOptions/start`` does not have one option or −1 for each request, or exceeds a row.
  case infeasibleStart
}

extension EngineError: CustomStringConvertible {
  /// What is missing.
  public var description: String {
    switch self {
    case .unsupported(let structure):
      "the engine cannot solve problems with \(structure.description)"
    case .infeasibleStart:
      """
      the allocation to start from does not fit the problem; name one option or -1 a request, within \
      every row's upper bound
      """
    }
  }
}
