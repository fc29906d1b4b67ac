extension AssignmentFloor {
  /// The least and the largest optimal price of each resource: what one unit more would add, and
  /// what one unit less would take. Needs an optimal state.
  ///
  /// - Complexity: two Dijkstra searches, O(options + resources log resources) each.
  func priceRange() -> AssignmentSolution.PriceRange {
    AssignmentSolution.PriceRange(least: leastPrices(), largest: largestPrices())
  }

  /// λ_j less the shortest way for a new unit of j to its best use (see `BackwardSearch`), from all
  /// ends at once: a unit left free at j costs λ_j, one taken by an unserved request its slack.
  private func leastPrices() -> [Int64] {
    var search = Search<Score>(resourceCount: resourceCount)
    for index in 0..<resourceCount { search.reach(index, price[index], via: -1) }
    for request in 0..<requestCount where seat[request] < 0 {
      spread(request, from: 0, &search)
    }
    while true {
      let settled = search.settleNext(within: Score.max)
      guard settled >= 0 else { break }
      let distance = search.distance.cells[settled]
      for slot in slots(of: settled) { spread(Int(tenant[slot]), from: distance, &search) }
    }
    return (0..<resourceCount).map { Int64(price[$0]) - Int64(search.distance.cells[$0]) }
  }

  private func spread(_ request: Int, from distance: Score, _ search: inout Search<Score>) {
    for option in options(of: request) {
      let target = Int(resource[option])
      let there = distance &+ profit[request] &+ price[target] &- score[option]
      if there < search.distance.cells[target] { search.reach(target, there, via: -1) }
    }
  }

  /// λ_j plus the shortest way for a tenant of j to go elsewhere (see `ForwardSearch`), from all
  /// ends at once: a free unit costs nothing, a tenant sent away its profit.
  private func largestPrices() -> [Int64] {
    let transpose = Transpose(self)
    var search = Search<Score>(resourceCount: resourceCount)
    for index in 0..<resourceCount {
      if isFull(index) {
        var least = Score.max
        for slot in slots(of: index) { least = min(least, profit[Int(tenant[slot])]) }
        if least < Score.max { search.reach(index, least, via: -1) }
      } else {
        search.reach(index, 0, via: -1)
      }
    }
    while true {
      let settled = search.settleNext(within: Score.max)
      guard settled >= 0 else { break }
      let base = search.distance.cells[settled] &+ price[settled]
      for option in transpose.options(of: settled) {
        let request = Int(transpose.request.cells[option])
        let held = Int(seat[request])
        guard held >= 0, isFull(held) else { continue }
        let there = base &+ profit[request] &- transpose.score.cells[option]
        if there < search.distance.cells[held] { search.reach(held, there, via: -1) }
      }
    }
    return (0..<resourceCount).map {
      capacity[$0] == 0 ? Int64(price[$0]) : Int64(price[$0]) + Int64(search.distance.cells[$0])
    }
  }
}
