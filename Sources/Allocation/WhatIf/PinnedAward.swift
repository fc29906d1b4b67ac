import Postgres

/// What a pin would take, if the rules and what is free allow it.
struct PinnedAward {
  let request: LandRequest
  let option: RoundProblem.Option
  /// In ten-thousandths of a mu.
  let area: Int64
  /// What it takes of quotas, lot by lot.
  let takings: [Offer.Holding]

  /// - Throws: ``FieldFault`` with the hard rules that the pair fails and the figures on both
  ///   sides, or with what is not free.
  init(_ pin: LandChange.Pin, in scenario: LandScenario) throws {
    try scenario.require(request: pin.request)
    try scenario.require(parcel: pin.parcel)
    let snapshot = scenario.snapshot
    guard let request = snapshot.requests.first(where: { $0.number == pin.request }),
      let parcel = snapshot.parcels.first(where: { $0.code == pin.parcel })
    else {
      throw FieldFault("request", pin.request, Wording("没有此项", "is not there"), remedy: .correct)
    }
    let options = try LandOptions(snapshot, policy: scenario.policy)
    let pairing = LandPairing(request, parcel, in: snapshot, options.limits)
    self.request = request
    area = try Self.area(pin, pairing)
    option = try options.option(pairing, area: area)
    takings = try Self.takings(option, snapshot)
  }

  private static func area(_ pin: LandChange.Pin, _ pairing: LandPairing) throws -> Int64 {
    let parcel = pairing.parcel
    guard parcel.free > 0 else {
      throw FieldFault(
        "parcel", parcel.code,
        Wording(
          "\(parcel.area.reduced) 亩已无余量，为拟配置或配置所占",
          "has 0 of its \(parcel.area.reduced) mu free: an offer or a commitment holds it"),
        remedy: Wording("另指地块，或先释放", "pin another parcel, or release that one first"))
    }
    // Where an area is named, it is judged itself, not the areas that a round would try.
    let failures = try pairing.refusals().filter {
      pin.area == nil || $0.rule != LandRule.area.rawValue
    }
    guard failures.isEmpty else {
      throw FieldFault(
        "parcel", parcel.code, .list(failures.map(words)),
        remedy: Wording(
          "另指地块，或先以改动豁免该规则", "pin another parcel, or lift the rule by a change before the pin"))
    }
    let standard = try pairing.areas()
    guard let wanted = pin.area else { return standard.first ?? 0 }
    let area = try LandArea.units(wanted)
    guard try standard.contains(area) || pairing.admits(area) else {
      throw FieldFault(
        "area_mu", "\(wanted)",
        Wording(
          "面积不合：所需 \(pairing.request.areaRange) 亩，地块 \(pairing.parcel.offeredArea)",
          "does not fit: asked for \(pairing.request.areaRange) mu, the parcel has "
            + pairing.parcel.offeredArea), remedy: Wording("写两者之间的面积", "give an area between both"))
    }
    return area
  }

  private static func words(_ refusal: RoundProblem.Refusal) -> Wording {
    refusal.wording(
      of: LandRule(rawValue: refusal.rule)?.term.failure, resource: Land.glossary.resource)
  }

  private static func takings(
    _ option: RoundProblem.Option, _ snapshot: LandSnapshot
  ) throws -> [Offer.Holding] {
    let rows = try snapshot.rows
    for use in option.uses {
      guard let row = rows.first(where: { $0.name == use.row }), use.amount > row.upper else {
        continue
      }
      throw FieldFault(
        "parcel", option.resource,
        Wording(
          "需 \(row.name) \(row.shown(use.amount))，余量 \(row.shown(row.upper))",
          "takes \(row.shown(use.amount)) of \(row.name), of which \(row.shown(row.upper)) is free"),
        remedy: Wording("先以改动增加指标", "raise the quota by a change before the pin"))
    }
    var drawing = LotDrawing(rows.filter { $0.kind != "parcel" })
    return drawing.holdings(of: option)
  }
}

extension LandPairing {
  /// Whether a decision may give an area that no round would try: part of a divisible parcel, no
  /// less than the least lot and the least area asked for, no more than is free and was wanted.
  func admits(_ area: Int64) throws -> Bool {
    guard parcel.isDivisible else { return false }
    let lot = try parcel.leastLot.map { try LandArea.units($0) } ?? 1
    let least = max(lot, try LandArea.units(request.leastArea))
    return try area >= least && area <= LandArea.units(request.area)
      && area <= LandArea.units(parcel.free)
  }
}
