extension Solution {
  /// The same problem decided by another rule than the highest total: the choices are given, and this
  /// solution's prices, which bound every allocation, tell how many points the rule gives up.
  ///
  /// - Parameters:
  ///   - choices: for each request an option, counted from 0 inside the request, or −1; feasible.
  ///   - algorithm: what found them.
  /// - Returns: a solution of status ``Status/stable``. Its gap is the price of stability, and
  ///   whatever may be missing to the best.
  /// - Complexity: linear in the options.
  public func choosing(_ choices: [Int32], of problem: Problem, algorithm: String) -> Solution {
    Solution(
      choices: choices, objective: problem.objective(of: choices), bound: bound, status: .stable,
      algorithm: algorithm, certificate: certificate, isProvedBest: false, entryCosts: nil,
      entryRows: nil)
  }
}
