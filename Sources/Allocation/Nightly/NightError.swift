/// Some rounds of a night failed; the others are stored.
public struct NightError: Error, CustomStringConvertible {
  public struct Failure: Sendable {
    public let scope: RoundScope
    public let error: any Error
  }

  /// What was computed in spite of the failures.
  public let outcomes: [Night.Outcome]
  public let failures: [Failure]

  public var description: String {
    failures.map {
      "\($0.scope.mechanism.rawValue) \($0.scope.jurisdiction) \($0.scope.businessDate): \($0.error)"
    }.joined(separator: "\n")
  }
}
