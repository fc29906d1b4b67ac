/// Turns a search's prices into certificates: exact integers in the problem's own terms.
struct ExactPrices {
  private let model: GeneralModel
  private let problem: Problem

  /// - Parameter model: made from `problem`.
  init(_ model: GeneralModel, _ problem: Problem) {
    (self.model, self.problem) = (model, problem)
  }

  /// The price form.
  ///
  /// - Parameters:
  ///   - scaled: a price a row of the model, in the coordinates of ``PriceRelaxation``.
  ///   - unit: what these coordinates count.
  func price(_ scaled: [Double], _ unit: borrowing Buffer<Double>) -> Certificate {
    let prices = rowPrices(scaled, offset: 0, unit)
    let scale = self.scale(prices)
    return .price(
      scale: scale,
      rowPrices: prices.enumerated().map { ExactPrices.exact($1, scale, problem.rows[$0]) })
  }

  /// The knapsack form.
  ///
  /// - Parameters:
  ///   - scaled: a price a request, then one a row, in the coordinates of ``PackingRelaxation``.
  ///   - unit: what these coordinates count.
  func packing(_ scaled: [Double], _ unit: borrowing Buffer<Double>) -> Certificate {
    let prices = rowPrices(scaled, offset: model.requestCount, unit)
    let scale = self.scale(prices)
    var rows: [Int64?] = prices.enumerated().map { ExactPrices.exact($1, scale, problem.rows[$0]) }
    for row in 0..<model.rowCount where model.isKept[row] { rows[Int(model.sourceRow[row])] = nil }
    var requests = [Int64](repeating: 0, count: problem.requestCount)
    for request in 0..<model.requestCount {
      let value = (scaled[request] * Double(scale)).rounded()
      requests[Int(model.sourceRequest[request])] = max(0, Int64(value))
    }
    return .knapsack(scale: scale, rowPrices: rows, requestPrices: requests)
  }

  /// A price a row of the problem: 0 for those that can never bind and wish for nothing.
  private func rowPrices(
    _ scaled: [Double], offset: Int, _ unit: borrowing Buffer<Double>
  ) -> [Double] {
    // A row that no fitting option uses misses all that it wishes for.
    var prices = problem.rows.map { -Double($0.effectivePenalty) }
    for row in 0..<model.rowCount {
      prices[Int(model.sourceRow[row])] = scaled[offset + row] / unit[row]
    }
    return prices
  }

  /// A power of ten so fine that rounding costs far less than a point, and so coarse that sums of
  /// scaled scores stay far from overflow.
  private func scale(_ prices: [Double]) -> Int64 {
    var (largest, reach) = (1.0, 0.0)
    for request in 0..<problem.requestCount {
      largest += Double(problem.options(of: request).reduce(0) { max($0, problem.scores[$1]) })
      reach += 1
    }
    for (row, price) in zip(problem.rows, prices) where price != 0 {
      largest += abs(price) * Double(max(row.upper, row.lower))
      reach += Double(max(row.upper, row.lower))
    }
    let room = 0x1p60 / max(1, largest)
    var scale: Int64 = 1
    while Double(scale) < 1000 * max(1, reach), Double(scale) * 10 < room { scale *= 10 }
    return scale
  }

  private static func exact(_ price: Double, _ scale: Int64, _ row: Problem.Row) -> Int64 {
    let value = (price * Double(scale)).rounded()
    let limited = Int64(min(max(value, -0x1p61), 0x1p61))
    guard limited < 0 else { return limited }
    let (least, overflow) = row.effectivePenalty.multipliedReportingOverflow(by: scale)
    return overflow ? limited : max(limited, -least)
  }
}
