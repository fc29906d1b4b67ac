/// One figure of a request changed, and all the options that the request would then have.
public struct Relaxation: Hashable, Sendable {
  /// The rule whose figure changes.
  public let rule: String
  public let from: String
  public let to: String
  /// How far the figure moves, in the figure's own unit.
  public let distance: Int
  /// Every option of the changed request, with its score as it would be.
  public let options: [RoundProblem.Option]

  public init(
    rule: String, from: String, to: String, distance: Int, options: [RoundProblem.Option]
  ) {
    self.rule = rule
    self.from = from
    self.to = to
    self.distance = distance
    self.options = options
  }
}
