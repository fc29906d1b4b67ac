extension DesignationSolver {
  /// One round of search: pairs, members on the best pair sets, then both together.
  mutating func improve(_ round: Int, _ dived: Dived) {
    let effort = thrift * (1 + Double(round) * 0.25)
    var search = PairSearch(tables, descent, seed: UInt64(round))
    let isFresh = round % 2 == 0
    search.start(isFresh ? dived.pairs : best.pairs, prices: dived.prices, tables)
    let worth = search.state.value / Double(max(1, tables.groups))
    search.anneal(
      moves: Int(effort * 20_000 * Double(tables.groups)), hot: worth * (isFresh ? 0.012 : 0.004),
      cold: worth * 0.001, tables, &meter)
    serve(search.pool, effort, UInt64(round), search.candidates)
    anneal(effort, UInt64(round), search.candidates)
    // A better designation is a better target: the descent goes on towards it.
    if round < 3 {
      descent.factor = max(descent.factor, 0.05)
      findPrices()
    }
  }

  /// Points that a typical member scores: the unit of temperatures.
  private var typicalScore: Double {
    let positive = tables.problem.memberScores.filter { $0 > 0 }
    guard !positive.isEmpty else { return 1 }
    return positive.reduce(0.0) { $0 + Double($1) } / Double(positive.count)
  }

  private var memberMoves: Double {
    20_000 * Double(tables.problem.memberCount).squareRoot()
  }

  /// Serves the members on the best pair sets of a pool.
  private mutating func serve(
    _ pool: PairPool, _ effort: Double, _ seed: UInt64, _ candidates: PairCandidates
  ) {
    let typical = typicalScore
    for entry in pool.entries.prefix(6) where !meter.isOver && !isClosed {
      var search = MemberSearch(tables, seed: seed)
      search.start(entry.pairs, prices: entry.prices)
      search.anneal(
        moves: Int(effort * memberMoves), hot: typical * 0.06, cold: typical * 0.006, pairMoves: 0,
        candidates, &meter)
      search.state.checkInvariants(tables.problem)
      take(search.bestObjective, search.bestPairs, search.bestChoices)
    }
  }

  /// Anneals pairs and members together from the best designation.
  private mutating func anneal(_ effort: Double, _ seed: UInt64, _ candidates: PairCandidates) {
    let typical = typicalScore
    var search = MemberSearch(tables, seed: seed &+ 0x9E37)
    search.start(best.pairs, choices: best.choices)
    for _ in 0..<2 where !meter.isOver && !isClosed {
      search.restart()
      search.anneal(
        moves: Int(effort * memberMoves), hot: typical * 0.08, cold: typical * 0.006, pairMoves: 6,
        candidates, &meter)
    }
    search.state.checkInvariants(tables.problem)
    take(search.bestObjective, search.bestPairs, search.bestChoices)
  }
}
