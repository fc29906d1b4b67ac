extension NestedFlow {
  /// Checks flow conservation, bounds and complementary slackness; does nothing in release builds.
  func checkInvariants() {
    assert(hasConsistentFlow, "flow, choices and lists disagree")
    assert(hasTightPrices, "prices do not prove the allocation")
  }

  /// Checks conservation after each step of small instances; larger ones are checked as a whole.
  @inline(__always)
  func checkFlow() {
    assert(requestCount > 16 || hasConsistentFlow, "flow, choices and lists disagree")
  }

  /// Each row carries what its tenants and the rows below it bring.
  private var hasConsistentFlow: Bool {
    var brought = [Int32](repeating: 0, count: Int(root) + 1)
    for request in 0..<requestCount where choice[request] >= 0 {
      guard options(of: request).contains(choice[request]) else { return false }
      brought[Int(home(of: request))] += 1
    }
    for index in (0..<root).reversed() {
      let row = topDown[index]
      guard brought[Int(row)] == flow[row], flow[row] <= upper[row] else { return false }
      brought[Int(parent[row])] += flow[row]
    }
    return true
  }

  /// Whether the prices prove the allocation best: complementary slackness.
  var hasTightPrices: Bool {
    for request in 0..<requestCount {
      let chosen = choice[request]
      guard profit[request] == bestMargin(of: request) else { return false }
      let earned = chosen >= 0 ? score[chosen] - potential[leaf[chosen]] : 0
      guard earned == profit[request] else { return false }
    }
    return (0..<root).allSatisfy { row in
      let isFull = flow[row] >= upper[row]
      let isUsed = flow[row] > 0
      return price(row) >= (lower[row] > 0 ? -penalty[row] : 0)
        && (isFull || price(row) <= forwardCost(row))
        && (!isUsed || price(row) >= -backwardCost(row))
    }
  }
}
