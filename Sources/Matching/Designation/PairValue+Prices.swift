extension PairValue {
  /// Minimises W over the price of one resource, and updates the worth of its guests.
  ///
  /// - Returns: steps done.
  mutating func settle(_ resource: Int, _ tables: borrowing DesignationTables) -> Int {
    let blocks = gather(resource, tables)
    let price = clearingPrice(blocks, tables.capacities[resource])
    guard price != prices[resource] else { return blocks * 20 }
    value += Double(price - prices[resource]) * Double(tables.capacities[resource])
    prices[resource] = price
    for place in 0..<Int(load[resource]) {
      let group = Int(guests[resource * places + place])
      let new = worth(of: group, tables)
      value += Double(new) - Double(worth[group])
      worth[group] = new
    }
    return blocks * 22
  }

  /// Collects for each member of the guests of a resource the price up to which it prefers this
  /// resource, and its amount.
  private func gather(_ resource: Int, _ tables: borrowing DesignationTables) -> Int {
    var next = 0
    for place in 0..<Int(load[resource]) {
      let group = Int(guests[resource * places + place])
      let other = Int(low[group]) == resource ? Int(high[group]) : Int(low[group])
      let otherPrice = Lanes(repeating: prices[other])
      let scores = tables.scoreBlock(group, resource)
      let otherScores = tables.scoreBlock(group, other)
      let amounts = tables.blockStart[group]
      for block in 0..<tables.blockCount(group) {
        let amount = tables.amounts[amounts &+ block]
        let elsewhere = (tables.scores[otherScores &+ block] - otherPrice * amount).larger(.zero)
        ratio[next] =
          (tables.scores[scores &+ block] - elsewhere) * inverse[amounts &+ block]
        weight[next] = amount
        next &+= 1
      }
    }
    return next
  }

  /// The least price ≥ 0 at which the amounts of those who still prefer the resource fit.
  private func clearingPrice(_ blocks: Int, _ capacity: Float) -> Float {
    var dearest = Lanes.zero
    for block in 0..<blocks { dearest = dearest.larger(ratio[block]) }
    var (below, above) = (Float(0), dearest.max())
    if use(0, blocks) <= capacity { return 0 }
    for _ in 0..<14 {
      let middle = (below + above) * 0.5
      if use(middle, blocks) <= capacity { above = middle } else { below = middle }
    }
    return above
  }

  @inline(__always)
  private func use(_ price: Float, _ blocks: Int) -> Float {
    let prices = Lanes(repeating: price)
    var sum = Lanes.zero
    for block in 0..<blocks {
      sum += weight[block].replacing(with: 0, where: ratio[block] .<= prices)
    }
    return sum.laneSum
  }

  /// Lowers W by steps along an average of subgradients over all prices, until it is below `hope` or
  /// the steps are used up.
  ///
  /// - Returns: steps done.
  mutating func refine(
    above hope: Double, steps: Int, _ tables: borrowing DesignationTables
  ) -> Int {
    value = evaluate(tables)
    keep()
    for resource in 0..<prices.count { average[resource] = slope[resource] }
    var best = value
    var factor = 1.0
    var step = 0
    while step < steps && best >= hope {
      step += 1
      move(by: factor * (hope.isFinite ? best - hope + 2e-4 * abs(best) : 5e-3 * abs(best)))
      value = evaluate(tables)
      if value < best {
        best = value
        keep()
      } else {
        factor *= 0.8
      }
      for resource in 0..<prices.count {
        average[resource] += 0.3 * (slope[resource] - average[resource])
      }
    }
    for resource in 0..<prices.count { prices[resource] = spare[resource] }
    recount(tables)
    return (step + 2) * tables.amounts.count * 4
  }

  private func keep() {
    for resource in 0..<prices.count { spare[resource] = prices[resource] }
  }

  /// Moves from the kept prices along the average, as far as would gain `missing` were W linear.
  private func move(by missing: Double) {
    var norm: Float = 0
    for resource in 0..<prices.count {
      let s = average[resource]
      if s > 0 && spare[resource] <= 0 { continue }
      norm += s * s
    }
    let length = norm > 0 ? Float(missing) / norm : 0
    for resource in 0..<prices.count {
      prices[resource] = max(0, spare[resource] - length * average[resource])
    }
  }

  /// W at the prices, with the slack of each resource: capacity less what prefers it.
  private func evaluate(_ tables: borrowing DesignationTables) -> Double {
    var total = 0.0
    for resource in 0..<slope.count {
      slope[resource] = tables.capacities[resource]
      total += Double(prices[resource]) * Double(tables.capacities[resource])
    }
    for group in 0..<tables.groups { total += Double(serve(group, tables)) }
    return total
  }

  /// What a group is worth; subtracts what it uses from the slacks.
  private func serve(_ group: Int, _ tables: borrowing DesignationTables) -> Float {
    let (first, second) = (Int(low[group]), Int(high[group]))
    let firstPrice = Lanes(repeating: prices[first])
    let secondPrice = Lanes(repeating: prices[second])
    let firstScores = tables.scoreBlock(group, first)
    let secondScores = tables.scoreBlock(group, second)
    let amounts = tables.blockStart[group]
    var (sum, firstUse, secondUse) = (Lanes.zero, Lanes.zero, Lanes.zero)
    for block in 0..<tables.blockCount(group) {
      let amount = tables.amounts[amounts &+ block]
      let a = (tables.scores[firstScores &+ block] - firstPrice * amount).larger(.zero)
      let b = (tables.scores[secondScores &+ block] - secondPrice * amount).larger(.zero)
      sum += a.larger(b)
      firstUse += amount.replacing(with: 0, where: a .<= 0 .| a .< b)
      secondUse += amount.replacing(with: 0, where: b .<= a)
    }
    slope[first] -= firstUse.laneSum
    slope[second] -= secondUse.laneSum
    return tables.pairScores[group * tables.resources + first]
      + tables.pairScores[group * tables.resources + second] + sum.laneSum
  }
}
