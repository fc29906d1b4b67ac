public import Postgres

extension LandScenario {
  public mutating func stand(_ offers: [StandingOffer]) { standing = offers }

  public static func coming(
    after round: Int, _ scope: RoundScope, from connection: Connection
  ) async throws -> LandWhatIf.Base? {
    let night = RoundScope(
      mechanism: scope.mechanism, jurisdiction: scope.jurisdiction,
      businessDate: scope.businessDate.adding(days: 1))
    let coming = try await ComingNight.load(after: round, in: night, from: connection)
    return LandWhatIf.Base(
      scope: scope, roundID: round, night: night, snapshot: coming.snapshot,
      policy: coming.policy, result: try await RoundResult.load(round, from: connection),
      standing: coming.standing)
  }

  init(_ coming: ComingNight) {
    self.init(coming.snapshot, policy: coming.policy)
    stand(coming.standing)
  }

  /// The scenario with every open offer taken back.
  func takingBackAll() throws -> LandScenario {
    var scenario = self
    try scenario.takeBack { _ in true }
    return scenario
  }

  /// Takes back what stands in the way of a change, or is what it speaks of.
  mutating func takeBack(for change: LandChange) throws {
    switch change {
    case .requestOut(let number), .request(let number, _), .putOff(let number, _),
      .refuse(let number):
      try takeBack { $0.request.number == number }
    case .waive(let waiver): try takeBack { $0.request.number == waiver.request }
    case .pin(let pin): try takeBack { $0.request.number == pin.request }
    case .forbid(let pair):
      try takeBack { ($0.request.number, $0.parcel) == (pair.request, pair.parcel) }
    case .parcelOut(let code), .parcelFree(let code, _): try takeBack { $0.parcel == code }
    case .hold(let code, let hold):
      if let request = hold.request { try takeBack { $0.request.number == request } }
      if snapshot.parcels.contains(where: { $0.code == code && $0.free <= 0 }) {
        try takeBack { $0.parcel == code }
      }
    case .quota(let name, let difference):
      guard difference < 0 else { return }
      let lots = try quotas(name)
      let free = try lots.reduce(0) { try $0 + LandArea.units($1.free) }
      guard try free + LandArea.units(difference) < 0 else { return }
      let codes = Set(lots.map(\.lot))
      try takeBack { $0.holdings.contains { codes.contains($0.lot) } }
    case .weight: try takeBack { _ in true }
    case .parcelIn, .parcelReady, .requestIn: return
    }
  }

  /// Takes back the offers, cheapest first, that hold what a pin needs. What commitments hold stays.
  mutating func makeRoom(for pin: LandChange.Pin) throws {
    guard let request = snapshot.requests.first(where: { $0.number == pin.request }) else { return }
    while let parcel = snapshot.parcels.first(where: { $0.code == pin.parcel }) {
      guard let option = try wanted(pin, by: request, of: parcel), let lots = try lacking(option),
        let offer = cheapest(holding: lots)
      else { return }
      try takeBack { $0.offerID == offer.offerID }
    }
  }

  /// What a pin would take: the area that it names, or the first that fits what is free of the parcel;
  /// if none does, the first that would fit the whole.
  private func wanted(
    _ pin: LandChange.Pin, by request: LandRequest, of parcel: Parcel
  ) throws -> RoundProblem.Option? {
    let options = try LandOptions(snapshot, policy: policy)
    func pairing(_ parcel: Parcel) -> LandPairing {
      LandPairing(request, parcel, in: snapshot, options.limits)
    }
    var whole = parcel
    whole.free = parcel.area
    let named = try pin.area.map { try LandArea.units($0) }
    guard
      let area = try named ?? pairing(parcel).areas().first ?? pairing(whole).areas().first
    else { return nil }
    return try options.option(pairing(whole), area: area)
  }

  /// The lots of the first row that has too little for an option; `nil` where all have enough.
  private func lacking(_ option: RoundProblem.Option) throws -> Set<String>? {
    let rows = Dictionary(
      try snapshot.rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return option.uses.compactMap { use -> Set<String>? in
      guard let row = rows[use.row], use.amount > row.upper else { return nil }
      return Set(row.lots.map(\.code))
    }.first
  }

  private func cheapest(holding lots: Set<String>) -> StandingOffer? {
    standing.filter { offer in
      offer.isOpen && offer.holdings.contains { lots.contains($0.lot) }
    }.min { ($0.option.score, $0.offerID) < ($1.option.score, $1.offerID) }
  }

  /// Takes offers back that nobody has accepted: their requests are open again, and what they held is
  /// free.
  private mutating func takeBack(where isMeant: (StandingOffer) -> Bool) throws {
    let meant = standing.filter { $0.isOpen && isMeant($0) }
    guard !meant.isEmpty else { return }
    standing.removeAll { offer in meant.contains { $0.offerID == offer.offerID } }
    for offer in meant {
      snapshot.insert(offer.request)
      for holding in offer.holdings { try giveBack(holding) }
    }
    withdrawn += meant
  }

  private mutating func giveBack(_ holding: Offer.Holding) throws {
    let units = try LandArea.units(holding.amount)
    _ = try snapshot.change(quota: holding.lot) {
      $0.free = LandArea.mu(try LandArea.units($0.free) + units)
    }
    let prefix = "parcel:"
    guard holding.lot.hasPrefix(prefix) else { return }
    _ = try snapshot.change(parcel: String(holding.lot.dropFirst(prefix.count))) {
      $0.free = LandArea.mu(try LandArea.units($0.free) + units)
    }
  }
}
