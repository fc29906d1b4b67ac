import Postgres

/// How well a pair uses land (design §6), with the policy's weights.
struct LandScore: Sendable {
  private let tax, investment, priority, waiting, region, chain: Fraction
  private let fullIntensity, fullWaiting: Fraction
  private let priorities: [LandPriority: Fraction]
  private let date: DateOnly

  /// - Parameter date: the business date, from which waiting is counted.
  init(_ policy: Policy, on date: DateOnly) throws {
    tax = try policy.fraction("land.weight.tax")
    investment = try policy.fraction("land.weight.investment")
    priority = try policy.fraction("land.weight.priority")
    waiting = try policy.fraction("land.weight.waiting")
    region = try policy.fraction("land.weight.region")
    chain = try policy.fraction("land.weight.chain")
    fullIntensity = try policy.fraction("land.full.intensity")
    fullWaiting = try policy.fraction("land.full.waiting")
    priorities = Dictionary(
      uniqueKeysWithValues: try LandPriority.allCases.map {
        ($0, try policy.fraction("land.priority.\($0.rawValue)"))
      })
    self.date = date
  }

  /// Points a mu, 0 to 10,000, of an eligible pair.
  ///
  /// - Throws: ``FractionError`` if the policy holds a full mark of 0.
  func pointsPerMu(_ request: LandRequest, _ parcel: Parcel) throws -> Int64 {
    var score = Score()
    try score.add(weight: tax, share: intensity(request.tax, request, parcel.leastTax))
    try score.add(
      weight: investment, share: intensity(request.investment, request, parcel.leastInvestment))
    try score.add(weight: priority, share: priorities[request.priority] ?? .zero)
    try score.add(
      weight: waiting,
      share: Fraction(Int128(request.submittedOn.days(until: date))).dividing(by: fullWaiting))
    try score.add(
      weight: region,
      share: Score.share(
        ofPlace: request.regions.firstIndex(of: parcel.region) ?? request.regions.count,
        in: request.regions.count))
    try score.add(weight: chain, share: chainFit(request, parcel))
    return try score.points()
  }

  /// The points of an area: the pair's points a mu times the mu, rounded half up.
  ///
  /// - Parameter area: in ten-thousandths of a mu.
  func value(pointsPerMu: Int64, area: Int64) throws -> Int64 {
    try Fraction(Int128(pointsPerMu) * Int128(area), over: 10_000).roundedHalfUp()
  }

  /// An intensity against `full` times the parcel's least; a parcel that asks for nothing is
  /// content with anything.
  private func intensity(
    _ amount: Int64, _ request: LandRequest, _ least: Numeric
  ) throws -> Fraction {
    guard least > 0 else { return .one }
    return try Fraction(Int128(amount)).dividing(by: Fraction(request.area))
      .dividing(by: fullIntensity.times(Fraction(least)))
  }

  /// The share of the chain's divisions that the parcel admits; 0 on no chain.
  private func chainFit(_ request: LandRequest, _ parcel: Parcel) throws -> Fraction {
    guard !request.chainDivisions.isEmpty else { return .zero }
    let admitted = request.chainDivisions.count { parcel.divisions.contains($0) }
    return try Fraction(Int128(admitted), over: Int128(request.chainDivisions.count))
  }
}
