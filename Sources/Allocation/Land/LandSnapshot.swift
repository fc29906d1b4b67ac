public import Postgres

/// What a land round reads: requests, parcels, quotas, and what people have decided about them.
public struct LandSnapshot: RoundSnapshot {
  /// The business date, from which waiting is counted.
  public var date: DateOnly
  public private(set) var requests: [LandRequest]
  public private(set) var parcels: [Parcel]
  public private(set) var quotas: [LandQuota]
  public var waivers: CanonicalSet<LandWaiver>
  /// Pairs that one side has declined, or that a what-if forbids.
  public var declined: CanonicalSet<LandPair>

  public init(
    date: DateOnly, requests: [LandRequest], parcels: [Parcel], quotas: [LandQuota],
    waivers: [LandWaiver] = [], declined: [LandPair] = []
  ) {
    self.date = date
    self.requests = requests.sorted(byText: \.number)
    self.parcels = parcels.sorted(byText: \.code)
    self.quotas = quotas.sorted(byText: \.lot)
    self.waivers = CanonicalSet(waivers)
    self.declined = CanonicalSet(declined)
  }

  /// Changes one request in place.
  ///
  /// - Returns: whether the snapshot has it.
  public mutating func change(
    request number: String, _ change: (inout LandRequest) throws -> Void
  ) rethrows -> Bool {
    guard let place = requests.firstIndex(where: { $0.number == number }) else { return false }
    try change(&requests[place])
    return true
  }

  /// Changes one parcel in place.
  ///
  /// - Returns: whether the snapshot has it.
  public mutating func change(
    parcel code: String, _ change: (inout Parcel) throws -> Void
  ) rethrows -> Bool {
    guard let place = parcels.firstIndex(where: { $0.code == code }) else { return false }
    try change(&parcels[place])
    return true
  }

  /// Changes one quota in place.
  ///
  /// - Returns: whether the snapshot has it.
  public mutating func change(
    quota lot: String, _ change: (inout LandQuota) throws -> Void
  ) rethrows -> Bool {
    guard let place = quotas.firstIndex(where: { $0.lot == lot }) else { return false }
    try change(&quotas[place])
    return true
  }

  /// Puts a request in, at its place.
  public mutating func insert(_ request: LandRequest) {
    requests = (requests + [request]).sorted(byText: \.number)
  }

  /// Puts a parcel in, at its place.
  public mutating func insert(_ parcel: Parcel) {
    parcels = (parcels + [parcel]).sorted(byText: \.code)
  }

  /// Takes a request out.
  public mutating func remove(request number: String) {
    requests.removeAll { $0.number == number }
  }

  /// Takes a parcel out.
  public mutating func remove(parcel code: String) {
    parcels.removeAll { $0.code == code }
  }
}

extension LandSnapshot {
  public func append(to text: inout CanonicalText) {
    text.append("date", ["\(date)"])
    for request in requests { text.append("request", request.fields) }
    for parcel in parcels { text.append("parcel", parcel.fields) }
    for quota in quotas {
      let end = quota.endsOn.map { ["\($0)"] } ?? []
      text.append(
        "quota",
        [quota.lot, quota.kind.rawValue, quota.region, "\(quota.free.reduced)"] + end)
    }
    let waived = waivers.elements.map {
      [$0.request, $0.threshold.rawValue, $0.parcel ?? "-"]
    }
    for waiver in waived.sorted(byText: { $0.joined(separator: "\t") }) {
      text.append("waiver", waiver)
    }
    for pair in declined.elements.sorted(byText: { "\($0.request)\t\($0.parcel)" }) {
      text.append("declined", [pair.request, pair.parcel])
    }
  }
}

extension LandRequest {
  /// Every figure, as canonical text.
  fileprivate var fields: [String] {
    [
      number, uscc, enterprise, project, "\(submittedOn)", division,
      chainDivisions.joined(separator: ";"), "\(area.reduced)", "\(leastArea.reduced)",
      regions.joined(separator: ";"), "\(investment)", "\(tax)", "\(energy)", priority.rawValue,
      "\(neededBy)", closure?.kind.rawValue ?? "-", closure?.until.map { "\($0)" } ?? "-",
    ]
  }
}

extension Parcel {
  /// Every figure, as canonical text.
  fileprivate var fields: [String] {
    [
      code, region, "\(area.reduced)", "\(free.reduced)", "\(isDivisible)",
      leastLot.map { "\($0.reduced)" } ?? "-", "\(farmland.reduced)",
      divisions.joined(separator: ";"), "\(leastInvestment.reduced)", "\(leastTax.reduced)",
      "\(readyOn)", hold.map { "\($0.until)" } ?? "-", hold?.request ?? "-",
    ]
  }
}
