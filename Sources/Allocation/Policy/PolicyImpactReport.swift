/// A policy's impact on one round, as a JSON object: the difference's fields beside its own.
public struct PolicyImpactReport: Encodable, Sendable {
  private let impact: PolicyImpact

  public init(_ impact: PolicyImpact) {
    self.impact = impact
  }

  private enum CodingKeys: String, CodingKey {
    case mechanism, jurisdiction, date, roundID, policyVersion, isAffected, kept
  }

  public func encode(to encoder: any Encoder) throws {
    try DifferenceReport(impact.difference).encode(to: encoder)
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(impact.scope.mechanism.rawValue, forKey: .mechanism)
    try fields.encode(impact.scope.jurisdiction, forKey: .jurisdiction)
    try fields.encode("\(impact.scope.businessDate)", forKey: .date)
    try fields.encode(impact.roundID, forKey: .roundID)
    try fields.encode(impact.policyVersion, forKey: .policyVersion)
    try fields.encode(impact.isAffected, forKey: .isAffected)
    try fields.encode(impact.kept, forKey: .kept)
  }
}
