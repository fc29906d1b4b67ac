extension GeneralSearch {
  /// The better of the two forms, in exact integers.
  func certificate(for problem: Problem) -> Certificate {
    let price = MisfitCover.raise(priceCertificate(problem), problem)
    guard packingValue < .infinity else { return price }
    let packing = MisfitCover.raise(packingCertificate(problem), problem)
    guard packingCells() <= GeneralSearch.packingCellLimit else { return price }
    // What is thought of as better need not be so after rounding.
    guard let first = try? price.bound(for: problem), let second = try? packing.bound(for: problem)
    else { return price }
    return second < first ? packing : price
  }

  /// Above this, recomputing the packings would take those who check the answer too long.
  private static let packingCellLimit = 400_000_000.0

  /// About how many (weight, value) pairs an exact recomputation of all packings forms.
  private func packingCells() -> Double {
    let counts = packingRelaxation.positiveCounts()
    return counts.reduce(0.0) { sum, group in
      let subsets = group.count < 60 ? Double(1 << group.count) : .infinity
      return sum + Double(group.count) * min(subsets, Double(group.room) + 1)
    }
  }

  /// A power of ten so fine that rounding costs far less than a point, and so coarse that sums of
  /// scaled scores stay far from overflow.
  private func scale(_ problem: Problem, largest: Double, reach: Double) -> Int64 {
    let room = 0x1p60 / max(1, largest)
    var scale: Int64 = 1
    while Double(scale) < 1000 * max(1, reach), Double(scale) * 10 < room { scale *= 10 }
    return scale
  }

  private func priceCertificate(_ problem: Problem) -> Certificate {
    let prices = rowPrices(problem, Buffer(pricePrices), offset: 0, priceRelaxation.unit)
    let scale = self.scale(problem, prices)
    return .price(
      scale: scale,
      rowPrices: prices.enumerated().map { GeneralSearch.exact($1, scale, problem.rows[$0]) })
  }

  private func packingCertificate(_ problem: Problem) -> Certificate {
    let prices = rowPrices(
      problem, Buffer(packingPrices), offset: model.requestCount, packingRelaxation.unit)
    let scale = self.scale(problem, prices)
    var rows: [Int64?] = prices.enumerated().map {
      GeneralSearch.exact($1, scale, problem.rows[$0])
    }
    for row in 0..<model.rowCount where model.isKept[row] { rows[Int(model.sourceRow[row])] = nil }
    var requests = [Int64](repeating: 0, count: problem.requestCount)
    for request in 0..<model.requestCount {
      let value = (packingPrices[request] * Double(scale)).rounded()
      requests[Int(model.sourceRequest[request])] = max(0, Int64(value))
    }
    return .knapsack(scale: scale, rowPrices: rows, requestPrices: requests)
  }

  /// A price a row of the problem: 0 for those that can never bind and wish for nothing.
  private func rowPrices(
    _ problem: Problem, _ scaled: borrowing Buffer<Double>, offset: Int,
    _ unit: borrowing Buffer<Double>
  ) -> [Double] {
    // A row that no fitting option uses misses all that it wishes for.
    var prices = problem.rows.map { -Double($0.effectivePenalty) }
    for row in 0..<model.rowCount {
      prices[Int(model.sourceRow[row])] = scaled[offset + row] / unit[row]
    }
    return prices
  }

  private func scale(_ problem: Problem, _ prices: [Double]) -> Int64 {
    var (largest, reach) = (1.0, 0.0)
    for request in 0..<problem.requestCount {
      largest += Double(problem.options(of: request).reduce(0) { max($0, problem.scores[$1]) })
      reach += 1
    }
    for (row, price) in zip(problem.rows, prices) where price != 0 {
      largest += abs(price) * Double(max(row.upper, row.lower))
      reach += Double(max(row.upper, row.lower))
    }
    return scale(problem, largest: largest, reach: reach)
  }

  private static func exact(_ price: Double, _ scale: Int64, _ row: Problem.Row) -> Int64 {
    let value = (price * Double(scale)).rounded()
    let limited = Int64(min(max(value, -0x1p61), 0x1p61))
    guard limited < 0 else { return limited }
    let (least, overflow) = row.effectivePenalty.multipliedReportingOverflow(by: scale)
    return overflow ? limited : max(limited, -least)
  }
}
