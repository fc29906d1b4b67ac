/// Prices that prove more than λ, μ, ν can: each resource packs whole members.
///
/// **Problem.** Every (group, resource) decision is made twice, by the group and by the resource,
/// with a price v_gb on each pair and w_eb on each member there. Minimise over v and 0 ≤ w ≤ score
///
///     Σ_g max over pairs {b, b'} of v_gb + v_gb' + Σ_e max(w_eb, w_eb')
///     + Σ_b max over at most m groups of Σ_g (pair_gb − v_gb) + the best 0/1 packing of their
///       members at score_eb − w_eb into capacity_b
///
/// which bounds every designation (Lagrangian decomposition). At the w and v that λ, μ, ν imply it
/// is at most their bound; it goes lower where members are large beside the capacities.
///
/// **Method.** The volume algorithm as in ``PriceDescent``. Packings are found by ``GroupPacking``.
///
/// **Complexity.** A step costs Σ_b members · capacity_b · m table cells, so that it serves small
/// problems only (``isAffordable(_:)``).
///
/// **Source.** M. Guignard, S. Kim, "Lagrangean decomposition: a model yielding stronger Lagrangean
/// bounds", Mathematical Programming 39 (1987).
struct PackingDescent: ~Copyable {
  typealias Lanes = DesignationTables.Lanes

  /// v in the first `pairLanes` blocks, then w in the layout of the scores.
  let center: Buffer<Lanes>
  private(set) var bestValue = Double.infinity
  var factor = 0.1

  private let trial: Buffer<Lanes>
  private let gradient: Buffer<Lanes>
  private let average: Buffer<Lanes>
  private let pairLanes: Int
  private let pricing: PairPricing
  private var packing: GroupPacking
  private var failures = 0

  private static let largestShare: Float = 0.15
  /// The step on v beside the step on w: between 1 and 16 it matters little, outside it costs.
  private static let pairWeight: Float = 4

  /// Whether a step takes milliseconds.
  static func isAffordable(_ problem: DesignationProblem) -> Bool {
    let capacity = problem.capacities.reduce(0) { $0 + min($1, 1 << 20) }
    let limit = problem.groupLimits.reduce(0, max)
    let cells = Double(capacity) * Double(problem.memberCount) * Double(min(limit, 8))
    return cells <= 4e7 && problem.groupLimits.allSatisfy { $0 <= 8 }
      && problem.capacities.allSatisfy { $0 <= 1 << 20 }
  }

  /// Starts from the prices λ, μ, ν.
  init(_ tables: borrowing DesignationTables, _ prices: borrowing DesignationPrices) {
    pairLanes = (tables.groups * tables.resources + 3) / 4
    let count = pairLanes + tables.scores.count
    center = Buffer(repeating: .zero, count: count)
    trial = Buffer(repeating: .zero, count: count)
    gradient = Buffer(repeating: .zero, count: count)
    average = Buffer(repeating: .zero, count: count)
    pricing = PairPricing(tables)
    packing = GroupPacking(tables)
    for group in 0..<tables.groups {
      for resource in 0..<tables.resources {
        let worth = prices.pairWorth(group, resource, tables)
        set(center, group * tables.resources + resource, worth)
        let price = Lanes(repeating: prices.unitPrice(group, resource))
        let first = tables.scoreBlock(group, resource)
        for block in 0..<tables.blockCount(group) {
          let margin =
            tables.scores[first + block] - price * tables.amounts[tables.blockStart[group] + block]
          center[pairLanes + first + block] = margin.larger(.zero)
        }
      }
    }
  }

  private func set(_ buffer: borrowing Buffer<Lanes>, _ index: Int, _ value: Float) {
    var lanes = buffer[index >> 2]
    lanes[index & 3] = value
    buffer[index >> 2] = lanes
  }

  private func add(_ index: Int, _ value: Float) {
    set(gradient, index, gradient[index >> 2][index & 3] + value)
  }

  /// One step.
  mutating func step(
    _ tables: borrowing DesignationTables, target: Double, _ meter: inout StepMeter
  ) {
    guard bestValue < .infinity else {
      for index in 0..<center.count { trial[index] = center[index] }
      bestValue = evaluate(tables, &meter)
      for index in 0..<gradient.count { average[index] = gradient[index] }
      return
    }
    moveTrial(tables, target)
    judge(evaluate(tables, &meter))
    blend()
  }

  private func weight(_ index: Int) -> Float { index < pairLanes ? PackingDescent.pairWeight : 1 }

  private func moveTrial(_ tables: borrowing DesignationTables, _ target: Double) {
    var norm: Float = 0
    for index in 0..<average.count {
      norm += weight(index) * (average[index] * average[index]).laneSum
    }
    let missing = max(bestValue - target, 1e-4 * abs(bestValue))
    let length = norm > 0 ? Float(factor * missing) / norm : 0
    for index in 0..<average.count {
      var moved = center[index] - length * weight(index) * average[index]
      if index >= pairLanes {
        let score = tables.scores[index - pairLanes]
        moved = moved.larger(.zero)
        moved = moved.replacing(with: score, where: moved .> score)
      }
      trial[index] = moved
    }
  }

