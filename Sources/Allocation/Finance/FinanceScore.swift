import Postgres

/// How well a loan product fits a request (design §6), with the policy's weights.
struct FinanceScore: Sendable {
  private let rate, rating, history, firstLoan, waiting, unsecured: Fraction
  private let fullRate, fullOutstanding, fullBadLoan, fullWaiting: Fraction

  init(_ policy: Policy) throws {
    rate = try policy.fraction("finance.weight.rate")
    rating = try policy.fraction("finance.weight.rating")
    history = try policy.fraction("finance.weight.history")
    firstLoan = try policy.fraction("finance.weight.first_loan")
    waiting = try policy.fraction("finance.weight.waiting")
    unsecured = try policy.fraction("finance.weight.unsecured")
    fullRate = try policy.fraction("finance.full.rate")
    fullOutstanding = try policy.fraction("finance.full.outstanding")
    fullBadLoan = try policy.fraction("finance.full.bad_loan")
    fullWaiting = try policy.fraction("finance.full.waiting")
  }

  /// The points of an eligible pair.
  ///
  /// - Parameter past: what the product's bank has done in the request's chain, if anything.
  /// - Throws: ``FractionError`` if the policy holds a full mark of 0.
  func points(
    _ request: FinanceRequest, _ product: LoanProduct, past: ChainHistory?, on date: DateOnly
  ) throws -> Int64 {
    var score = Score()
    let margin = try Fraction(request.maxRatePct).minus(Fraction(product.ratePct))
    try score.add(weight: rate, share: margin.dividing(by: fullRate))
    try score.add(
      weight: rating,
      share: Fraction(Int128(request.rating?.level ?? 0), over: Int128(Rating.span)))
    if let past { try score.add(weight: history, share: share(of: past)) }
    if request.firstLoan { try score.add(weight: firstLoan, share: .one) }
    let days = Int128(request.submittedOn.days(until: date))
    try score.add(weight: waiting, share: Fraction(days).dividing(by: fullWaiting))
    if product.collateral == .credit { try score.add(weight: unsecured, share: .one) }
    return try score.points()
  }

  /// Outstanding loans of the full mark, less by the share of bad loans.
  private func share(of past: ChainHistory) throws -> Fraction {
    let outstanding = try Fraction(Int128(past.outstandingWan)).dividing(by: fullOutstanding)
    let bad = try Fraction(past.badLoanPct).dividing(by: fullBadLoan).clipped
    return try outstanding.times(Fraction.one.minus(bad))
  }
}
