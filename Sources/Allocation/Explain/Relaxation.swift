/// One figure of a request changed, and all the options that the request would then have.
public struct Relaxation: Hashable, Sendable {
  /// The rule whose figure changes.
  public let rule: String
  public let from: String
  public let to: String
  /// How far the figure moves, in the figure's own unit.
  public let distance: Int
  /// How far the figure moves, with its sign, in the rule's own step; `nil` where it has none.
  public let difference: String?
  /// Every option of the changed request, with its score as it would be.
  public let options: [RoundProblem.Option]

  public init(
    rule: String, from: String, to: String, distance: Int, difference: String? = nil,
    options: [RoundProblem.Option]
  ) {
    self.rule = rule
    self.from = from
    self.to = to
    self.distance = distance
    self.difference = difference
    self.options = options
  }
}

/// What `Mechanism.relaxations` says of one request after another, with the look-ups made once.
///
/// - Parameters:
///   - request: its number.
///   - needed: a score with which an option would win; `nil` where none would. A mechanism whose
///     figures move in small steps looks for the least step with it.
public typealias Relaxer = (
  _ request: String, _ needed: @escaping (RoundProblem.Option) -> Int64?
) throws -> [Relaxation]
