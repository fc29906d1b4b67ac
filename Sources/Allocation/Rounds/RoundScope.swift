public import Postgres

/// What one round is about: a mechanism, in a jurisdiction, on a business date.
public struct RoundScope: Hashable, Sendable {
  public let mechanism: MechanismName
  /// The prefecture's six-digit code (GB/T 2260).
  public let jurisdiction: String
  /// The day the round belongs to, in Asia/Shanghai.
  public let businessDate: DateOnly

  public init(mechanism: MechanismName, jurisdiction: String, businessDate: DateOnly) {
    self.mechanism = mechanism
    self.jurisdiction = jurisdiction
    self.businessDate = businessDate
  }

  /// The seed of the round's lottery: known before the round, and another one every night, so that
  /// nobody loses every tie for a year.
  public var seed: String { "\(mechanism.rawValue)/\(jurisdiction)/\(businessDate)" }
}
