import Postgres

/// A land round's input while stated changes are applied to it.
///
/// Offers that stand stay as they are, as every round leaves them. A change that speaks of one takes it
/// back first, as the office would withdraw it: then its request is open again, and what it held is free.
public struct LandScenario: Scenario {
  public typealias Subject = Land

  var snapshot: LandSnapshot
  var policy: Policy
  private var pinned: [SettledRequest] = []
  var standing: [StandingOffer] = []
  public var withdrawn: [StandingOffer] = []
  public var settled: [SettledRequest] { standing.map(\.settled) + pinned }
  public var touched: [String] = []

  public init(_ snapshot: LandSnapshot, policy: Policy) {
    self.snapshot = snapshot
    self.policy = policy
  }

  public var problem: RoundProblem {
    get throws { try Land.bareProblem(of: snapshot, policy: policy) }
  }

  public mutating func apply(_ change: LandChange) throws {
    try takeBack(for: change)
    switch change {
    case .quota(let name, let difference): try adjust(name, by: difference)
    case .parcelOut(let code):
      try require(parcel: code)
      snapshot.remove(parcel: code)
    case .parcelIn(let parcel): try insert(parcel)
    case .parcelReady(let code, let day): try update(parcel: code) { $0.readyOn = day }
    case .parcelFree(let code, let area): try setFree(code, area)
    case .requestOut(let number):
      try require(request: number)
      snapshot.remove(request: number)
    case .requestIn(let request): try insert(request)
    case .request(let number, let figures): try update(number, figures)
    case .pin(let pin): try apply(pin)
    case .forbid(let pair):
      if !standing.contains(where: { $0.request.number == pair.request }) {
        try require(request: pair.request)
      }
      try require(parcel: pair.parcel)
      snapshot.declined.insert(pair)
    case .waive(let waiver):
      try require(request: waiver.request)
      if let parcel = waiver.parcel { try require(parcel: parcel) }
      snapshot.waivers.insert(waiver)
    case .hold(let parcel, let hold):
      if let request = hold.request { try require(request: request) }
      try checkAhead(hold.until)
      try update(parcel: parcel) { $0.hold = hold }
    case .putOff(let request, let until):
      try checkAhead(until)
      try update(request: request) { $0.closure = LandClosure(kind: .defer, until: until) }
    case .refuse(let request):
      try update(request: request) { $0.closure = LandClosure(kind: .refuse, until: nil) }
    case .weight(let name, let value): policy = try policy.weighing(name, value, of: .land)
    }
  }

  private mutating func apply(_ pin: LandChange.Pin) throws {
    try makeRoom(for: pin)
    let award = try PinnedAward(pin, in: self)
    for holding in award.takings {
      _ = try snapshot.change(quota: holding.lot) { quota in
        quota.free = LandArea.mu(
          try LandArea.units(quota.free) - LandArea.units(holding.amount))
      }
    }
    try update(parcel: pin.parcel) { parcel in
      parcel.free = LandArea.mu(try LandArea.units(parcel.free) - award.area)
    }
    snapshot.remove(request: pin.request)
    pinned.append(
      SettledRequest(
        request: RoundProblem.Request(
          number: award.request.number, uscc: award.request.uscc,
          enterprise: award.request.enterprise, options: [award.option], failures: []),
        option: award.option))
  }
}

extension LandScenario {
  func require(request number: String) throws {
    if pinned.contains(where: { $0.request.number == number }) {
      throw FieldFault(
        "request", number,
        Wording("已由此前的指定得到地块", "has a parcel already, by a pin before this change"),
        remedy: Wording("把改动放在指定之前，或去掉指定", "change it before the pin, or leave the pin out"))
    }
    if let offer = standing.first(where: { $0.request.number == number }) {
      throw FieldFault(
        "request", number,
        Wording(
          "已由配置 \(offer.offerID) 得到地块 \(offer.parcel)，轮次不再变动",
          "has parcel \(offer.parcel) by commitment \(offer.offerID), which no round re-opens"),
        remedy: Wording(
          "先行释放（`yaosu offer release`）", "release it first (`yaosu offer release`)"))
    }
    guard snapshot.requests.contains(where: { $0.number == number }) else {
      throw FieldFault(
        "request", number,
        Wording("不是 \(snapshot.date) 待配置的诉求", "is no open request of \(snapshot.date)"),
        remedy: Wording(
          "可能已有拟配置或配置（见 report.offer），或当日尚未提出",
          "it may have an offer or a commitment (report.offer), or not be filed by that day"))
    }
  }

  func require(parcel code: String) throws {
    guard snapshot.parcels.contains(where: { $0.code == code }) else {
      throw FieldFault(
        "parcel", code, Wording("不是 \(snapshot.date) 的地块", "is no parcel of \(snapshot.date)"),
        remedy: Wording(
          "写已导入的编号，或以“parcel_in”加入",
          "give a code that the import has, or bring it in by “parcel_in”"))
    }
  }

  private mutating func update(
    parcel code: String, _ change: (inout Parcel) throws -> Void
  ) throws {
    try require(parcel: code)
    _ = try snapshot.change(parcel: code, change)
  }

  private mutating func update(
    request number: String, _ change: (inout LandRequest) throws -> Void
  ) throws {
    try require(request: number)
    _ = try snapshot.change(request: number, change)
  }

