/// Prices that make the bound small, and the averaged designation that goes with them.
///
/// **Problem.** Minimise over λ, μ, ν ≥ 0 the convex, piecewise linear function
///
///     L = Σ_b λ_b·capacity_b + Σ_b μ_b·m + Σ_g (the best pair of g at these prices)
///
/// which bounds every designation. Its minimum is the value of the linear relaxation in which each
/// group takes a mixture of pairs.
///
/// **Method.** The volume algorithm: steps from the best prices so far along an average v of
/// subgradients (slacks of the rows), of length f·(L − target) / |v|², where the target is a value
/// that is known to be attainable. The same average over the chosen pairs approaches a solution of
/// the relaxation, which guides the dive. Rows are scaled by the mean amount, places by the worth of
/// a pair in members. Groups may be fixed to pairs and resources closed to the others, so that a
/// dive continues in the same state.
///
/// **Complexity.** A step costs one pricing of all groups: O(members · resources²) at worst.
///
/// **Source.** F. Barahona, R. Anbil, "The volume algorithm: producing primal solutions with a
/// subgradient method", Mathematical Programming 87 (2000).
struct PriceDescent: ~Copyable {
  /// The prices with the smallest L so far.
  let center: DesignationPrices
  private(set) var bestValue = Double.infinity
  private(set) var weights: PairWeights
  /// The step factor f; a run has converged when it is small.
  var factor = 1.0

  let trial: DesignationPrices
  let gradient: Buffer<Double>
  private let average: Buffer<Double>
  /// The square of each row's scale.
  private let rowWeight: Buffer<Double>
  let pricing: PairPricing
  private var hasAverage = false
  private var failures = 0

  /// Places left at each resource for groups that are not fixed.
  let room: Buffer<Int32>
  private(set) var fixed: [ResourcePair?]
  /// The pairs that were best at the last prices.
  let picks: Buffer<ResourcePair>

  private static let largestShare = 0.15

  init(_ tables: borrowing DesignationTables) {
    center = DesignationPrices(groups: tables.groups, resources: tables.resources)
    trial = DesignationPrices(groups: tables.groups, resources: tables.resources)
    gradient = Buffer(repeating: 0, count: center.values.count)
    average = Buffer(repeating: 0, count: center.values.count)
    rowWeight = Buffer(PriceDescent.rowWeights(tables))
    pricing = PairPricing(tables)
    weights = PairWeights(groups: tables.groups)
    room = Buffer(tables.limits)
    fixed = Array(repeating: nil, count: tables.groups)
    picks = Buffer(repeating: ResourcePair(0, 1), count: tables.groups)
  }

  /// The same state, to go on from without changing the original.
  init(copying other: borrowing PriceDescent, _ tables: borrowing DesignationTables) {
    self.init(tables)
    center.copy(from: other.center)
    for index in 0..<average.count { average[index] = other.average[index] }
    for group in 0..<fixed.count { picks[group] = other.picks[group] }
    bestValue = other.bestValue
    weights = other.weights
    factor = other.factor
    hasAverage = other.hasAverage
  }

  private static func rowWeights(_ tables: borrowing DesignationTables) -> [Double] {
    let problem = tables.problem
    func mean(_ values: [Int64]) -> Double {
      let positive = values.filter { $0 > 0 }
      guard !positive.isEmpty else { return 1 }
      return positive.reduce(0.0) { $0 + Double($1) } / Double(positive.count)
    }
    let amount = mean(problem.memberAmounts)
    let ratio = mean(problem.pairScores) / mean(problem.memberScores)
    let place = min(50, max(0.2, ratio))
    let count = tables.resources
    return Array(repeating: 1 / (amount * amount), count: count)
      + Array(repeating: place * place, count: count)
      + Array(repeating: 0.25 / (amount * amount), count: tables.groups * count)
  }

  /// Gives a group its pair for good.
  mutating func fix(_ group: Int, to pair: ResourcePair) {
    fixed[group] = pair
    room[Int(pair.low)] -= 1
    room[Int(pair.high)] -= 1
    bestValue = .infinity
  }

  /// One step.
  ///
  /// - Parameter target: a value that some designation attains.
  mutating func step(
    _ tables: borrowing DesignationTables, target: Double, _ meter: inout StepMeter
  ) {
    let value: Double
    if bestValue == .infinity {
      value = evaluate(center, tables, &meter)
      bestValue = value
      if !hasAverage { turnAverage(share: 1) }
      hasAverage = true
    } else {
      moveTrial(target)
      value = evaluate(trial, tables, &meter)
      let agrees = judge(value)
      if agrees { center.copy(from: trial) }
    }
    blend()
  }
}

extension PriceDescent {
  /// Puts the trial one step along the average from the best prices.
  private func moveTrial(_ target: Double) {
    var norm = 0.0
    for index in 0..<average.count {
      let slope = average[index]
      if slope > 0 && center.values[index] <= 0 { continue }
      norm += rowWeight[index] * slope * slope
    }
    let missing = max(bestValue - target, 1e-4 * abs(bestValue))
    let length = norm > 0 ? factor * missing / norm : 0
    for index in 0..<average.count {
      let moved = center.values[index] - length * rowWeight[index] * average[index]
      trial.values[index] = max(0, moved)
    }
  }

  /// Adapts the step factor, and says whether the trial is better.
  private mutating func judge(_ value: Double) -> Bool {
    guard value < bestValue else {
      failures += 1
      if failures >= 10 {
        factor *= 0.75
        failures = 0
      }
      return false
    }
    var agreement = 0.0
    for index in 0..<average.count {
      agreement += rowWeight[index] * average[index] * gradient[index]
    }
    if agreement > 0 { factor = min(2, factor * 1.1) }
    bestValue = value
    failures = 0
    return true
  }

  /// Blends the newest subgradient into the average, by the share that makes it shortest.
  private mutating func blend() {
    var (cross, spread) = (0.0, 0.0)
    for index in 0..<average.count {
      let difference = gradient[index] - average[index]
      cross -= rowWeight[index] * average[index] * difference
      spread += rowWeight[index] * difference * difference
    }
    let best = spread > 0 ? cross / spread : 0
    let most = PriceDescent.largestShare
    turnAverage(share: min(most, max(most / 10, best)))
  }

  private mutating func turnAverage(share: Double) {
    for index in 0..<average.count {
      average[index] += share * (gradient[index] - average[index])
    }
    for group in fixed.indices { weights.blend(group, picks[group], share) }
  }
}
