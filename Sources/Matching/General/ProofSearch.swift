/// Looks for prices that prove an answer which an exact search has found to be the best.
///
/// The prices that guided the search leave a gap for three reasons that can be helped in a small
/// problem: they were not descended to the end; they speak only of options that fit, whereas a
/// certificate counts them all; and another choice of kept rows may prove more. So each choice
/// descends again over the whole problem, with the known best as its target (which is the ideal step
/// length if a proof exists), until the rounded bound meets it. Where relaxation and problem differ by a
/// point, no prices prove it, and the gap stays.
///
/// Complexity: at most ``choiceLimit`` choices of kept rows with ``steps`` evaluations for each factor.
///
/// Source of the step length: B. T. Polyak, "Minimization of unsmooth functionals", USSR
/// Computational Mathematics and Mathematical Physics 9 (1969).
struct ProofSearch {
  private let problem: Problem
  private let best: Int64
  private let meter: WorkMeter
  private var proof: Certificate
  private var bound: Int128

  /// Above this many (weight, value) pairs, recomputing the packings would take those who check the
  /// answer too long.
  static let packingPairs = 20_000_000

  /// Larger problems would cost more than the proof is worth.
  static let useLimit = 2000
  /// As ``packingPairs``, as estimated beforehand for packings that are recomputed here a few dozen
  /// times.
  private static let ownCellLimit = 1_000_000.0
  private static let choiceLimit = 8
  private static let steps = 400
  private static let factors = [1, 0.3, 0.1, 0.03]

  /// - Parameters:
  ///   - best: the points that nothing exceeds.
  ///   - proof: the best certificate so far.
  init(_ problem: Problem, best: Int64, from proof: Certificate, _ meter: WorkMeter) {
    (self.problem, self.best, self.meter, self.proof) = (problem, best, meter, proof)
    bound = (try? proof.bound(for: problem)) ?? .max
  }

  /// The tightest certificate found.
  mutating func run() -> Certificate {
    let all = [Bool](repeating: true, count: problem.optionCount)
    let isNeeded = GeneralPresolve.neededRows(problem, all)
    var tried: Set<[Bool]> = []
    for first in [nil] + problem.rows.indices.map(Optional.some) {
      guard bound > Int128(best), tried.count < ProofSearch.choiceLimit, !meter.isOver else {
        break
      }
      let kept = KeptRows.choose(problem, all, isNeeded, first: first)
      guard tried.insert(kept).inserted else { continue }
      let model = GeneralModel(problem, all, isNeeded, kept: kept)
      if tried.count == 1 { descendPrices(model) }
      if kept.contains(true) { descendPackings(model) }
    }
    return proof
  }

  private mutating func descendPrices(_ model: GeneralModel) {
    let relaxation = PriceRelaxation(model)
    let exact = ExactPrices(model, problem)
    descend(relaxation) { exact.price($0, relaxation.unit) }
  }

  private mutating func descendPackings(_ model: GeneralModel) {
    let relaxation = PackingRelaxation(model)
    let exact = ExactPrices(model, problem)
    descend(relaxation) {
      relaxation.recomputingCells <= ProofSearch.ownCellLimit
        ? exact.packing($0, relaxation.unit) : nil
    }
  }

  private mutating func descend<Function: DualFunction>(
    _ function: Function, certificate: ([Double]) -> Certificate?
  ) {
    guard bound > Int128(best), function.dimension > 0 else { return }
    let start = [Double](repeating: 0, count: function.dimension)
    let method = VolumeMethod(function, start: start)
    for factor in ProofSearch.factors {
      method.reset(factor: factor)
      method.descend(
        steps: ProofSearch.steps, target: Double(best), floor: Double(best) + 0.99, meter)
      // The centre is what the next factor starts from, and what the certificate is made of.
      method.restart()
      if let found = certificate(method.center.array) { keep(found) }
    }
  }

  private mutating func keep(_ certificate: Certificate) {
    guard let found = try? certificate.bound(for: problem), found < bound else { return }
    (proof, bound) = (certificate, found)
  }
}
