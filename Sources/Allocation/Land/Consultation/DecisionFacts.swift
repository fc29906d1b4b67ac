import Postgres

/// What a decision is judged by: everything as it stands on the day of the session.
struct DecisionFacts: Sendable {
  let session: Session
  /// What a round of that day would read.
  let snapshot: LandSnapshot
  let policy: Policy
  /// Requests that have an offer or a commitment.
  let served: [String: LiveOffer]
  let refusalCodes: [String]
  let departments: [String]

  struct LiveOffer: Hashable, Decodable, Sendable {
    let offerID: Int
    let request: String
    let parcel: String
    let state: String
  }

  /// Judges a decision: a pure function.
  ///
  /// - Returns: for an allocation what is offered and held; `nil` for the other kinds.
  /// - Throws: ``DecisionRefusal``, the first cause that applies.
  func judge(_ motion: Motion, _ row: DecisionRow) throws -> Grant? {
    guard session.state == .open else {
      throw DecisionRefusal.sessionNotOpen(session.sessionOn, session.state)
    }
    for day in [row.until, row.due?.day].compactMap(\.self) where day < session.sessionOn {
      throw DecisionRefusal.deadlinePast(day, session: session.sessionOn)
    }
    switch motion.decision {
    case .allocate(let request, let parcel, let area):
      return try grant(request: request, parcel: parcel, area: area)
    case .adjustQuota: try judgeTransfer(row)
    case .waiveThreshold(let request, _, let parcel, _):
      try requireOpen(request)
      if let parcel { _ = try find(parcel: parcel) }
    case .holdParcel(let parcel, let request, _): try judgeHold(parcel, request)
    case .defer(let request, _): try requireOpen(request)
    case .refuse(let request, let reason, _):
      try requireOpen(request)
      try judgeReason(reason, motion.note)
    case .assignTask(let department, _, let request, let parcel):
      try judgeTask(department, request, parcel)
    }
    return nil
  }

  private func judgeTransfer(_ row: DecisionRow) throws {
    guard let to = row.toLot, let amount = row.amount else { return }
    let taker = try find(quota: to)
    guard let from = row.fromLot else { return }
    let giver = try find(quota: from)
    guard giver.kind == taker.kind else {
      throw DecisionRefusal.differentKinds(from: from, to: to)
    }
    guard giver.region != taker.region else {
      throw DecisionRefusal.sameCounty(from: from, to: to)
    }
    guard amount <= giver.free else {
      throw DecisionRefusal.quotaShort(lot: from, needed: amount, free: giver.free.reduced)
    }
  }

  private func judgeHold(_ code: String, _ request: String?) throws {
    let parcel = try find(parcel: code)
    if let request { try requireOpen(request) }
    guard parcel.free > 0 else { throw taken(parcel, needed: parcel.area) }
  }

  private func judgeReason(_ reason: String, _ note: String?) throws {
    guard refusalCodes.contains(reason) else {
      throw DecisionRefusal.unknown(what: "reason", code: reason, known: refusalCodes)
    }
    if reason == "other", note == nil { throw DecisionRefusal.noteMissing(reason: reason) }
  }

  private func judgeTask(_ department: String, _ request: String?, _ parcel: String?) throws {
    guard departments.contains(department) else {
      throw DecisionRefusal.unknown(what: "department", code: department, known: departments)
    }
    if let request, served[request] == nil { _ = try find(request: request) }
    if let parcel { _ = try find(parcel: parcel) }
  }

  // MARK: - Finding

  func find(request number: String) throws -> LandRequest {
    guard let request = snapshot.requests.first(where: { $0.number == number }) else {
      throw DecisionRefusal.unknown(what: "request", code: number)
    }
    return request
  }

  func find(parcel code: String) throws -> Parcel {
    guard let parcel = snapshot.parcels.first(where: { $0.code == code }) else {
      throw DecisionRefusal.unknown(what: "parcel", code: code)
    }
    return parcel
  }

  private func find(quota lot: String) throws -> LandQuota {
    guard let quota = snapshot.quotas.first(where: { $0.lot == lot }) else {
      throw DecisionRefusal.quotaNotValid(lot, on: session.sessionOn)
    }
    return quota
  }

  /// A request that has no offer and no commitment.
  func requireOpen(_ number: String) throws {
    if let offer = served[number] {
      throw DecisionRefusal.alreadyServed(
        request: number, offer: offer.offerID, state: offer.state)
    }
    _ = try find(request: number)
  }

  func taken(_ parcel: Parcel, needed: Numeric) -> DecisionRefusal {
    .parcelTaken(
      parcel: parcel.code, needed: needed.reduced, free: parcel.free.reduced,
      offers: served.values.filter { $0.parcel == parcel.code }.map(\.offerID).sorted())
  }
}
