import Postgres

/// What an allocation gives: the option that was decided on, and what it holds of the ledger's lots.
struct Grant: Sendable {
  let request: LandRequest
  let option: RoundProblem.Option
  let holdings: [Offer.Holding]
}

extension DecisionFacts {
  /// Judges an allocation by the rules of the round, and scores it by the round's own score.
  ///
  /// People may give any area between the least and the wanted one; a whole parcel goes whole.
  func grant(request number: String, parcel code: String, area: Numeric) throws -> Grant {
    try requireOpen(number)
    let (request, parcel) = (try find(request: number), try find(parcel: code))
    let options = try LandOptions(snapshot, policy: policy)
    let pairing = LandPairing(request, parcel, in: snapshot, options.limits)
    var refusals = try pairing.refusals().filter { $0.rule != LandRule.area.rawValue }
    if try !pairing.allows(area: LandArea.units(area)) {
      refusals.append(pairing.refusal(ofArea: area))
    }
    guard refusals.isEmpty else {
      throw DecisionRefusal.ruleNotMet(request: number, refusals)
    }
    guard area <= parcel.free else { throw taken(parcel, needed: area) }
    let option = try options.option(pairing, area: try LandArea.units(area))
    return Grant(request: request, option: option, holdings: try holdings(of: option))
  }

  /// What the option holds, if every quota has it.
  private func holdings(of option: RoundProblem.Option) throws -> [Offer.Holding] {
    let rows = Dictionary(
      try snapshot.rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for use in option.uses {
      guard let row = rows[use.row], use.amount <= row.upper else {
        throw short(use, rows[use.row])
      }
    }
    var drawing = LotDrawing(Array(rows.values))
    return drawing.holdings(of: option)
  }

  private func short(_ use: RoundProblem.Use, _ row: RoundProblem.Row?) -> DecisionRefusal {
    func amount(_ units: Int64) -> Numeric {
      (Numeric(mantissa: Int128(units), scale: row?.places ?? 0) ?? 0).reduced
    }
    return .quotaShort(
      lot: row?.lots.map(\.code).joined(separator: " + ") ?? use.row, needed: amount(use.amount),
      free: amount(row?.upper ?? 0))
  }
}

extension LandPairing {
  /// Whether the request could be given this area of the parcel, were all of it free.
  ///
  /// - Parameter area: in ten-thousandths of a mu.
  func allows(area: Int64) throws -> Bool {
    let (wanted, least) = (
      try LandArea.units(request.area), try LandArea.units(request.leastArea)
    )
    let whole = try LandArea.units(parcel.area)
    guard parcel.isDivisible else {
      let most = try limits.wholeParcel.times(Fraction(Int128(wanted)))
      return try area == whole && least <= whole && !most.isLess(than: Fraction(Int128(whole)))
    }
    let lot = try parcel.leastLot.map { try LandArea.units($0) } ?? 1
    return area >= max(lot, least) && area <= min(wanted, whole)
  }

  func refusal(ofArea area: Numeric) -> RoundProblem.Refusal {
    RoundProblem.Refusal(
      rule: LandRule.area.rawValue, resource: parcel.code,
      needed: "\(area.reduced) of \(request.areaRange) mu", found: parcel.offeredArea)
  }
}
