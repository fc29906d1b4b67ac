import Postgres

/// The smallest changes of an unserved land request's own figures that would have won.
///
/// A change *would have won* if a what-if of it, on the stored round, serves the request
/// (docs/decisions/0013): nothing is estimated, and anyone can ask the same what-if. Each change is
/// found by bisection down to one step of its figure, and one step less has been tried and does not
/// win.
public struct LandAdvice: Sendable {
  /// One step of each figure: 1 万元, 0.0001 mu, a day on which a parcel becomes clean.
  public let changes: [SmallestChange.RuleChange]

  /// - Throws: ``WhatIfError`` for a request that the round does not have.
  /// - Complexity: some dozens of solves of a limited length, two at a time.
  public init(_ number: String, on base: LandWhatIf.Base) throws {
    let search = try AdviceSearch(number, base)
    let figures: [@Sendable () throws -> SmallestChange.RuleChange?] = [
      { try search.area() }, { try search.investment() }, { try search.date() },
    ]
    changes = try InParallel.map(figures) { try $0() }.compactMap { $0 }
      .sorted { $0.rule < $1.rule }
  }
}

/// Tries changed figures of one request.
private struct AdviceSearch: Sendable {
  let request: LandRequest
  private let base: LandWhatIf.Base
  private let comparison: WhatIfComparison

  init(_ number: String, _ base: LandWhatIf.Base) throws {
    guard let request = base.snapshot.requests.first(where: { $0.number == number }) else {
      throw WhatIfError(
        "request", number, "is not in the round", remedy: "name a request of that day")
    }
    (self.request, self.base) = (request, base)
    comparison = try WhatIfComparison(base)
  }

  /// What a what-if with these figures would give the request.
  private func award(
    _ change: (inout LandChange.RequestFigures) -> Void
  ) throws -> RoundResult.Award? {
    var figures = LandChange.RequestFigures()
    change(&figures)
    var scenario = LandScenario(base.snapshot, policy: base.policy)
    do {
      try scenario.applyTouching(.request(request.number, figures))
    } catch is WhatIfError {
      return nil
    }
    return try comparison.award(of: request.number, in: scenario)
  }

  /// More investment, up to what earns the full mark everywhere.
  func investment() throws -> SmallestChange.RuleChange? {
    let full = try LandLimits.fullIntensity(base.policy)
    let most =
      try base.snapshot.parcels.filter { request.regions.contains($0.region) }
      .map { parcel in
        try full.times(Fraction(parcel.leastInvestment)).times(Fraction(request.area)).floored() + 1
      }.max() ?? 0
    guard most > request.investment else { return nil }
    let found = try least(from: request.investment, to: most) { value in
      try award { $0.investment = value }
    }
    return try found.map {
      // Rounded up: the floor of what is negative.
      let less = try Fraction(Int128(request.investment - $0.value))
        .dividing(by: Fraction(request.area)).floored(places: 4)
      let perMu = (Numeric(mantissa: -less.mantissa, scale: less.scale) ?? 0).reduced
      return change(
        .investment, "\(request.investment)", "\($0.value)", "+\(perMu)", $0.award)
    }
  }

  /// A smaller area, wanted and least: first coarsely, then step by step between two neighbours.
  func area() throws -> SmallestChange.RuleChange? {
    let wanted = try LandArea.units(request.area)
    func trial(_ cut: Int64) throws -> RoundResult.Award? {
      try award { figures in
        let area = LandArea.mu(wanted - cut)
        (figures.area, figures.leastArea) = (area, min(request.leastArea, area))
      }
    }
    var low: Int64 = 0
    for part in 1...Self.areaParts {
      let cut = min(wanted - 1, wanted * part / (Self.areaParts + 1))
      guard cut > low else { continue }
      if try trial(cut) != nil {
        return try least(from: low, to: cut, trial).map {
          change(
            .area, "\(request.area.reduced)", "\(LandArea.mu(wanted - $0.value))",
            "−\(LandArea.mu($0.value))", $0.award)
        }
      }
      low = cut
    }
    return nil
  }

  private static let areaParts: Int64 = 9

  /// A later day: the first on which another parcel is clean and the request wins.
  func date() throws -> SmallestChange.RuleChange? {
    let days = Set(base.snapshot.parcels.map(\.readyOn)).filter { $0 > request.neededBy }.sorted()
    for day in days {
      if let award = try award({ $0.neededBy = day }) {
        let days = request.neededBy.days(until: day)
        return change(.ready, "\(request.neededBy)", "\(day)", "+\(days)", award)
      }
    }
    return nil
  }

  /// The least value that wins between one that does not and one that may.
  private func least(
    from low: Int64, to high: Int64, _ trial: (Int64) throws -> RoundResult.Award?
  ) throws -> (value: Int64, award: RoundResult.Award)? {
    guard var award = try trial(high) else { return nil }
    var (low, high) = (low, high)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if let won = try trial(middle) {
        (high, award) = (middle, won)
      } else {
        low = middle
      }
    }
    return (high, award)
  }

  private func change(
    _ rule: LandRule, _ from: String, _ to: String, _ difference: String,
    _ award: RoundResult.Award
  ) -> SmallestChange.RuleChange {
    .init(
      rule: rule.rawValue, resource: award.resource, from: from, to: to, score: award.score,
      needed: nil,
      difference: difference)
  }
}
