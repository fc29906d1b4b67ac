/// Looks for the nearest other amount with which a loan would win: into a product's range, under the
/// bank's limit, or small enough for what is left of its line.
struct AmountSearch {
  private let request: FinanceRequest
  private let market: FinanceMarket
  private let needed: (RoundProblem.Option) -> Int64?

  /// - Parameter needed: a score with which an option would win; `nil` where none would.
  init(
    _ request: FinanceRequest, _ market: FinanceMarket,
    _ needed: @escaping (RoundProblem.Option) -> Int64?
  ) {
    self.request = request
    self.market = market
    self.needed = needed
  }

  /// The change, with all options that the request would then have; `nil` where no amount wins.
  ///
  /// - Complexity: a bisection a product that may win at its least amount.
  func relaxation() throws -> Relaxation? {
    var nearest: Int64?
    for bank in market.banks(for: request) ?? [] {
      for product in market.products(of: bank) {
        guard let amount = try amount(product, bank) else { continue }
        nearest = nearest.map { distance($0) <= distance(amount) ? $0 : amount } ?? amount
      }
    }
    return try nearest.map { amount in
      Relaxation(
        rule: FinanceRule.amount.rawValue, from: "\(request.amountWan)", to: "\(amount)",
        distance: Int(clamping: distance(amount)),
        options: try market.problemRequest(asking(amount)).options)
    }
  }

  private func distance(_ amount: Int64) -> Int64 { abs(amount - request.amountWan) }

  private func asking(_ amount: Int64) -> FinanceRequest {
    var changed = request
    changed.amountWan = amount
    return changed
  }

  /// The amount of a product that wins and is nearest to what was asked.
  private func amount(_ product: LoanProduct, _ bank: Bank) throws -> Int64? {
    let most = min(product.maxWan, market.clientRoom(request, at: bank))
    guard product.minWan <= most else { return nil }
    var high = min(max(request.amountWan, product.minWan), most)
    if high != request.amountWan, try wins(high, product, bank) { return high }
    var low = product.minWan
    guard low < high, try wins(low, product, bank) else { return nil }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if try wins(middle, product, bank) { low = middle } else { high = middle }
    }
    return low
  }

  private func wins(_ amount: Int64, _ product: LoanProduct, _ bank: Bank) throws -> Bool {
    let changed = asking(amount)
    guard amount > 0, market.failures(changed, at: bank).isEmpty,
      product.failures(for: changed).isEmpty
    else { return false }
    let option = market.option(changed, product, points: try market.points(changed, product))
    return needed(option).map { option.score >= $0 } ?? false
  }
}
