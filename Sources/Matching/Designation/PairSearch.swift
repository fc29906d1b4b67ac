/// Annealing over sets of pairs by what they are worth with members served fractionally.
///
/// **Moves.** A group puts another resource in the place of one of its two, or exchanges it with a
/// group that has that resource. Resources that fit a group badly at the bound's prices are never
/// tried (``PairCandidates``).
///
/// **Acceptance.** The tolerance is drawn first, which gives the value that the move must keep. Any
/// price gives a value that is too high, so that a move may be refused as soon as one does: with the
/// prices as they are, with the touched prices settled one by one, then with all prices refined.
///
/// **Complexity.** A few hundred instructions for most moves; a refined one costs
/// ``refinements`` evaluations of all members.
struct PairSearch: ~Copyable {
  var state: PairValue
  let candidates: PairCandidates
  private var random: SeededRandom
  private(set) var pool: PairPool

  private static let refinements = 30

  init(
    _ tables: borrowing DesignationTables, _ descent: borrowing PriceDescent, seed: UInt64
  ) {
    state = PairValue(tables)
    candidates = PairCandidates(tables, descent)
    random = SeededRandom(seed: seed)
    pool = PairPool(limit: 24)
  }

  /// Starts from pairs at given prices.
  mutating func start(
    _ pairs: [ResourcePair], prices: [Float], _ tables: borrowing DesignationTables
  ) {
    for resource in 0..<tables.resources { state.prices[resource] = prices[resource] }
    state.load(pairs, tables)
    _ = state.refine(above: -.infinity, steps: 4 * PairSearch.refinements, tables)
    record()
  }

  /// Anneals for a number of moves while the temperature falls evenly in its logarithm.
  ///
  /// - Parameters:
  ///   - moves: moves to try.
  ///   - hot: the first temperature, in points.
  ///   - cold: the last temperature, in points.
  mutating func anneal(
    moves: Int, hot: Double, cold: Double, _ tables: borrowing DesignationTables,
    _ meter: inout StepMeter
  ) {
    guard tables.groups > 0, tables.resources > 2 else { return }
    let batch = 256
    var temperature = hot
    let cooling = Cooling(from: hot, to: cold, rounds: moves / batch)
    var tried = 0
    while tried < moves && !meter.isOver {
      for _ in 0..<batch { tryMove(temperature, tables, &meter) }
      tried += batch
      temperature *= cooling.factor
      state.checkInvariants(tables)
    }
  }

  private mutating func tryMove(
    _ temperature: Double, _ tables: borrowing DesignationTables, _ meter: inout StepMeter
  ) {
    meter.spend(4)
    guard let move = candidates.draw(state.low, state.high, state.load, state.guests, &random)
    else { return }
    let hope = state.value - temperature * random.tolerance()
    apply(move, hope, tables, &meter)
  }
}

extension PairSearch {
  /// Makes a move if its value stays at `hope` or above.
  private mutating func apply(
    _ move: PairMove, _ hope: Double, _ tables: borrowing DesignationTables,
    _ meter: inout StepMeter
  ) {
    let before = state.value
    shift(move)
    var changed = [move.group]
    if move.partner >= 0 { changed.append(move.partner) }
    for group in changed {
      let worth = state.worth(of: group, tables)
      state.value += Double(worth) - Double(state.worth[group])
      state.worth[group] = worth
      meter.spend(tables.blockCount(group) * 2)
    }
    if state.value >= hope, isWorth(hope, move, changed, tables, &meter) { return }
    shift(PairMove(group: move.group, old: move.new, new: move.old, partner: move.partner))
    for group in changed { state.worth[group] = state.worth(of: group, tables) }
    state.value = before
  }

  private func shift(_ move: PairMove) {
    // All leave before anyone comes: a full resource has no place to spare.
    state.dismiss(move.group, move.old)
    if move.partner >= 0 {
      state.dismiss(move.partner, move.new)
      state.admit(move.partner, move.old)
      state.replace(move.partner, move.new, by: move.old)
    }
    state.admit(move.group, move.new)
    state.replace(move.group, move.old, by: move.new)
    state.checkInvariants(move.group)
    if move.partner >= 0 { state.checkInvariants(move.partner) }
  }

  /// Whether a move that was made keeps its value at better prices; if not, the prices are put back.
  private mutating func isWorth(
    _ hope: Double, _ move: PairMove, _ changed: [Int], _ tables: borrowing DesignationTables,
    _ meter: inout StepMeter
  ) -> Bool {
    var touched = [move.old, move.new]
    for group in changed {
      for resource in [Int(state.low[group]), Int(state.high[group])]
      where !touched.contains(resource) { touched.append(resource) }
    }
    let saved = (0..<tables.resources).map { state.prices[$0] }
    for _ in 0..<2 {
      for resource in touched where state.value >= hope {
        meter.spend(state.settle(resource, tables))
      }
    }
    let isRefined = state.value >= hope
    if isRefined {
      meter.spend(state.refine(above: hope, steps: PairSearch.refinements, tables))
      if state.value >= hope {
        record()
        return true
      }
    }
    for resource in saved.indices { state.prices[resource] = saved[resource] }
    if isRefined {
      state.recount(tables)
    } else {
      for resource in touched { recountGuests(of: resource, tables) }
    }
    return false
  }

  private func recountGuests(of resource: Int, _ tables: borrowing DesignationTables) {
    for place in 0..<Int(state.load[resource]) {
      let group = Int(state.guests[resource * state.places + place])
      state.worth[group] = state.worth(of: group, tables)
    }
  }

  private mutating func record() {
    guard state.value > pool.threshold else { return }
    pool.offer(
      PairPool.Entry(
        value: state.value, pairs: state.pairs,
        prices: (0..<state.prices.count).map {
          state.prices[$0]
        }))
  }
}
