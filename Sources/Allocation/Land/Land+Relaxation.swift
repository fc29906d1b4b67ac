import Postgres

extension Land {
  /// None from the options alone: a land request's figures move in steps so small that the least is
  /// searched for, see ``relaxer(in:policy:)``.
  public static func relaxations(
    of number: String, in snapshot: LandSnapshot, policy: Policy
  ) throws -> [Relaxation] {
    []
  }

  /// For each figure that the enterprise can move — investment, area, the day until which it can wait —
  /// the least change that wins.
  public static func relaxer(in snapshot: LandSnapshot, policy: Policy) throws -> Relaxer {
    let search = try LandRelaxation(snapshot, policy)
    return { number, needed in try search.relaxations(of: number, needed) }
  }
}

/// Looks for the least change of one figure of a land request with which an option wins.
///
/// What an option needs to win is asked, and does not depend on the request's investment or dates;
/// so one question an option settles those. A smaller area changes what is used, and is tried.
struct LandRelaxation {
  /// The score with which an option would win; `nil` where none would.
  typealias Needed = (RoundProblem.Option) -> Int64?

  private let options: LandOptions
  /// Into how many parts the area is cut to look for one that wins.
  private let parts: Int64
  private let fullIntensity: Fraction
  private let requests: [String: LandRequest]
  private let parcels: [String: [Parcel]]

