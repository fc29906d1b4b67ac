import Postgres

/// What a bank's history in a chain is worth when the chain's two banks are chosen: clients,
/// outstanding loans, few bad ones.
struct DesignationScore: Sendable {
  private let clients, outstanding, badLoan: Fraction
  private let fullClients, fullOutstanding, fullBadLoan, full: Fraction

  init(_ policy: Policy) throws {
    clients = try policy.fraction("finance.designation.clients")
    outstanding = try policy.fraction("finance.designation.outstanding")
    badLoan = try policy.fraction("finance.designation.bad_loan")
    fullClients = try policy.fraction("finance.designation.full_clients")
    full = try policy.fraction("finance.designation.history")
    fullOutstanding = try policy.fraction("finance.full.outstanding")
    fullBadLoan = try policy.fraction("finance.full.bad_loan")
  }

  /// Points; 0 for a bank that has lent nothing in the chain yet, however few its bad loans.
  ///
  /// - Throws: ``FractionError`` if the policy holds a full mark of 0.
  func points(_ past: ChainHistory?) throws -> Int64 {
    guard let past, past.clients > 0 || past.outstandingWan > 0 else { return 0 }
    var score = Score()
    try score.add(
      weight: clients, share: Fraction(Int128(past.clients)).dividing(by: fullClients))
    try score.add(
      weight: outstanding,
      share: Fraction(Int128(past.outstandingWan)).dividing(by: fullOutstanding))
    try score.add(
      weight: badLoan,
      share: Fraction.one.minus(Fraction(past.badLoanPct).dividing(by: fullBadLoan)))
    return try score.points(of: full)
  }
}
