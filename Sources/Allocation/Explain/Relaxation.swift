/// One change to a request's own figures, and the option it would open.
public struct Relaxation: Hashable, Sendable {
  /// The rule that now fails.
  public let rule: String
  public let from: String
  public let to: String
  /// How far the figure moves, in steps that are comparable within the mechanism.
  public let distance: Int
  /// The option as it would be.
  public let option: RoundProblem.Option

  public init(rule: String, from: String, to: String, distance: Int, option: RoundProblem.Option) {
    self.rule = rule
    self.from = from
    self.to = to
    self.distance = distance
    self.option = option
  }
}
