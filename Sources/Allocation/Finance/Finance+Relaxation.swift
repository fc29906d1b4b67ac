import Postgres

extension Finance {
  /// One figure of the request changed by just enough to make one more product eligible: another
  /// amount, a shorter term, a higher ceiling, or one more kind of collateral. What the enterprise
  /// cannot change — its size, its rating — is not offered as advice. Where lines are full, a
  /// smaller amount may fit.
  public static func relaxations(
    of number: String, in snapshot: FinanceSnapshot, policy: Policy
  ) throws -> [Relaxation] {
    try relaxer(in: snapshot, policy: policy)(number) { _ in 0 }
  }

  public static func relaxer(in snapshot: FinanceSnapshot, policy: Policy) throws -> Relaxer {
    let market = try FinanceMarket(snapshot, policy)
    let requests = Dictionary(
      snapshot.requests.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    return { number, needed in
      guard let request = requests[number] else { return [] }
      let amount = try AmountSearch(request, market, needed).relaxation()
      return try [amount].compactMap(\.self) + relaxations(of: request, market)
    }
  }

  private static func relaxations(
    of request: FinanceRequest, _ market: FinanceMarket
  ) throws -> [Relaxation] {
    let products = (market.banks(for: request) ?? []).flatMap(market.products)
    var relaxations: [Relaxation] = []
    for rule in [FinanceRule.term, .rate, .collateral] {
      let openers = products.filter { product in
        product.failures(for: request).map(\.rule) == [rule]
      }
      for change in request.changes(of: rule, toward: openers) {
        relaxations.append(
          Relaxation(
            rule: rule.rawValue, from: change.from, to: change.to, distance: change.distance,
            options: try market.problemRequest(change.request).options))
      }
    }
    return relaxations
  }
}

extension FinanceRequest {
  /// A request with one figure changed.
  struct Change {
    let request: FinanceRequest
    let from: String
    let to: String
    let distance: Int
  }

  /// The changes of one figure that make at least one of `products` eligible, each once, the
  /// smallest first.
  func changes(of rule: FinanceRule, toward products: [LoanProduct]) -> [Change] {
    let all = products.compactMap { change(of: rule, toward: $0) }
    let distinct = Dictionary(all.map { ($0.to, $0) }, uniquingKeysWith: { first, _ in first })
    return distinct.values.sorted { ($0.distance, $0.to) < ($1.distance, $1.to) }
  }

  private func change(of rule: FinanceRule, toward product: LoanProduct) -> Change? {
    var changed = self
    switch rule {
    case .term:
      changed.termMonths = product.maxMonths
      return Change(
        request: changed, from: "\(termMonths)", to: "\(product.maxMonths)",
        distance: termMonths - product.maxMonths)
    case .rate:
      changed.maxRatePct = product.ratePct
      let points = [product.ratePct, maxRatePct].map { $0.mantissa(atScale: 2) ?? 0 }
      return Change(
        request: changed, from: "\(maxRatePct)", to: "\(product.ratePct)",
        distance: Int(clamping: points[0] - points[1]))
    case .collateral:
      changed.collateral = collateral + [product.collateral]
      return Change(
        request: changed, from: collateral.map(\.rawValue).joined(separator: ";"),
        to: changed.collateral.map(\.rawValue).joined(separator: ";"), distance: 1)
    case .chainBanks, .line, .clientLimit, .declined, .amount, .rating, .size:
      return nil
    }
  }
}
