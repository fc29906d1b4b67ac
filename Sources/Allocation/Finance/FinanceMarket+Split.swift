import Postgres

extension FinanceMarket {
  /// The ways to share a loan between the two banks of its chain. For each pair of shares only the
  /// best product of each bank counts: what a share takes of lines and limits is the same for all.
  func sharedOptions(_ request: FinanceRequest) throws -> [RoundProblem.Option] {
    guard let split, request.chain != nil, let banks = banks(for: request), banks.count == 2 else {
      return []
    }
    return try split.shares(of: request.amountWan).compactMap { first in
      guard let lead = try share(first, of: request, at: banks[0]),
        let partner = try share(request.amountWan - first, of: request, at: banks[1])
      else { return nil }
      return try shared(request, lead, partner)
    }
  }

  /// A bank's part of a shared loan.
  private struct Share {
    let amount: Int64
    let points: Int64
    let option: RoundProblem.Option
  }

  /// The best that a bank can do for a share; `nil` where a rule of the bank or of each product
  /// stands in the way.
  private func share(_ amount: Int64, of request: FinanceRequest, at bank: Bank) throws -> Share? {
    var part = request
    part.amountWan = amount
    guard failures(part, at: bank).isEmpty else { return nil }
    let options = try products(of: bank).filter { $0.failures(for: part).isEmpty }
      .map { option(part, $0, points: try points(part, $0)) }
    // The first of equals: products come in the order of their codes.
    return options.reduce(nil as RoundProblem.Option?) { best, option in
      best.map { $0.score >= option.score } ?? false ? best : option
    }.map { Share(amount: amount, points: $0.score, option: $0) }
  }

  /// The points of a shared loan are the shares' points, weighted by amount and rounded down, so
  /// that sharing alone never beats the better bank.
  private func shared(
    _ request: FinanceRequest, _ lead: Share, _ partner: Share
  ) throws -> RoundProblem.Option {
    let total = Fraction(whole: Int128(request.amountWan))
    let points = try [lead, partner].reduce(Fraction.zero) { sum, share in
      try sum.plus(
        Fraction(whole: Int128(share.points)).times(Fraction(whole: Int128(share.amount))))
    }.dividing(by: total).floored()
    var detail = lead.option.detail
    detail["partner"] = partner.option.resource
    detail["partner_wan"] = "\(partner.amount)"
    for name in ["product", "rate_pct", "basis_points"] {
      detail["partner_\(name)"] = partner.option.detail[name]
    }
    return RoundProblem.Option(
      resource: lead.option.resource, detail: detail, amount: Numeric(request.amountWan),
      unit: lead.option.unit, score: points, uses: lead.option.uses + partner.option.uses)
  }
}