  private mutating func judge(_ value: Double) {
    guard value < bestValue else {
      failures += 1
      if failures >= 10 {
        factor *= 0.75
        failures = 0
      }
      return
    }
    var agreement: Float = 0
    for index in 0..<average.count {
      agreement += weight(index) * (average[index] * gradient[index]).laneSum
      center[index] = trial[index]
    }
    if agreement > 0 { factor = min(2, factor * 1.1) }
    bestValue = value
    failures = 0
  }

  private func blend() {
    var (cross, spread): (Float, Float) = (0, 0)
    for index in 0..<average.count {
      let difference = gradient[index] - average[index]
      cross -= weight(index) * (average[index] * difference).laneSum
      spread += weight(index) * (difference * difference).laneSum
    }
    let most = PackingDescent.largestShare
    let share = min(most, max(most / 10, spread > 0 ? cross / spread : 0))
    for index in 0..<average.count {
      average[index] += share * (gradient[index] - average[index])
    }
  }
}

extension PackingDescent {
  /// The prices rounded to integers.
  func certificate(_ tables: borrowing DesignationTables) -> DesignationPackingCertificate {
    let problem = tables.problem
    let scale: Float = 1024
    func rounded(_ lanes: Lanes, _ lane: Int) -> Int64 {
      let price = (lanes[lane] * scale).rounded()
      return price.isFinite ? Int64(min(0x1p50, max(-0x1p50, price))) : 0
    }
    let pairs = problem.pairScores.indices.map { rounded(center[$0 >> 2], $0 & 3) }
    var members: [Int64] = []
    members.reserveCapacity(problem.memberScores.count)
    for member in 0..<problem.memberCount {
      let group = Int(problem.memberGroups[member])
      let offset = member - tables.memberStart[group]
      for resource in 0..<tables.resources {
        let block = pairLanes + tables.scoreBlock(group, resource) + offset >> 2
        members.append(rounded(center[block], offset & 3))
      }
    }
    return DesignationPackingCertificate(
      scale: Int64(scale), pairPrices: pairs, memberPrices: members)
  }

  /// The bound at the trial prices, with its subgradient.
  private mutating func evaluate(
    _ tables: borrowing DesignationTables, _ meter: inout StepMeter
  ) -> Double {
    for index in 0..<gradient.count { gradient[index] = .zero }
    var value = 0.0
    for group in 0..<tables.groups {
      let best = pricing.best(
        group, tables, own: { self.pairPrice(group * tables.resources + $0) }, margins: trial,
        from: pairLanes)
      value += Double(best.worth)
      takeByGroup(group, best.pair, tables)
      meter.spend(tables.resources * tables.blockCount(group) * 6)
    }
    for resource in 0..<tables.resources {
      value += packResource(resource, tables, &meter)
    }
    return value
  }

  private func pairPrice(_ index: Int) -> Float { trial[index >> 2][index & 3] }

  private func takeByGroup(
    _ group: Int, _ pair: ResourcePair, _ tables: borrowing DesignationTables
  ) {
    add(group * tables.resources + Int(pair.low), 1)
    add(group * tables.resources + Int(pair.high), 1)
    let low = pairLanes + tables.scoreBlock(group, Int(pair.low))
    let high = pairLanes + tables.scoreBlock(group, Int(pair.high))
    for block in 0..<tables.blockCount(group) {
      let (a, b) = (trial[low + block], trial[high + block])
      gradient[low + block] = Lanes(repeating: 1).replacing(with: 0, where: a .<= 0 .| a .< b)
      gradient[high + block] = Lanes(repeating: 1).replacing(with: 0, where: b .<= a)
    }
  }

  private mutating func packResource(
    _ resource: Int, _ tables: borrowing DesignationTables, _ meter: inout StepMeter
  ) -> Double {
    packing.clear(resource, tables)
    for group in 0..<tables.groups {
      let pair = group * tables.resources + resource
      packing.open(group, worth: tables.pairScores[pair] - pairPrice(pair))
      let first = tables.scoreBlock(group, resource)
      for member in tables.memberStart[group]..<tables.memberStart[group + 1] {
        let offset = member - tables.memberStart[group]
        let (block, lane) = (first + offset >> 2, offset & 3)
        let profit = tables.scores[block][lane] - trial[pairLanes + block][lane]
        packing.add(member, amount: Int(tables.problem.memberAmounts[member]), profit: profit)
      }
      meter.spend(packing.close())
    }
    let value = packing.solve()
    for group in packing.takenGroups { add(group * tables.resources + resource, -1) }
    for member in packing.takenMembers {
      let group = Int(tables.problem.memberGroups[member])
      let offset = member - tables.memberStart[group]
      let index = pairLanes + tables.scoreBlock(group, resource) + offset >> 2
      gradient[index][offset & 3] -= 1
    }
    return Double(value)
  }
}
