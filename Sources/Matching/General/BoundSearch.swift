/// Looks for prices that prove more than those which guide a search.
///
/// The guiding prices leave a gap for three reasons that can be helped: they were not descended to
/// the end; they speak only of options that fit, whereas a certificate counts them all; and another
/// choice of kept rows may prove more. Which rows should be kept no merit tells beforehand: a
/// county's quota that a dozen requests fill with a remainder may be worth more than its parcels.
///
/// Notation: a *choice* is a set of kept rows of which no option uses two. It is given by its
/// *leading* rows: they are kept first, the others by merit as far as they still may
/// (``KeptRows``).
///
/// Method: descend over the whole problem with the best known answer as the target (which is the
/// ideal step length if a proof exists), from zero, at falling step factors. Then hill climbing over
/// choices: one more row leads. A few steps from the prices at hand tell which choices promise most;
/// the best of them descend to the end, and what lowers the bound by enough stays. Where relaxation
/// and problem differ by a point, no prices prove the answer, and the gap stays.
///
/// Complexity: a choice costs at most ``steps`` evaluations for each factor; the meter ends it all.
///
/// Source of the step length: B. T. Polyak, "Minimization of unsmooth functionals", USSR
/// Computational Mathematics and Mathematical Physics 9 (1969).
struct BoundSearch {
  private let problem: Problem
  private let best: Int64
  private let meter: WorkMeter
  private let all: [Bool]
  private let isNeeded: [Bool]
  private let keptRows: KeptRows
  private var proof: Certificate
  /// What ``proof`` proves.
  private(set) var bound: Int128
  /// The rows that lead in the best choice so far.
  private(set) var leading: [Int]

  /// Above this many (weight, value) pairs, recomputing the packings would take those who check the
  /// answer too long.
  static let packingPairs = 20_000_000
  /// Larger problems would cost more than the proof is worth.
  static let useLimit = 50_000
  /// Steps that small problems may take, however short their search was.
  static let leastWork: Int64 = 40_000_000
  /// As ``packingPairs``, for packings that are recomputed here for each choice.
  private static let ownPairs = 1_000_000
  private static let factors = [1, 0.3, 0.1, 0.03]
  private static let steps = 400
  /// Steps and factor by which a choice shows what it promises, and how many of them go on.
  private static let (trialSteps, trialFactor, finalists) = (60, 0.3, 3)
  /// The part of the gap that a choice must gain to stay.
  private static let worthwhile = 500.0

  /// - Parameters:
  ///   - best: points of the best known answer.
  ///   - proof: the best certificate so far.
  ///   - leading: the choice from which an earlier search goes on.
  init(
    _ problem: Problem, best: Int64, from proof: Certificate, leading: [Int], _ meter: WorkMeter
  ) {
    (self.problem, self.best, self.meter, self.proof) = (problem, best, meter, proof)
    self.leading = leading
    bound = (try? proof.bound(for: problem)) ?? .max
    all = [Bool](repeating: true, count: problem.optionCount)
    isNeeded = GeneralPresolve.neededRows(problem, all)
    keptRows = KeptRows(problem, all, isNeeded)
  }

  /// The tightest certificate found.
  mutating func run() -> Certificate {
    guard canGoOn else { return proof }
    let kept = keptRows.choose(leading: leading)
    let first = Choice(leading: leading, kept: kept, model: model(kept))
    let rowPrices = descendPrices(first.model)
    guard kept.contains(true), canGoOn else { return proof }
    var tried: Set<[Bool]> = [kept]
    var best = (choice: first, prices: descendPackings(first.model, from: nil))
    while canGoOn, let found = step(from: best, rowPrices, &tried) {
      best = found
      leading = found.choice.leading
    }
    return proof
  }

  private var canGoOn: Bool { bound > Int128(best) && !meter.isOver }

  /// A set of kept rows, and the problem seen through it.
  private struct Choice {
    let leading: [Int]
    let kept: [Bool]
    let model: GeneralModel
  }

  private func model(_ kept: [Bool]) -> GeneralModel {
    meter.spend(problem.useRows.count)
    return GeneralModel(problem, all, isNeeded, kept: kept)
  }

  /// The next choice that proves more, with its prices, or `nil`.
  ///
  /// - Parameter rowPrices: what a row costs that is no longer kept, to begin with.
  private mutating func step(
    from best: (choice: Choice, prices: [Double]), _ rowPrices: [Double],
    _ tried: inout Set<[Bool]>
  ) -> (choice: Choice, prices: [Double])? {
    var promises: [(value: Double, choice: Choice, prices: [Double])] = []
    for row in problem.rows.indices where isNeeded[row] && !best.choice.kept[row] && canGoOn {
      let leading = [row] + best.choice.leading
      let kept = keptRows.choose(leading: leading)
      guard !tried.contains(kept) else { continue }
      let choice = Choice(leading: leading, kept: kept, model: model(kept))
      let start = startPrices(choice.model, best, rowPrices)
      let method = VolumeMethod(
        PackingRelaxation(choice.model), start: start, factor: Self.trialFactor)
      method.descend(steps: Self.trialSteps, target: Double(self.best), floor: floor, meter)
      promises.append((method.value, choice, method.center.array))
    }
    promises.sort { $0.value < $1.value }
    for promise in promises.prefix(Self.finalists) where canGoOn {
      tried.insert(promise.choice.kept)
      let before = gap
      let prices = descendPackings(promise.choice.model, from: promise.prices)
      if gap < before - before / Self.worthwhile { return (promise.choice, prices) }
    }
    return nil
  }

  /// All choices have the same requests and rows: the prices at hand, and for rows that were kept
  /// those of the price form.
  private func startPrices(
    _ model: GeneralModel, _ best: (choice: Choice, prices: [Double]), _ rowPrices: [Double]
  ) -> [Double] {
    var start = best.prices
    for row in 0..<model.rowCount where best.choice.model.isKept[row] && !model.isKept[row] {
      start[model.requestCount + row] = rowPrices[row]
    }
    return start
  }

  private var gap: Double { Double(bound - Int128(best)) }

  /// A value up to here proves the answer: objectives are integers.
  private var floor: Double { Double(best) + 0.99 }

  private mutating func descendPrices(_ model: GeneralModel) -> [Double] {
    let relaxation = PriceRelaxation(model)
    let prices = descend(relaxation, from: nil)
    keep(ExactPrices(model, problem).price(prices, relaxation.unit))
    return prices
  }

  private mutating func descendPackings(_ model: GeneralModel, from start: [Double]?) -> [Double] {
    let relaxation = PackingRelaxation(model)
    let prices = descend(relaxation, from: start)
    keep(ExactPrices(model, problem).packing(prices, relaxation.unit))
    return prices
  }

  private func descend<Function: DualFunction>(
    _ function: Function, from start: [Double]?
  ) -> [Double] {
    let zero = [Double](repeating: 0, count: function.dimension)
    guard function.dimension > 0 else { return zero }
    let method = VolumeMethod(function, start: start ?? zero)
    for factor in start == nil ? Self.factors : Array(Self.factors.dropFirst()) {
      method.reset(factor: factor)
      method.descend(steps: Self.steps, target: Double(best), floor: floor, meter)
      // The centre is what the next factor starts from, and what the certificate is made of.
      method.restart()
    }
    return method.center.array
  }

  private mutating func keep(_ certificate: Certificate) {
    var budget = Self.ownPairs
    guard let found = try? certificate.bound(for: problem, budget: &budget), found < bound else {
      return
    }
    (proof, bound) = (certificate, found)
  }
}
