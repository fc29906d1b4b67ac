extension Engine {
  /// Gives each group two resources and serves members, with a bound on what is possible.
  ///
  /// The answer depends only on the problem's content and the limits: neither the order of input nor
  /// the number of threads changes it, as far as lottery numbers differ.
  ///
  /// - Returns: pairs and choices in the problem's own order. The status is `.optimal` where the
  ///   bound equals the objective, `.timeLimit` where the caller's stop ended the search, `.within`
  ///   otherwise.
  /// - Throws: ``DesignationProblemError`` where a value is not admissible, a sum could overflow or
  ///   no designation exists.
  /// - Complexity: `options.workLimit` steps; by default a few billion at most.
  public static func solve(
    _ problem: DesignationProblem, options: SolveOptions = SolveOptions()
  ) throws(DesignationProblemError) -> DesignationSolution {
    try problem.check()
    let canonical = CanonicalDesignation(problem)
    guard problem.groupCount > 0 else { return DesignationSolution(emptyFor: problem) }
    var solver = DesignationSolver(canonical, options)
    solver.run()
    return DesignationSolution(solver, canonical, problem)
  }
}

extension DesignationSolution {
  /// Brings the solver's answer back to the problem's own order, and judges it by the problem and
  /// the certificate alone.
  init(
    _ solver: borrowing DesignationSolver, _ canonical: borrowing CanonicalDesignation,
    _ problem: DesignationProblem
  ) {
    pairs = canonical.originalPairs(solver.best.pairs)
    choices = canonical.originalChoices(solver.best.choices)
    certificate = canonical.originalCertificate(
      solver.descent.center.certificate(for: canonical.problem))
    objective = problem.objective(pairs: pairs, choices: choices)
    // Prices the solver made are admissible; were they not, no bound would be claimed at all.
    bound = (try? certificate.bound(for: problem)).map(Int64.init(clamping:)) ?? .max
    packing = solver.packingCertificate.map { canonical.originalPacking($0) }
    let packed = packing.flatMap { try? $0.bound(for: problem) }.map(Int64.init(clamping:)) ?? .max
    tightestBound = solver.isProved ? objective : min(bound, packed)
    proof =
      switch tightestBound {
      case bound: .prices
      case packed: .packing
      default: .search
      }
    status =
      switch (bound == objective, solver.meter.wasStopped) {
      case (true, _): .optimal
      case (false, true): .timeLimit
      case (false, false): .within
      }
    algorithm = "designation: price bound, pair and member search"
    work = solver.meter.done
  }

  /// Nothing to give: no groups, and so no members.
  init(emptyFor problem: DesignationProblem) {
    pairs = []
    choices = []
    let zeros = [Int64](repeating: 0, count: problem.resourceCount)
    certificate = DesignationCertificate(
      scale: 1, capacityPrices: zeros, placePrices: zeros, pairPrices: [])
    (objective, bound, tightestBound, work) = (0, 0, 0, 0)
    packing = nil
    proof = .prices
    status = .optimal
    algorithm = "designation: nothing to give"
  }
}

extension DesignationProblem {
  /// The points that a designation earns.
  ///
  /// - Precondition: every index is one of the problem's.
  /// - Complexity: linear in groups and members.
  public func objective(pairs: [DesignationSolution.Pair], choices: [Int32]) -> Int64 {
    var total: Int64 = 0
    for (group, pair) in pairs.enumerated() {
      total += pairScore(group: group, resource: Int(pair.first))
      total += pairScore(group: group, resource: Int(pair.second))
    }
    for (member, choice) in choices.enumerated() where choice >= 0 {
      total += memberScore(member: member, resource: Int(choice))
    }
    return total
  }
}
