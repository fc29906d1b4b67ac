import Postgres

/// Land 土地: parcels and yearly quotas for projects.
///
/// An option is a (request, parcel, area) that meets every rule; it takes area of the parcel, and
/// of its county construction land, farmland balance and energy. A round is a packing in several
/// dimensions: its answer has a certified gap.
public enum Land: Mechanism {
  public static let name = MechanismName.land

  public static func problem(of snapshot: LandSnapshot, policy: Policy) throws -> RoundProblem {
    let options = try LandOptions(snapshot, policy: policy)
    return RoundProblem(
      requests: try InParallel.map(snapshot.requests) { try options.request($0) },
      rows: try snapshot.rows)
  }

  /// The problem without what explains it: enough to solve, and much faster to draw up.
  static func bareProblem(of snapshot: LandSnapshot, policy: Policy) throws -> RoundProblem {
    let options = try LandOptions(snapshot, policy: policy)
    return RoundProblem(
      requests: try InParallel.map(snapshot.requests) { try options.bareRequest($0) },
      rows: try snapshot.rows)
  }

  public static func department(of option: RoundProblem.Option) -> String? {
    "natural_resources"
  }

  public static let glossary = Glossary(
    resource: .init("地块", "parcel"),
    rules: Dictionary(
      uniqueKeysWithValues: LandRule.allCases.map { ($0.rawValue, $0.term) }),
    rows: [
      "parcel": .init("地块", "parcel"),
      "construction_land": .init("新增建设用地指标", "construction land"),
      "farmland_balance": .init("占补平衡指标", "farmland balance"),
      "energy": .init("能耗指标", "energy"),
    ],
    scarcity: [
      "construction_land": .quota, "farmland_balance": .quota, "energy": .quota,
    ])
}

/// The options of requests against a snapshot's parcels.
struct LandOptions {
  let snapshot: LandSnapshot
  let limits: LandLimits
  let score: LandScore

  init(_ snapshot: LandSnapshot, policy: Policy) throws {
    self.snapshot = snapshot
    limits = try LandLimits(policy)
    score = try LandScore(policy, on: snapshot.date)
  }

  /// A request with its options and with the rules that the other parcels fail.
  func request(_ request: LandRequest) throws -> RoundProblem.Request {
    var options: [RoundProblem.Option] = []
    var refusals: [RoundProblem.Refusal] = []
    for parcel in snapshot.parcels {
      let pairing = LandPairing(request, parcel, in: snapshot, limits)
      let failures = try pairing.refusals()
      refusals += failures
      if failures.isEmpty { options += try self.options(pairing) }
    }
    return RoundProblem.Request(
      number: request.number, uscc: request.uscc, enterprise: request.enterprise,
      options: options, refusals: refusals)
  }

  /// A request with its options, without the rules that the other parcels fail.
  func bareRequest(_ request: LandRequest) throws -> RoundProblem.Request {
    var options: [RoundProblem.Option] = []
    // Most pairs of a large city fail one of these, and are not looked at more closely.
    for parcel in snapshot.parcels where LandPairing.mayMeet(request, parcel) {
      let pairing = LandPairing(request, parcel, in: snapshot, limits)
      if try pairing.isEligible { options += try self.options(pairing) }
    }
    return RoundProblem.Request(
      number: request.number, uscc: request.uscc, enterprise: request.enterprise,
      options: options, refusals: [])
  }

  /// The options of an eligible pair: one an area.
  func options(_ pairing: LandPairing) throws -> [RoundProblem.Option] {
    try pairing.areas().map { try option(pairing, area: $0) }
  }

  /// The option that gives an eligible pair an area, in ten-thousandths of a mu.
  func option(_ pairing: LandPairing, area: Int64) throws -> RoundProblem.Option {
    let pointsPerMu = try score.pointsPerMu(pairing.request, pairing.parcel)
    return RoundProblem.Option(
      resource: pairing.parcel.code,
      detail: ["county": pairing.parcel.region, "points_per_mu": "\(pointsPerMu)"],
      amount: LandArea.mu(area), unit: "mu",
      score: try score.value(pointsPerMu: pointsPerMu, area: area),
      uses: try uses(pairing, area: area))
  }

  /// What an area takes: of the parcel, and of the county's three quotas.
  private func uses(_ pairing: LandPairing, area: Int64) throws -> [RoundProblem.Use] {
    let (request, parcel) = (pairing.request, pairing.parcel)
    let farmland = LandArea.share(
      of: try LandArea.units(parcel.farmland), area, over: try LandArea.units(parcel.area))
    let energy = min(
      request.energy,
      LandArea.share(of: request.energy, area, over: try LandArea.units(request.area)))
    let amounts: [(LandQuota.Kind, Int64)] = [
      (.constructionLand, area), (.farmlandBalance, farmland), (.energy, energy),
    ]
    return [.init(row: "parcel:\(parcel.code)", amount: area)]
      + amounts.filter { $0.1 > 0 }.map {
        .init(row: "\($0.0.rawValue):\(parcel.region)", amount: $0.1)
      }
  }
}

extension LandSnapshot {
  /// One row a parcel, and three a county that has parcels: all lots of a kind together. A county
  /// without a quota on the date has 0 of it.
  var rows: [RoundProblem.Row] {
    get throws {
      let byRow = Dictionary(grouping: quotas) { "\($0.kind.rawValue):\($0.region)" }
      let counties = Set(parcels.map(\.region)).union(quotas.map(\.region))
      let parcelRows = try parcels.map { parcel in
        RoundProblem.Row(
          kind: "parcel", resource: parcel.code, unit: LandArea.unit,
          upper: try LandArea.units(parcel.free), lot: "parcel:\(parcel.code)",
          places: LandArea.places)
      }
      let quotaRows = try counties.flatMap { county in
        try LandQuota.Kind.allCases.map { kind in
          try kind.row(county, LandQuota.inOrderOfUse(byRow["\(kind.rawValue):\(county)"] ?? []))
        }
      }
      return parcelRows + quotaRows
    }
  }
}

extension LandQuota.Kind {
  /// The row of a county's quota. Energy counts whole tce: a fraction left over serves nobody.
  fileprivate func row(_ county: String, _ quotas: [LandQuota]) throws -> RoundProblem.Row {
    let free = try quotas.reduce(Fraction.zero) { try $0.plus(Fraction($1.free)) }
    let lots = quotas.map { RoundProblem.Row.Lot(code: $0.lot, free: $0.free) }
    switch self {
    case .energy:
      return .init(
        kind: rawValue, resource: county, unit: "tce", upper: try free.floored(), lots: lots)
    case .constructionLand, .farmlandBalance:
      let places = LandArea.places
      return .init(
        kind: rawValue, resource: county, unit: LandArea.unit,
        upper: try LandArea.units(free.floored(places: places)), lots: lots, places: places)
    }
  }
}

extension LandQuota {
  /// Lots in the order in which they are used: what ends first goes first.
  static func inOrderOfUse(_ quotas: [LandQuota]) -> [LandQuota] {
    let far = "9999"
    return quotas.sorted(byText: { "\($0.endsOn.map { "\($0)" } ?? far) \($0.lot)" })
  }
}
