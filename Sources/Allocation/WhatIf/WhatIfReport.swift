/// A what-if's answer, as one JSON object: the difference's own fields beside those of the what-if.
public struct WhatIfReport: Encodable, Sendable {
  struct Override: Encodable, Sendable {
    let change: Int
    let request: String
    let award: DifferenceReport.Award
    let cost: Int64
    let displaced: [DifferenceReport.Turn]
    /// Who would rather have each other; none where only the total score counts.
    let blockingPairs: [Pair]
  }

  struct Pair: Encodable, Sendable {
    let request: String
    let resource: String
  }

  let mechanism: String
  let jurisdiction: String
  let date: String
  let roundID: Int?
  let difference: DifferenceReport
  let overrides: [Override]
  /// The night that is foretold, where it is the one after the round.
  let night: String?
  /// Offers that the changes take back.
  let withdrawn: [Withdrawn]
  /// Points that more search alone adds to the stored round; on both sides, and no effect.
  let searchGain: Int64

  struct Withdrawn: Encodable, Sendable {
    let offer: Int
    let request: String
    let resource: String
  }

  private enum CodingKeys: String, CodingKey {
    case mechanism, jurisdiction, date, roundID, overrides, night, withdrawn, searchGain
  }

  public func encode(to encoder: any Encoder) throws {
    try difference.encode(to: encoder)
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(mechanism, forKey: .mechanism)
    try fields.encode(jurisdiction, forKey: .jurisdiction)
    try fields.encode(date, forKey: .date)
    try fields.encodeIfPresent(roundID, forKey: .roundID)
    try fields.encode(overrides, forKey: .overrides)
    try fields.encodeIfPresent(night, forKey: .night)
    try fields.encode(withdrawn, forKey: .withdrawn)
    try fields.encode(searchGain, forKey: .searchGain)
  }
}

extension WhatIfReport {
  public init<S>(_ answer: WhatIf<S>) {
    let scope = answer.base.scope
    self.init(
      mechanism: scope.mechanism.rawValue, jurisdiction: scope.jurisdiction,
      date: "\(scope.businessDate)", roundID: answer.base.roundID,
      difference: DifferenceReport(answer.difference),
      overrides: answer.overrides.map { override in
        Override(
          change: override.change, request: override.request,
          award: DifferenceReport.Award(override.award), cost: override.cost,
          displaced: override.displaced.map(DifferenceReport.Turn.init),
          blockingPairs: override.blockingPairs.map {
            Pair(request: $0.request, resource: $0.resource)
          })
      }, night: answer.base.night.map { "\($0.businessDate)" },
      withdrawn: answer.withdrawn.map {
        Withdrawn(offer: $0.offerID, request: $0.request.number, resource: $0.parcel)
      }, searchGain: answer.searchGain)
  }
}
