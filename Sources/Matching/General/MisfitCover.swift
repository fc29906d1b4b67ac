/// Prices out the options that never fit.
///
/// A search leaves out options that need more of a row than it holds, but a bound that prices the row
/// still counts them. Raising the price λ_k of such a row by c / a takes the gain c of an option that
/// needs a > upper_k away, and costs only c · upper_k / a. A kept row needs nothing: a packing ignores
/// what is too large for it.
///
/// Complexity: linear in the uses.
enum MisfitCover {
  static func raise(_ certificate: Certificate, _ problem: Problem) -> Certificate {
    var prices = certificate.rowPrices
    let scale = certificate.scale
    for request in 0..<problem.requestCount {
      let own = allowance(request, certificate, problem, prices)
      for option in problem.options(of: request) {
        guard let use = blockingUse(option, problem, prices) else { continue }
        let gain = reduced(option, problem, prices, scale) - own
        let row = Int(problem.useRows[use])
        guard gain > 0, let price = prices[row] else { continue }
        let amount = Int128(problem.amount(ofUse: use))
        prices[row] = Int64(clamping: Int128(price) + (gain + amount - 1) / amount)
      }
    }
    switch certificate {
    case .price: return .price(scale: scale, rowPrices: prices.map { $0 ?? 0 })
    case .knapsack(_, _, let requestPrices):
      return .knapsack(scale: scale, rowPrices: prices, requestPrices: requestPrices)
    }
  }

  /// What the bound counts for the request anyway, without options that never fit.
  private static func allowance(
    _ request: Int, _ certificate: Certificate, _ problem: Problem, _ prices: [Int64?]
  ) -> Int128 {
    if case .knapsack(_, _, let requestPrices) = certificate {
      return Int128(requestPrices[request])
    }
    return problem.options(of: request).reduce(0) { best, option in
      let fits = problem.useRange(of: option).allSatisfy {
        problem.amount(ofUse: $0) <= problem.rows[Int(problem.useRows[$0])].upper
      }
      return fits ? max(best, reduced(option, problem, prices, certificate.scale)) : best
    }
  }

  /// The use that overflows its row most, or `nil` where the option fits, or a kept row blocks it, or
  /// the row wishes for use.
  private static func blockingUse(
    _ option: Int, _ problem: Problem, _ prices: [Int64?]
  ) -> Int? {
    var (found, share): (Int?, Double) = (nil, .infinity)
    for use in problem.useRange(of: option) {
      let index = Int(problem.useRows[use])
      let (row, amount) = (problem.rows[index], problem.amount(ofUse: use))
      guard amount > row.upper else { continue }
      if prices[index] == nil { return nil }
      let own = Double(row.upper) / Double(amount)
      if row.lower == 0, own < share { (found, share) = (use, own) }
    }
    return found
  }

  private static func reduced(
    _ option: Int, _ problem: Problem, _ prices: [Int64?], _ scale: Int64
  ) -> Int128 {
    problem.useRange(of: option).reduce(Int128(problem.scores[option]) * Int128(scale)) {
      $0 - Int128(prices[Int(problem.useRows[$1])] ?? 0) * Int128(problem.amount(ofUse: $1))
    }
  }
}
