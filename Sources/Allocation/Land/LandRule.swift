import Postgres

/// The hard rules of land (design §6). A pair that fails one is no option, whatever its score.
enum LandRule: String, CaseIterable, Sendable {
  case closed, region, division, investment, tax, ready, area, held, declined

  /// What the rule looks at, and how its failure is put.
  var term: Glossary.Rule {
    .init(figure: figure, failure: failure, step: step)
  }

  /// The unit of advice on the figure.
  private var step: Glossary.Term? {
    switch self {
    case .investment: .init("万元/亩", "10,000 yuan/mu")
    case .area: .init("亩", "mu")
    case .ready: .init("天", "days")
    case .closed, .region, .division, .tax, .held, .declined: nil
    }
  }

  private var figure: Glossary.Term {
    switch self {
    case .closed: .init("会商结论", "consultation's decision")
    case .region: .init("县市区", "county")
    case .division: .init("行业大类", "industry division")
    case .investment: .init("固定资产投资（万元）", "investment (10,000 yuan)")
    case .tax: .init("预计年税收（万元）", "yearly tax (10,000 yuan)")
    case .ready: .init("用地期限", "needed-by date")
    case .area:
      .init("需求面积（最小面积不大于之，亩）", "area (with a least area not above it, mu)")
    case .held: .init("地块预留", "hold on the parcel")
    case .declined: .init("此前答复", "earlier answers")
    }
  }

  private var failure: Glossary.Term {
    switch self {
    case .closed: .init("会商已决定暂缓或不予安排", "put off or refused by a consultation")
    case .region: .init("不在意向县市区", "not in a county asked for")
    case .division: .init("不准入该行业", "does not admit the industry")
    case .investment: .init("投资强度低于地块下限", "investment a mu below the parcel's least")
    case .tax: .init("亩均税收低于地块下限", "tax a mu below the parcel's least")
    case .ready: .init("期限内不能净地", "not clean in time")
    case .area: .init("面积不合", "area does not fit")
    case .held: .init("地块已预留", "parcel held back")
    case .declined: .init("此前已有一方谢绝", "declined by one side before")
    }
  }
}

/// The limits that the rules read from the policy.
struct LandLimits: Sendable {
  /// A whole parcel is at most this many times the area wanted.
  let wholeParcel: Fraction

  init(_ policy: Policy) throws {
    wholeParcel = try policy.fraction("land.limit.whole_parcel")
  }

  /// The intensity that earns the full mark, as a multiple of the parcel's least.
  static func fullIntensity(_ policy: Policy) throws -> Fraction {
    try policy.fraction("land.full.intensity")
  }
}

/// One request and one parcel, and whether they may come together.
struct LandPairing {
  let request: LandRequest
  let parcel: Parcel
  let limits: LandLimits
  /// Thresholds that do not count for the pair.
  let waived: Set<LandWaiver.Threshold>
  let isDeclined: Bool

  init(_ request: LandRequest, _ parcel: Parcel, in snapshot: LandSnapshot, _ limits: LandLimits) {
    self.request = request
    self.parcel = parcel
    self.limits = limits
    waived = Set(
      [LandWaiver.Threshold.investment, .tax].filter { threshold in
        [nil, parcel.code].contains { code in
          snapshot.waivers.contains(
            LandWaiver(request: request.number, threshold: threshold, parcel: code))
        }
      })
    isDeclined = snapshot.declined.contains(
      LandPair(request: request.number, parcel: parcel.code))
  }

  /// The rules that the pair fails, each with the figures on both sides; none for an eligible pair.
  func refusals() throws -> [RoundProblem.Refusal] {
    try LandRule.allCases.filter { try !meets($0) }.map { rule in
      let figures = try figures(of: rule)
      return RoundProblem.Refusal(
        rule: rule.rawValue, resource: parcel.code, needed: figures.request,
        found: figures.parcel)
    }
  }

  /// Whether the pair meets every rule.
  var isEligible: Bool {
    get throws { try LandRule.allCases.allSatisfy { try meets($0) } }
  }

  /// Whether a pair meets the rules that are cheapest to ask and hardest to meet.
  static func mayMeet(_ request: LandRequest, _ parcel: Parcel) -> Bool {
    isInRegion(request, parcel) && isAdmitted(request, parcel) && isReady(request, parcel)
  }

  private static func isInRegion(_ request: LandRequest, _ parcel: Parcel) -> Bool {
    request.regions.contains(parcel.region)
  }

