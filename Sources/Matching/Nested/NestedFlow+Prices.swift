extension NestedFlow {
  /// Lifts the potential of each unused row to the least that an admissible price allows.
  ///
  /// Searches do not follow arcs into a row without flow, so such a row may be left behind when the
  /// rows above it become dearer. Nothing uses it, so a higher price only takes slack from options.
  func settlePotentials() {
    for index in 0..<root {
      let row = topDown[index]
      if flow[row] == 0 { potential[row] = max(potential[row], leastPotential(row)) }
    }
  }

  /// The prices of an empty allocation: −π where a shortfall can be made good, 0 elsewhere.
  func resetPotentials() {
    for index in 0..<root {
      let row = topDown[index]
      potential[row] = leastPotential(row)
    }
  }

  private func leastPotential(_ row: Int32) -> Int64 {
    potential[parent[row]] - (lower[row] > 0 ? penalty[row] : 0)
  }

  /// Profits as the potentials say, also for requests that were not reached.
  func settleProfits() {
    for request in 0..<requestCount where choice[request] < 0 {
      profit[request] = bestMargin(of: request)
    }
  }

  /// λ_k of every row.
  var rowPrices: [Int64] { (0..<root).map { price($0) } }
}