  init(_ snapshot: LandSnapshot, _ policy: Policy, parts: Int64 = 6) throws {
    self.parts = parts
    options = try LandOptions(snapshot, policy: policy)
    fullIntensity = try LandLimits.fullIntensity(policy)
    requests = Dictionary(
      snapshot.requests.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    parcels = Dictionary(grouping: snapshot.parcels, by: \.region)
  }

  /// One change a figure, in the order of the rules' codes.
  func relaxations(of number: String, _ needed: Needed) throws -> [Relaxation] {
    guard let request = requests[number], request.closure == nil else { return [] }
    return try [
      area(request, needed), investment(request, needed), date(request, needed),
    ].compactMap(\.self)
  }

  /// The parcels that a change of the figures could open: what county, industry, holds and earlier
  /// answers say stays as it is.
  private func nearby(_ request: LandRequest) -> [Parcel] {
    request.regions.flatMap { parcels[$0] ?? [] }.filter {
      $0.divisions.contains(request.division)
    }
  }

  /// The options of a changed request on one parcel; none where a rule stands in the way.
  private func options(
    _ request: LandRequest, _ parcel: Parcel
  ) throws -> [RoundProblem.Option] {
    let pairing = LandPairing(request, parcel, in: options.snapshot, options.limits)
    return try pairing.isEligible ? options.options(pairing) : []
  }

  private func winner(
    _ options: [RoundProblem.Option], _ needed: Needed
  ) -> RoundProblem.Option? {
    options.first { option in needed(option).map { option.score >= $0 } ?? false }
  }

  // MARK: - Investment

  /// More investment, in 万元, up to what earns the full mark on every parcel.
  private func investment(_ request: LandRequest, _ needed: Needed) throws -> Relaxation? {
    var best: (value: Int64, option: RoundProblem.Option)?
    for parcel in nearby(request) {
      let most = try mostInvestment(request, parcel)
      let top = min(most, (best?.value ?? .max) - 1)
      guard top > request.investment, var found = try winner(request, parcel, top, needed) else {
        continue
      }
      var (low, high) = (request.investment, top)
      while high - low > 1 {
        let middle = low + (high - low) / 2
        if let option = try winner(request, parcel, middle, needed) {
          (high, found) = (middle, option)
        } else {
          low = middle
        }
      }
      best = (high, found)
    }
    guard let best else { return nil }
    return try change(.investment, request, to: best.value, best.option)
  }

  private func winner(
    _ request: LandRequest, _ parcel: Parcel, _ investment: Int64, _ needed: Needed
  ) throws -> RoundProblem.Option? {
    var changed = request
    changed.investment = investment
    return winner(try options(changed, parcel), needed)
  }

  /// What earns the full mark on a parcel, in 万元.
  private func mostInvestment(_ request: LandRequest, _ parcel: Parcel) throws -> Int64 {
    try fullIntensity.times(Fraction(parcel.leastInvestment)).times(Fraction(request.area))
      .floored() + 1
  }

  private func change(
    _ rule: LandRule, _ request: LandRequest, to value: Int64, _ option: RoundProblem.Option
  ) throws -> Relaxation {
    Relaxation(
      rule: rule.rawValue, from: "\(request.investment)", to: "\(value)",
      distance: Int(clamping: value - request.investment),
      difference: try request.moreInvestment(value), options: [option])
  }

  // MARK: - Date

  /// A later day: the first on which another parcel is clean and the request wins.
  private func date(_ request: LandRequest, _ needed: Needed) throws -> Relaxation? {
    let later = nearby(request).filter { $0.readyOn > request.neededBy }
      .sorted { ($0.readyOn, $0.code) < ($1.readyOn, $1.code) }
    for parcel in later {
      var changed = request
      changed.neededBy = parcel.readyOn
      guard let option = winner(try options(changed, parcel), needed) else { continue }
      let days = request.neededBy.days(until: parcel.readyOn)
      return Relaxation(
        rule: LandRule.ready.rawValue, from: "\(request.neededBy)", to: "\(parcel.readyOn)",
        distance: days, difference: "+\(days)", options: [option])
    }
    return nil
  }

  // MARK: - Area

  /// A smaller area, wanted and least.
  private func area(_ request: LandRequest, _ needed: Needed) throws -> Relaxation? {
    let wanted = try LandArea.units(request.area)
    var best: (units: Int64, option: RoundProblem.Option)?
    for parcel in nearby(request) {
      var above = wanted
      for units in try candidates(request, parcel, below: wanted) {
        guard units > best?.units ?? 0 else { break }
        if let option = winner(try options(request.asking(units), parcel), needed) {
          best = try largest(request, parcel, from: (units, option), below: above, needed)
          break
        }
        above = units
      }
    }
    return best.map { units, option in
      let area = LandArea.mu(units)
      return Relaxation(
        rule: LandRule.area.rawValue, from: "\(request.area.reduced)", to: "\(area)",
        distance: Int(clamping: wanted - units), difference: "−\(LandArea.mu(wanted - units))",
        options: [option])
    }
  }

  /// Areas that are worth trying, the largest first: equal steps, the whole of a whole parcel, and
  /// where the request's intensities meet the parcel's thresholds.
  private func candidates(
    _ request: LandRequest, _ parcel: Parcel, below wanted: Int64
  ) throws -> [Int64] {
    var areas = (1..<parts).map { wanted / parts * $0 }
    areas += try [LandArea.units(parcel.area), LandArea.units(parcel.free)]
    for (amount, least) in [
      (request.investment, parcel.leastInvestment), (request.tax, parcel.leastTax),
    ] where least > 0 {
      let mu = try Fraction(Int128(amount)).dividing(by: Fraction(least))
      areas.append(try mu.times(Fraction(10_000)).floored())
    }
    return Set(areas.filter { 0 < $0 && $0 < wanted }).sorted(by: >)
  }

  /// The largest area up to `limit` that still wins, as far as bisection tells.
  private func largest(
    _ request: LandRequest, _ parcel: Parcel, from start: (units: Int64, RoundProblem.Option),
    below limit: Int64, _ needed: Needed
  ) throws -> (Int64, RoundProblem.Option) {
    var (found, high) = (start, limit)
    while high - found.units > 1 {
      let middle = found.units + (high - found.units) / 2
      if let option = winner(try options(request.asking(middle), parcel), needed) {
        found = (middle, option)
      } else {
        high = middle
      }
    }
    return found
  }
}

extension LandRequest {
  /// The request for a smaller area, wanted and least.
  func asking(_ units: Int64) -> LandRequest {
    var changed = self
    changed.area = LandArea.mu(units)
    changed.leastArea = min(leastArea, changed.area)
    return changed
  }

  /// By how much an investment is more than the request's, in 万元 a mu with four decimals, rounded up.
  func moreInvestment(_ value: Int64) throws -> String {
    // The floor of what is negative.
    let less = try Fraction(Int128(investment - value)).dividing(by: Fraction(area))
      .floored(places: 4)
    return "+\((Numeric(mantissa: -less.mantissa, scale: less.scale) ?? 0).reduced)"
  }
}
