import Postgres

/// The smallest changes of an unserved land request's own figures that would have won.
///
/// A change *would have won* if a what-if of it, on the stored round, serves the request
/// (docs/decisions/0013): nothing is estimated, and anyone can ask the same what-if. An exchange says
/// where to look; what-ifs then prove the change, and that one step less does not win. More investment and
/// a later day never lose what less has won, so there that is the smallest change. A smaller area gains
/// some points a mu and loses others: there a larger one between those that were tried may win too, and the
/// advice says so (``SmallestChange/RuleChange/isLeast``).
///
/// All of it starts from the round's answer. A night that is computed anew with the change may settle on
/// another answer of nearly the same worth and serve the request, or another one, for less: the gap of a land
/// round is larger than one request's score.
public struct LandAdvice: Sendable {
  /// One step of each figure: 1 万元, 0.0001 mu, a day on which a parcel becomes clean.
  public let changes: [SmallestChange.RuleChange]

  /// - Throws: ``FieldFault`` for a request that the round does not have.
  /// - Complexity: O(log steps) solves of a limited length for each figure, two at a time.
  public init(_ number: String, on base: LandWhatIf.Base) throws {
    let search = try AdviceSearch(number, base)
    changes = try InParallel.map(try search.estimates()) { try search.proved($0) }
      .compactMap { $0 }.sorted { $0.rule < $1.rule }
  }
}

/// Changes one request's figures and asks what-ifs what it would get.
private struct AdviceSearch: Sendable {
  private let request: LandRequest
  private let base: LandWhatIf.Base
  private let comparison: WhatIfComparison<LandScenario>

  init(_ number: String, _ base: LandWhatIf.Base) throws {
    guard let request = base.snapshot.requests.first(where: { $0.number == number }) else {
      throw FieldFault(
        "request", number, Wording("不在此轮次中", "is not in the round"),
        remedy: Wording("写当日的诉求", "name a request of that day"))
    }
    (self.request, self.base) = (request, base)
    comparison = try WhatIfComparison(base)
  }

  /// One change a figure, found by exchanges on the answer that what-ifs start from.
  func estimates() throws -> [Relaxation] {
    let exchanges = comparison.exchanges
    let search = try LandRelaxation(base.snapshot, base.policy, parts: Self.parts)
    return try search.relaxations(of: request.number) { option in
      exchanges.exchange(for: option).map { option.score - $0.gain + 1 }
    }
  }

  /// Into how many parts the area is cut to look for one that wins.
  private static let parts: Int64 = 128

  /// The change as what-ifs prove it; `nil` if none of those that were asked serves the request.
  func proved(_ estimate: Relaxation) throws -> SmallestChange.RuleChange? {
    guard let figure = Figure(estimate, request, base.snapshot) else { return nil }
    let proof = try AdviceProof(figure.steps, from: figure.estimate) { step in
      try award(figure.change(step))
    }
    guard let (step, award) = proof.winning else { return nil }
    return SmallestChange.RuleChange(
      rule: estimate.rule, resource: award.resource, from: estimate.from, to: figure.text(step),
      score: award.score, needed: nil,
      fails: step - proof.losing > 1 ? figure.text(proof.losing) : nil,
      difference: try figure.difference(step),
      isLeast: figure.isMonotone && step - proof.losing == 1)
  }

  /// What a what-if with these figures would give the request.
  private func award(_ figures: LandChange.RequestFigures) throws -> RoundResult.Award? {
    var scenario = LandScenario(base.snapshot, policy: base.policy)
    do {
      try scenario.applyTouching(.request(request.number, figures))
    } catch is FieldFault {
      return nil
    }
    return try comparison.award(of: request.number, in: scenario)
  }
}

/// A figure of a request as a ladder of steps: step 0 is the figure as it is, each further step asks
/// more of the enterprise.
private enum Figure {
  /// 万元.
  case investment(LandRequest, estimate: Int64)
  /// Ten-thousandths of a mu less.
  case area(LandRequest, estimate: Int64)
  /// Days on which parcels become clean.
  case date(LandRequest, days: [DateOnly], estimate: Int64)

  init?(_ relaxation: Relaxation, _ request: LandRequest, _ snapshot: LandSnapshot) {
    let distance = Int64(relaxation.distance)
    switch LandRule(rawValue: relaxation.rule) {
    case .investment: self = .investment(request, estimate: distance)
    case .area: self = .area(request, estimate: distance)
    case .ready:
      let days = Set(snapshot.parcels.map(\.readyOn)).filter { $0 > request.neededBy }.sorted()
      guard let place = days.firstIndex(where: { "\($0)" == relaxation.to }) else { return nil }
      self = .date(request, days: days, estimate: Int64(place) + 1)
    default: return nil
    }
  }

  var estimate: Int64 {
    switch self {
    case .investment(_, let estimate), .area(_, let estimate), .date(_, _, let estimate): estimate
    }
  }

  /// Whether what wins with a step wins with every further one.
  var isMonotone: Bool {
    switch self {
    case .investment, .date: true
    case .area: false
    }
  }

  /// The last step that makes sense.
  var steps: Int64 {
    switch self {
    case .investment(let request, let estimate): max(estimate, request.investment) * 4
    case .area(let request, _): ((try? LandArea.units(request.area)) ?? 1) - 1
    case .date(_, let days, _): Int64(days.count)
    }
  }

  func change(_ step: Int64) -> LandChange.RequestFigures {
    var figures = LandChange.RequestFigures()
    switch self {
    case .investment(let request, _): figures.investment = request.investment + step
    case .area(let request, _):
      let smaller = request.asking(((try? LandArea.units(request.area)) ?? 0) - step)
      (figures.area, figures.leastArea) = (smaller.area, smaller.leastArea)
    case .date(_, let days, _): figures.neededBy = days[Int(step) - 1]
    }
    return figures
  }

  func text(_ step: Int64) -> String {
    let figures = step == 0 ? nil : change(step)
    switch self {
    case .investment(let request, _): return "\(figures?.investment ?? request.investment)"
    case .area(let request, _): return "\((figures?.area ?? request.area).reduced)"
    case .date(let request, _, _): return "\(figures?.neededBy ?? request.neededBy)"
    }
  }

  func difference(_ step: Int64) throws -> String {
    switch self {
    case .investment(let request, _): try request.moreInvestment(request.investment + step)
    case .area: "−\(LandArea.mu(step))"
    case .date(let request, let days, _): "+\(request.neededBy.days(until: days[Int(step) - 1]))"
    }
  }
}
