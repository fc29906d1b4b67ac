/// What an option of an unserved request would have needed to be chosen, everything else unchanged.
public struct WinningChange: Hashable, Sendable {
  /// A score with which the option is chosen, in points; `nil` where none was found. Where the answer
  /// is exact, one point less leaves it to the lottery.
  public let score: Int64?
  /// Smaller uses with which the option is chosen at the score it has: all cut in the same
  /// proportion, rounded up; `nil` where none were found, and where every use is of one unit.
  public let uses: [Problem.Use]?
  /// Whether no lower score is chosen for certain; otherwise `score` is one that is, and a little less
  /// might be.
  public let isLeastScore: Bool
}
