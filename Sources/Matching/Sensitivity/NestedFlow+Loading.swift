extension NestedFlow {
  /// Puts a finished allocation and its prices into an empty flow.
  ///
  /// - Parameters:
  ///   - choices: for each request an option counted inside the request, or −1; feasible.
  ///   - rowPrices: λ_k of every row.
  /// - Returns: whether the prices prove the allocation best, which all that reads the residual graph
  ///   builds on.
  /// - Complexity: linear in the options, and in the rows of chosen options.
  mutating func load(_ choices: [Int32], rowPrices: [Int64]) -> Bool {
    for index in 0..<root {
      let row = topDown[index]
      potential[row] = potential[parent[row]] + rowPrices[Int(row)]
    }
    for request in 0..<requestCount where choices[Int(request)] >= 0 {
      settle(request, optionStart[request] + choices[Int(request)])
      var row = home(of: request)
      while row != root {
        addUnit(row)
        row = parent[row]
      }
    }
    for request in 0..<requestCount { profit[request] = bestMargin(of: request) }
    return hasTightPrices
  }
}
