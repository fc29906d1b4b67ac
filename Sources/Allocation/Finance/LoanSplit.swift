import Postgres

/// When a loan may be shared by the two banks of a chain (银团), and how little each may take.
struct LoanSplit: Sendable {
  /// Larger amounts may be shared, 万元.
  let above: Int64
  /// The least share of each bank: from 0 to one half.
  let leastShare: Fraction

  /// - Returns: `nil` where the policy shares no loans, which is the default.
  /// - Throws: ``PolicyError``, also for a word that is no rule and a share above one half.
  init?(_ policy: Policy) throws {
    let rule = try policy.word("finance.split.rule")
    guard rule != "never" else { return nil }
    guard rule == "above" else {
      throw PolicyError.unknownWord(
        name: "finance.split.rule", value: rule, known: ["never", "above"])
    }
    above = Int64(try policy.count("finance.split.above"))
    leastShare = try policy.fraction("finance.split.least_share")
    let isTooMuch = try Fraction(1, over: 2).isLess(than: leastShare)
    guard !isTooMuch, try !leastShare.isLess(than: .zero) else {
      throw PolicyError.missing(
        name: "finance.split.least_share", version: policy.version, expected: "from 0 to 0.5")
    }
  }

  /// The shares of the first bank that are tried, 万元: its least, one half, and all but the
  /// other's least. Each leaves both banks at least 1.
  func shares(of amount: Int64) throws -> [Int64] {
    let most = min(
      amount - 1,
      try Fraction.one.minus(leastShare).times(Fraction(whole: Int128(amount))).floored()
    )
    let least = amount - most
    guard amount > above, 1 <= least, least <= most else { return [] }
    return Set([least, amount / 2, most]).filter { (least...most).contains($0) }.sorted()
  }
}
