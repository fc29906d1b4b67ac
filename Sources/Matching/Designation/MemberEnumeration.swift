/// Exhaustive search over who is served, for fixed pairs, by regret.
///
/// **Method.** As ``PairEnumeration``, with prices that are refined for the pairs at hand and rounded
/// to integers: every member has a best choice among its two resources and none, and other choices
/// have regrets.
///
/// **Complexity.** Exponential in what the gap leaves open; ends unproved after a limit of steps.
struct MemberEnumeration: ~Copyable {
  private struct Choice {
    var resource: Int32
    var regret: Int64
  }

  private var value: PairValue
  private var state: MemberState
  private var nodes = 0
  private var deadline: Int64 = 0
  private var order: [Int] = []
  private var choices: [[Choice]] = []

  private static let nodeLimit = 2_000_000
  private static let scale: Int64 = 1 << 10

  init(_ tables: borrowing DesignationTables) {
    value = PairValue(tables)
    state = MemberState(tables)
  }

  /// Searches all ways to serve members on these pairs that could beat `best`.
  ///
  /// - Returns: whether the search was complete.
  mutating func run(
    _ pairs: [ResourcePair], until deadline: Int64,
    _ best: inout DesignationSolver.Incumbent, _ tables: borrowing DesignationTables,
    _ meter: inout StepMeter
  ) -> Bool {
    self.deadline = deadline
    for resource in 0..<tables.resources {
      value.prices[resource] = 0
      value.load[resource] = 0
    }
    value.load(pairs, tables)
    for _ in 0..<2 {
      for resource in 0..<tables.resources { meter.spend(value.settle(resource, tables)) }
    }
    meter.spend(value.refine(above: Double(best.objective) - 1, steps: 20, tables))
    state.load(pairs)
    guard let hope = rank(tables) else { return false }
    return explore(0, hope, pairs, &best, &meter)
  }

  /// Computes each member's regrets at the rounded prices.
  ///
  /// - Returns: the bound, times the scale; `nil` where it does not fit.
  private mutating func rank(_ tables: borrowing DesignationTables) -> Int128? {
    let scale = MemberEnumeration.scale
    var prices: [Int128] = []
    var bound = Int128(state.objective) * Int128(scale)
    for resource in 0..<tables.resources {
      let price = Double(value.prices[resource]) * Double(scale)
      prices.append(price > 0 ? Int128(min(0x1p50, price).rounded()) : 0)
      bound += prices[resource] * Int128(tables.problem.capacities[resource])
    }
    choices = []
    for member in 0..<state.choice.count {
      let group = Int(state.groupOf[member])
      var worths: [(resource: Int32, worth: Int128)] = [(-1, 0)]
      for resource in [state.low[group], state.high[group]] where state.score(member, resource) > 0
      {
        let cost = prices[Int(resource)] * Int128(state.amounts[member])
        worths.append((resource, Int128(state.score(member, resource)) * Int128(scale) - cost))
      }
      let top = worths.reduce(0) { max($0, $1.worth) }
      bound += top
      let ranked = worths.map {
        Choice(resource: $0.resource, regret: Int64(clamping: top - $0.worth))
      }
      choices.append(ranked.sorted { ($0.regret, $1.resource) < ($1.regret, $0.resource) })
    }
    // Members whose second choice hurts most come first: there the search branches least.
    func second(_ member: Int) -> Int64 {
      choices[member].count > 1 ? choices[member][1].regret : 0
    }
    order = choices.indices.sorted { (second($1), $0) < (second($0), $1) }
    return bound
  }

  private mutating func explore(
    _ depth: Int, _ hope: Int128, _ pairs: [ResourcePair],
    _ best: inout DesignationSolver.Incumbent, _ meter: inout StepMeter
  ) -> Bool {
    nodes += 1
    meter.spend(4)
    guard nodes < MemberEnumeration.nodeLimit, meter.done < deadline, !meter.isOver else {
      return false
    }
    guard depth < order.count else {
      if state.objective > best.objective {
        best = .init(objective: state.objective, pairs: pairs, choices: state.choice.array)
      }
      return true
    }
    let member = order[depth]
    for choice in choices[member] {
      let left = hope - Int128(choice.regret)
      if left < Int128(MemberEnumeration.scale) * (Int128(best.objective) + 1) { break }
      if choice.resource >= 0, state.free[choice.resource] < state.amounts[member] { continue }
      state.put(member, choice.resource)
      let isComplete = explore(depth + 1, left, pairs, &best, &meter)
      state.put(member, -1)
      state.commit()
      if !isComplete { return false }
    }
    return true
  }
}