  private static func isAdmitted(_ request: LandRequest, _ parcel: Parcel) -> Bool {
    parcel.divisions.contains(request.division)
  }

  private static func isReady(_ request: LandRequest, _ parcel: Parcel) -> Bool {
    parcel.readyOn <= request.neededBy
  }

  private func meets(_ rule: LandRule) throws -> Bool {
    switch rule {
    case .closed: return request.closure == nil
    case .region: return Self.isInRegion(request, parcel)
    case .division: return Self.isAdmitted(request, parcel)
    case .investment: return try reaches(parcel.leastInvestment, request.investment, .investment)
    case .tax: return try reaches(parcel.leastTax, request.tax, .tax)
    case .ready: return Self.isReady(request, parcel)
    case .area: return try !areas().isEmpty
    case .held: return parcel.hold.map { $0.request == request.number } ?? true
    case .declined: return !isDeclined
    }
  }

  /// What stands on both sides of a rule that the pair fails.
  private func figures(of rule: LandRule) throws -> (request: String, parcel: String) {
    switch rule {
    case .closed: (request.closure.map { "\($0)" } ?? "", "open")
    case .region: (request.regions.joined(separator: ";"), parcel.region)
    case .division: (request.division, parcel.divisions.joined(separator: ";"))
    case .investment: try intensity(request.investment, parcel.leastInvestment)
    case .tax: try intensity(request.tax, parcel.leastTax)
    case .ready: ("≤ \(request.neededBy)", "\(parcel.readyOn)")
    case .area: ("\(request.areaRange) mu", parcel.offeredArea)
    case .held:
      (request.number, parcel.hold.map { "\($0.request ?? "-") ≤ \($0.until)" } ?? "")
    case .declined: ("not declined", "declined")
    }
  }

  /// Whether an intensity at the wanted area is at or above the parcel's least.
  private func reaches(
    _ least: Numeric, _ amount: Int64, _ threshold: LandWaiver.Threshold
  ) throws -> Bool {
    guard !waived.contains(threshold) else { return true }
    return try !Fraction(Int128(amount)).isLess(
      than: Fraction(least).times(Fraction(request.area)))
  }

  private func intensity(
    _ amount: Int64, _ least: Numeric
  ) throws -> (request: String, parcel: String) {
    let intensity = try Fraction(Int128(amount)).dividing(by: Fraction(request.area))
    return ("\(try intensity.floored(places: 2)) 万元/mu", "≥ \(least) 万元/mu")
  }

  /// The areas in which the request could take the parcel, in ten-thousandths of a mu, the wanted
  /// one first.
  ///
  /// A whole parcel goes as it is, to a request for no less than its least area and not much less
  /// than the parcel. A divisible one gives the wanted area or the least, but no lot below its own
  /// smallest.
  func areas() throws -> [Int64] {
    let free = try LandArea.units(parcel.free)
    let (wanted, least) = (
      try LandArea.units(request.area), try LandArea.units(request.leastArea)
    )
    guard parcel.isDivisible else {
      let whole = try LandArea.units(parcel.area)
      let most = try limits.wholeParcel.times(Fraction(Int128(wanted)))
      let fits =
        try whole > 0 && free == whole && least <= whole
        && !most.isLess(than: Fraction(Int128(whole)))
      return fits ? [whole] : []
    }
    let lot = try parcel.leastLot.map { try LandArea.units($0) } ?? 1
    return [wanted, least].enumerated()
      .filter { $0.offset == 0 || $0.element != wanted }
      .map(\.element)
      .filter { $0 > 0 && $0 >= lot && $0 <= free }
  }
}

extension LandRequest {
  /// The area asked for, as people write it: `15–21.4`.
  var areaRange: String {
    leastArea == area ? "\(area.reduced)" : "\(leastArea.reduced)–\(area.reduced)"
  }
}

extension Parcel {
  /// What the parcel offers, as people write it.
  var offeredArea: String {
    let taken = free == area ? "" : " (free \(free.reduced))"
    guard isDivisible else { return "whole \(area.reduced) mu\(taken)" }
    let lot = leastLot.map { ", lots ≥ \($0.reduced)" } ?? ""
    return "\(area.reduced) mu\(lot)\(taken)"
  }
}

extension LandClosure: CustomStringConvertible {
  public var description: String {
    kind.rawValue + (until.map { " ≤ \($0)" } ?? "")
  }
}
