/// A score of design §6: 10,000 × the weighted sum of terms, each clipped to [0, 1], rounded half
/// up to a whole number of points.
public struct Score: Sendable {
  private var sum = Fraction.zero

  public init() {}

  /// What a score is out of, unless something else is asked for.
  public static let full: Int128 = 10_000

  /// Adds one term.
  ///
  /// - Parameters:
  ///   - weight: the policy's weight.
  ///   - share: how full the term is; what lies outside [0, 1] is clipped.
  public mutating func add(weight: Fraction, share: Fraction) throws(FractionError) {
    sum = try sum.plus(weight.times(share.clipped))
  }

  /// The whole points.
  ///
  /// - Parameter full: the points of a score whose terms are all full and whose weights add up to 1.
  public func points(
    of full: Fraction = Fraction(whole: Score.full)
  ) throws(FractionError) -> Int64 {
    try sum.times(full).roundedHalfUp()
  }

  /// The share of a place in a list of ranks: 1 for the first, falling evenly to 0 after the last.
  ///
  /// - Parameter place: from 0; a place outside the list gives 0.
  public static func share(ofPlace place: Int, in count: Int) throws(FractionError) -> Fraction {
    guard (0..<max(0, count)).contains(place) else { return .zero }
    return try Fraction(Int128(count - place), over: Int128(count))
  }
}
