extension PriceDescent {
  /// Starts from the prices at which each resource alone would just hold what each group alone brings
  /// to it, instead of from none.
  ///
  /// A step changes the prices of the chosen pairs only. Where resources are many, so that steps are
  /// dear and few, those of all the others would never leave 0, and the bound never fall. Where such prices
  /// prove no more than none (a pair's two resources each charge for a member that goes to one), it
  /// starts from none after all.
  ///
  /// - Precondition: no step has been taken.
  /// - Complexity: O(resources · members).
  func startFromClearing(_ tables: borrowing DesignationTables, _ meter: inout StepMeter) {
    let fromNone = evaluate(center, tables, &meter)
    for group in 0..<tables.groups {
      for resource in 0..<tables.resources {
        let price = PriceDescent.clearingPrice(group, resource, tables)
        center.values[center.pairIndex(group, resource)] = Double(price)
      }
      meter.spend(tables.resources * tables.blockCount(group) * (PriceDescent.halvings + 2))
    }
    guard evaluate(center, tables, &meter) >= fromNone else { return }
    for index in 0..<center.values.count { center.values[index] = 0 }
  }

  private static let halvings = 14

  /// The least price, nearly, at which those members of a group fit into a resource whose score pays
  /// for their amount.
  private static func clearingPrice(
    _ group: Int, _ resource: Int, _ tables: borrowing DesignationTables
  ) -> Float {
    let capacity = tables.capacities[resource]
    if use(at: 0, group, resource, tables) <= capacity { return 0 }
    var (below, above) = (Float(0), dearest(group, resource, tables))
    for _ in 0..<halvings {
      let middle = (below + above) * 0.5
      if use(at: middle, group, resource, tables) <= capacity {
        above = middle
      } else {
        below = middle
      }
    }
    return above
  }

  /// The price at which not even the member that pays best stays.
  private static func dearest(
    _ group: Int, _ resource: Int, _ tables: borrowing DesignationTables
  ) -> Float {
    typealias Lanes = DesignationTables.Lanes
    let (scores, amounts) = (tables.scoreBlock(group, resource), tables.blockStart[group])
    var dearest = Lanes.zero
    for block in 0..<tables.blockCount(group) {
      let amount = tables.amounts[amounts &+ block]
      let ratio = (tables.scores[scores &+ block] / amount).replacing(with: 0, where: amount .<= 0)
      dearest = dearest.larger(ratio)
    }
    return dearest.max()
  }

  private static func use(
    at price: Float, _ group: Int, _ resource: Int, _ tables: borrowing DesignationTables
  ) -> Float {
    typealias Lanes = DesignationTables.Lanes
    let (scores, amounts) = (tables.scoreBlock(group, resource), tables.blockStart[group])
    var sum = Lanes.zero
    for block in 0..<tables.blockCount(group) {
      let amount = tables.amounts[amounts &+ block]
      let margin = tables.scores[scores &+ block] - Lanes(repeating: price) * amount
      sum += amount.replacing(with: 0, where: margin .<= 0)
    }
    return sum.laneSum
  }
}