  /// What ends before the round's day changes nothing.
  private func checkAhead(_ day: DateOnly) throws {
    guard day < snapshot.date else { return }
    throw FieldFault(
      "until", "\(day)",
      Wording("早于轮次之日 \(snapshot.date)", "lies before the round's day \(snapshot.date)"),
      remedy: Wording("写该日或其后", "give that day or a later one"))
  }

  private mutating func insert(_ parcel: Parcel) throws {
    guard !snapshot.parcels.contains(where: { $0.code == parcel.code }) else {
      throw FieldFault(
        "parcel.code", parcel.code, Wording("此轮次已有此地块", "is a parcel of the round already"),
        remedy: Wording("另写编号，或改动该地块", "give another code, or change that parcel"))
    }
    snapshot.insert(parcel)
  }

  private mutating func insert(_ request: LandRequest) throws {
    guard !snapshot.requests.contains(where: { $0.number == request.number }),
      !settled.contains(where: { $0.request.number == request.number })
    else {
      throw FieldFault(
        "request.number", request.number, Wording("此轮次已有此诉求", "is a request of the round already"),
        remedy: Wording("另写编号，或改动该诉求", "give another number, or change that request"))
    }
    guard request.submittedOn <= snapshot.date else {
      throw FieldFault(
        "request.submitted_on", "\(request.submittedOn)",
        Wording("晚于轮次之日 \(snapshot.date)", "lies after the round's day \(snapshot.date)"),
        remedy: Wording("写该日或其前", "give that day or an earlier one"))
    }
    snapshot.insert(request)
  }

  private mutating func setFree(_ code: String, _ area: Numeric) throws {
    try update(parcel: code) { parcel in
      guard area <= parcel.area else {
        throw FieldFault(
          "area_mu", "\(area)",
          Wording(
            "大于地块的 \(parcel.area.reduced) 亩", "is above the parcel's \(parcel.area.reduced) mu"),
          remedy: Wording("至多如此", "give at most that"))
      }
      parcel.free = area
    }
  }

  private mutating func update(
    _ number: String, _ figures: LandChange.RequestFigures
  ) throws {
    try update(request: number) { request in
      request.area = figures.area ?? request.area
      request.leastArea = figures.leastArea ?? request.leastArea
      request.regions = figures.regions ?? request.regions
      request.investment = figures.investment ?? request.investment
      request.tax = figures.tax ?? request.tax
      request.energy = figures.energy ?? request.energy
      request.priority = figures.priority ?? request.priority
      request.neededBy = figures.neededBy ?? request.neededBy
      guard request.leastArea > 0, request.leastArea <= request.area else {
        throw FieldFault(
          figures.leastArea == nil ? "area_mu" : "min_area_mu",
          "\(figures.leastArea ?? request.area)",
          Wording(
            "所需 \(request.area.reduced) 亩，最少却为 \(request.leastArea.reduced) 亩",
            "leaves \(request.leastArea.reduced) mu as least of \(request.area.reduced) mu wanted"),
          remedy: Wording(
            "须 0 < min_area_mu ≤ area_mu；都要改则都写",
            "keep 0 < min_area_mu ≤ area_mu; name both if both change"))
      }
    }
  }

  /// More goes to the lot that ends first; less is taken from the lots in the order of their use.
  private mutating func adjust(_ name: LandChange.QuotaName, by difference: Numeric) throws {
    let lots = try quotas(name)
    var rest = try LandArea.units(difference)
    for lot in lots where rest != 0 {
      let free = try LandArea.units(lot.free)
      let step = max(rest, -free)
      _ = snapshot.change(quota: lot.lot) { $0.free = LandArea.mu(free + step) }
      rest -= step
    }
    guard rest == 0 else {
      let free = try lots.reduce(0) { try $0 + LandArea.units($1.free) }
      let names = lots.map(\.lot).joined(separator: " + ")
      throw FieldFault(
        "by", "\(difference)",
        Wording(
          "超过 \(names) 的余量 \(LandArea.mu(free))",
          "is more than \(names) has free: \(LandArea.mu(free))"),
        remedy: Wording("至多如此", "take at most that"))
    }
  }

  /// The lots that a name stands for, in the order in which they are used; one at least.
  func quotas(_ name: LandChange.QuotaName) throws -> [LandQuota] {
    let found = snapshot.quotas.filter { quota in
      switch name {
      case .lot(let lot): quota.lot == lot
      case .county(let region, let kind): (quota.region, quota.kind) == (region, kind)
      }
    }
    if !found.isEmpty { return LandQuota.inOrderOfUse(found) }
    let known = snapshot.quotas.map(\.lot)
    let remedy = Wording.known(known)
    switch name {
    case .lot(let lot):
      throw FieldFault(
        "lot", lot,
        Wording("不是 \(snapshot.date) 有效的指标", "is no quota in force on \(snapshot.date)"),
        remedy: remedy)
    case .county(let region, let kind):
      throw FieldFault(
        "region", region,
        Wording(
          "没有 \(snapshot.date) 有效的 \(kind.rawValue) 指标",
          "has no quota of \(kind.rawValue) in force on \(snapshot.date)"),
        remedy: remedy)
    }
  }
}
