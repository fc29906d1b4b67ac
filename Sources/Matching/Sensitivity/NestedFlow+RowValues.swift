/// # What one unit more or less of a row changes, exactly
///
/// **Problem.** By how much does the best objective change when `upper_k` of one full row rises or
/// falls by one? (A row that is not full changes nothing either way.)
///
/// **Method.** The optimum is a minimum-cost circulation; one unit more on an arc is one more cycle
/// through it, so that the gain is λ_k less the shortest reduced way from the row above back to k,
/// and the loss λ_k plus the shortest way from k to the row above. Rows below one row share their
/// searches: one Dijkstra out of it and one into it. With one row an option that is two searches for
/// all rows together.
///
/// **Complexity.** O(E + K log K) for each row that has a full row right below it.
///
/// **Source.** R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows" (1993), chapter 9.11
/// (sensitivity by shortest paths in the residual network).
extension NestedFlow {
  /// The value of each row.
  ///
  /// - Parameter wishes: the lower bound of each row as the problem states it, which may lie above its
  ///   upper bound.
  /// - Precondition: the prices prove the allocation best.
  mutating func rowValues(wishes: [Int64]) -> [RowValue] {
    var values = [RowValue](repeating: .exact(more: 0, less: 0), count: Int(root))
    var fullBelow: [Int32: [Int32]] = [:]
    for row in 0..<root where flow[row] >= upper[row] {
      fullBelow[parent[row], default: []].append(row)
    }
    guard !fullBelow.isEmpty else { return values }
    let arrivals = Arrivals(of: self)
    for above in fullBelow.keys.sorted() {
      let departures = ways(from: above)
      let returns = ways(to: above, arrivals)
      for row in fullBelow[above] ?? [] {
        let isMissed = Int64(flow[row]) < wishes[Int(row)]
        let relief = isMissed ? penalty[row] : 0
        let way = departures[Int(row)]
        values[Int(row)] = .exact(
          more: way == .max ? 0 : max(0, price(row) + relief - way),
          less: upper[row] == 0 ? nil : backwardCost(row) + price(row) + returns[Int(row)])
      }
    }
    return values
  }

  /// The shortest reduced way from a row, or the root, to each; `Int64.max` where there is none.
  private mutating func ways(from source: Int32) -> [Int64] {
    approach(source, 0)
    while heap.count > 0 {
      let (row, length) = heap.popMin()
      if row != root && flow[row] < upper[row] {
        approach(parent[row], length + forwardCost(row) - price(row))
      }
      var child = children.first(row)
      while child >= 0 {
        approach(child, length + backwardCost(child) + price(child))
        child = children.next(child)
      }
      var tenant = tenants.first(row)
      while tenant >= 0 {
        approach(root, length + profit[tenant])
        approachOptions(of: tenant, from: length)
        tenant = tenants.next(tenant)
      }
      guard row == root else { continue }
      for request in 0..<requestCount where choice[request] < 0 {
        approachOptions(of: request, from: length)
      }
    }
    return takeDistances()
  }

  private mutating func approachOptions(of request: Int32, from length: Int64) {
    for option in options(of: request) {
      approach(leaf[option], length + profit[request] + potential[leaf[option]] - score[option])
    }
  }
}
