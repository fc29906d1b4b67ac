extension PriceDescent {
  /// L at some prices, with the pairs that are best there and the subgradient.
  func evaluate(
    _ prices: borrowing DesignationPrices, _ tables: borrowing DesignationTables,
    _ meter: inout StepMeter
  ) -> Double {
    var value = 0.0
    let count = tables.resources
    for resource in 0..<count {
      let capacity = Double(tables.capacities[resource])
      let places = Double(tables.limits[resource])
      let place = prices.placeIndex(resource)
      value += prices.values[resource] * capacity + prices.values[place] * places
      gradient[resource] = capacity
      gradient[place] = places
    }
    for index in 2 * count..<gradient.count { gradient[index] = 0 }
    for group in 0..<tables.groups {
      if let pair = fixed[group] {
        picks[group] = pair
      } else {
        picks[group] = pricing.best(group, tables, prices, room).pair
        meter.spend(cost(of: group, tables))
      }
      value += Double(take(picks[group], group, prices, tables))
      meter.spend(tables.blockCount(group) * 2 + count)
    }
    return value
  }

  /// Steps that the pricing of a group counts for.
  func cost(of group: Int, _ tables: borrowing DesignationTables) -> Int {
    tables.resources * tables.blockCount(group) * 6
  }

  /// Serves a group by a pair at the prices: adds its use to the subgradient and returns its worth.
  private func take(
    _ pair: ResourcePair, _ group: Int, _ prices: borrowing DesignationPrices,
    _ tables: borrowing DesignationTables
  ) -> Float {
    let (low, high) = (Int(pair.low), Int(pair.high))
    let served = serve(pair, group, prices, tables)
    for (resource, use) in [(low, served.lowUse), (high, served.highUse)] {
      gradient[resource] -= Double(use)
      gradient[prices.placeIndex(resource)] -= 1
      gradient[prices.pairIndex(group, resource)] +=
        Double(tables.capacities[resource]) - Double(use)
    }
    return prices.pairWorth(group, low, tables) + prices.pairWorth(group, high, tables)
      + served.worth
  }

  private struct Served {
    var worth: Float
    var lowUse: Float
    var highUse: Float
  }

  /// What the members of a group are worth at the prices, and what they use of each of the two.
  private func serve(
    _ pair: ResourcePair, _ group: Int, _ prices: borrowing DesignationPrices,
    _ tables: borrowing DesignationTables
  ) -> Served {
    typealias Lanes = DesignationTables.Lanes
    let lowPrice = Lanes(repeating: prices.unitPrice(group, Int(pair.low)))
    let highPrice = Lanes(repeating: prices.unitPrice(group, Int(pair.high)))
    let lowScores = tables.scoreBlock(group, Int(pair.low))
    let highScores = tables.scoreBlock(group, Int(pair.high))
    let firstAmount = tables.blockStart[group]
    var (worth, lowUse, highUse) = (Lanes.zero, Lanes.zero, Lanes.zero)
    for block in 0..<tables.blockCount(group) {
      let amount = tables.amounts[firstAmount + block]
      let low = (tables.scores[lowScores + block] - lowPrice * amount).larger(.zero)
      let high = (tables.scores[highScores + block] - highPrice * amount).larger(.zero)
      worth += low.larger(high)
      lowUse += amount.replacing(with: 0, where: low .<= 0 .| low .< high)
      highUse += amount.replacing(with: 0, where: high .<= low)
    }
    return Served(worth: worth.laneSum, lowUse: lowUse.laneSum, highUse: highUse.laneSum)
  }
}
