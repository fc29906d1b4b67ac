/// The engine's answer: an allocation, and what proves how good it is.
public struct Solution: Sendable {
  /// How far the answer is proved.
  public enum Status: String, Sendable {
    /// Nothing better exists: gap 0.
    case optimal
    /// The gap is positive and stated.
    case within
    /// The caller's stop ended the search, or its time was over when nothing was proved; the gap is true and stated.
    case timeLimit = "time_limit"
    /// A stable matching: no blocking pair.
    case stable
  }

  /// For each request the chosen option, counted from 0 inside the request, or −1.
  public let choices: [Int32]
  /// Points earned: scores of the chosen options less penalties of shortfalls.
  public let objective: Int64
  /// No allocation earns more than this, in points; recomputed from ``certificate``.
  public let bound: Int64
  public let status: Status
  /// The algorithm that ran, for people and reports.
  public let algorithm: String
  /// Prices from which anyone can recompute ``bound``.
  public let certificate: Certificate
  /// Whether it is settled that nothing earns more. Prices settle it where ``status`` is
  /// `.optimal`, which anyone can check. Where a search over all allocations settled it, the prices may leave
  /// a gap, and the word of the engine is all there is.
  public let isProvedBest: Bool
  /// For each row, where the structure allows an exact answer: the total score that the others lose
  /// when one more unit of the row, and of the rows it nests in, is taken away. `Int64.max` where no
  /// unit can be had at any score; negative where a shortfall would be made good. `nil` where not
  /// exact or not wanted; see also ``entryCost(ofOption:)``.
  public let entryCosts: [Int64]?
  /// For each option the first row of its chain, −1 for an option without rows; `nil` as above.
  let entryRows: [Int32]?

  /// What the others lose when one more unit is taken at this option's rows: an option of an unserved
  /// request wins if and only if its score exceeds this (at equality the lottery decides).
  ///
  /// - Parameter option: an index over all options of the problem.
  /// - Returns: points, or `nil` where ``entryCosts`` is `nil`.
  public func entryCost(ofOption option: Int) -> Int64? {
    guard let entryCosts, let row = entryRows?[option] else { return nil }
    return row < 0 ? 0 : entryCosts[Int(row)]
  }

  /// What may be missing to the best: `bound − objective`, in points.
  public var gap: Int64 { bound - objective }
  /// The gap as a share of the objective's size.
  public var relativeGap: Double { Double(gap) / Double(max(1, abs(objective))) }
  /// The number of served requests.
  public var assigned: Int { choices.reduce(0) { $0 + ($1 >= 0 ? 1 : 0) } }
}
