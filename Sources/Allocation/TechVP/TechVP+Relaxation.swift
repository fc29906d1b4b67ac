import Postgres

extension TechVP {
  public static func relaxations(
    of number: String, in snapshot: TechVPSnapshot, policy: Policy
  ) throws -> [Relaxation] {
    try relaxer(in: snapshot, policy: policy)(number) { _ in nil }
  }

  /// One figure of the request changed by just enough to make one more expert eligible: a lower
  /// title, fewer days, a later start, or one more field. What the enterprise cannot change — its
  /// county, a conflict of interest — is not offered as advice.
  public static func relaxer(in snapshot: TechVPSnapshot, policy: Policy) throws -> Relaxer {
    let market = try TechVPMarket(snapshot, policy)
    let requests = Dictionary(
      snapshot.requests.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    return { number, _ in try requests[number].map { try market.relaxations(of: $0) } ?? [] }
  }
}

extension TechVPMarket {
  /// - Complexity: O(experts), and O(options) for each change.
  fileprivate func relaxations(of request: ExpertRequest) throws -> [Relaxation] {
    let pairing = TechVPPairing(request, in: snapshot, limits)
    // One change helps only those experts who fail at most the rule that it concerns. It asks less,
    // so that it costs the request nobody whom it could have already.
    var eligible: [Candidate] = []
    var openers: [TechVPRule: [Candidate]] = [:]
    for candidate in candidates {
      let failed = pairing.failed(candidate.expert)
      if failed.isEmpty { eligible.append(candidate) }
      if failed.count == 1 { openers[failed[0], default: []].append(candidate) }
    }
    return try [TechVPRule.title, .days, .start, .fields].flatMap { rule in
      let openers = openers[rule] ?? []
      return try request.changes(of: rule, toward: openers.map(\.expert), limits).map { change in
        let changed = TechVPPairing(change.request, in: snapshot, limits)
        let won = openers.filter { changed.meets(rule, $0.expert) }
        return Relaxation(
          rule: rule.rawValue, from: change.from, to: change.to, distance: change.distance,
          options: try (eligible + won).map { try option(changed, $0) })
      }
    }
  }
}

extension ExpertRequest {
  /// A request with one figure changed.
  struct Change {
    let request: ExpertRequest
    let from: String
    let to: String
    let distance: Int
  }

  /// The changes of one figure that make at least one of `experts` eligible, each once, the
  /// smallest first.
  func changes(of rule: TechVPRule, toward experts: [Expert], _ limits: TechVPLimits) -> [Change] {
    let all = experts.flatMap { changes(of: rule, toward: $0, limits) }
    let distinct = Dictionary(all.map { ($0.to, $0) }, uniquingKeysWith: { first, _ in first })
    return distinct.values.sorted { ($0.distance, $0.to) < ($1.distance, $1.to) }
  }

  private func changes(
    of rule: TechVPRule, toward expert: Expert, _ limits: TechVPLimits
  ) -> [Change] {
    var changed = self
    switch rule {
    case .title:
      // A lecturer and an engineer stand level; the least title is named by its academic word.
      let title = expert.title == .engineer ? Title.lecturer : expert.title
      changed.minTitle = title
      return [
        Change(
          request: changed, from: minTitle.rawValue, to: title.rawValue,
          distance: minTitle.level - title.level)
      ]
    case .days:
      changed.daysPerMonth = expert.daysPerMonth
      return [
        Change(
          request: changed, from: "\(daysPerMonth)", to: "\(expert.daysPerMonth)",
          distance: daysPerMonth - expert.daysPerMonth)
      ]
    case .start:
      let days = limits.latestStart(self).days(until: expert.availableFrom)
      changed.startOn = startOn.adding(days: days)
      return [
        Change(
          request: changed, from: "\(startOn)", to: "\(changed.startOn)", distance: days)
      ]
    case .fields:
      return expert.fields.map { field in
        changed.fields = fields + [field]
        return Change(
          request: changed, from: fields.joined(separator: ";"),
          to: changed.fields.joined(separator: ";"), distance: 1)
      }
    case .region, .conflict, .engaged, .declined:
      return []
    }
  }
}
