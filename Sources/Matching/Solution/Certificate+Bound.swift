extension Certificate {
  /// The bound on every allocation of `problem` that these prices prove, in points, rounded down
  /// (objectives are integers).
  ///
  /// This reads the definition in the design and shares nothing with any algorithm:
  ///
  /// - price form: Σ_r max(0, max_o (s_o − Σ_k λ_k a_ok)) + Σ_k (λ_k ≥ 0 ? λ_k·upper_k : λ_k·lower_k);
  /// - knapsack form: with u_r and λ subtracted from each option, the best packing of each kept row
  ///   instead of the first sum.
  ///
  /// - Throws: ``CertificateError`` where the prices are not admissible.
  /// - Complexity: linear in the problem; the knapsack form adds an exact packing for each kept row.
  public func bound(for problem: Problem) throws(CertificateError) -> Int128 {
    var budget = Int.max
    return try bound(for: problem, budget: &budget) ?? .max
  }

  /// As ``bound(for:)``, but gives up once packings form more pairs than the budget.
  ///
  /// - Parameter budget: pairs that may still be formed; what is formed is taken off.
  /// - Returns: `nil` where the budget did not last.
  func bound(for problem: Problem, budget: inout Int) throws(CertificateError) -> Int128? {
    guard scale > 0 else { throw .scaleNotPositive(scale) }
    let prices = rowPrices
    guard prices.count == problem.rowCount else {
      throw .wrongCount(what: "row prices", expected: problem.rowCount, found: prices.count)
    }
    var total: Int128 = 0
    for (index, price) in prices.enumerated() {
      total += try rowTerm(problem.rows[index], index, price)
    }
    switch self {
    case .price:
      total += sumOfBestMargins(problem, prices)
    case .knapsack(_, _, let requestPrices):
      guard let packings = try sumOfPackings(problem, prices, requestPrices, &budget) else {
        return nil
      }
      total += packings
    }
    let (quotient, remainder) = total.quotientAndRemainder(dividingBy: Int128(scale))
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// What a row adds for itself; a kept row adds its packing later.
  private func rowTerm(
    _ row: Problem.Row, _ index: Int, _ price: Int64?
  ) throws(CertificateError) -> Int128 {
    guard let price else {
      guard row.lower == 0 else { throw .keptRowHasLowerBound(row: index) }
      return 0
    }
    let least = row.lower > 0 ? -Int128(row.penalty) * Int128(scale) : 0
    guard Int128(price) >= least else { throw .priceTooLow(row: index, price: price) }
    return Int128(price) * Int128(price >= 0 ? row.upper : row.lower)
  }

  private func sumOfBestMargins(_ problem: Problem, _ prices: [Int64?]) -> Int128 {
    var sum: Int128 = 0
    for request in 0..<problem.requestCount {
      sum += problem.options(of: request).reduce(0) {
        max($0, reducedScore(problem, $1, prices))
      }
    }
    return sum
  }

  /// An option's score less the price of what it uses of priced rows, times the scale.
  private func reducedScore(_ problem: Problem, _ option: Int, _ prices: [Int64?]) -> Int128 {
    var reduced = Int128(problem.scores[option]) * Int128(scale)
    for use in problem.useRange(of: option) {
      if let price = prices[Int(problem.useRows[use])] {
        reduced -= Int128(price) * Int128(problem.amount(ofUse: use))
      }
    }
    return reduced
  }

  private func sumOfPackings(
    _ problem: Problem, _ prices: [Int64?], _ requestPrices: [Int64], _ budget: inout Int
  ) throws(CertificateError) -> Int128? {
    guard requestPrices.count == problem.requestCount else {
      throw .wrongCount(
        what: "request prices", expected: problem.requestCount, found: requestPrices.count)
    }
    var sum: Int128 = 0
    var items: [Int: [Packing.Item]] = [:]
    for (request, price) in requestPrices.enumerated() {
      guard price >= 0 else { throw .negativeRequestPrice(request: request, price: price) }
      sum += Int128(price)
      for option in problem.options(of: request) {
        let value = reducedScore(problem, option, prices) - Int128(price)
        guard value > 0 else { continue }
        let kept = problem.useRange(of: option).filter { prices[Int(problem.useRows[$0])] == nil }
        guard kept.count <= 1 else { throw .twoKeptRows(option: option) }
        if let use = kept.first {
          let item = Packing.Item(value: value, weight: problem.amount(ofUse: use))
          items[Int(problem.useRows[use]), default: []].append(item)
        } else {
          sum += value
        }
      }
    }
    for (row, items) in items {
      guard
        let value = Packing.bestValue(
          of: items, within: problem.rows[row].upper, budget: &budget)
      else { return nil }
      sum += value
    }
    return sum
  }
}
