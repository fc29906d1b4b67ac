import Postgres

extension TechVP {
  /// One figure of the request changed by just enough to make one more expert eligible: a lower
  /// title, fewer days, a later start, or one more field. What the enterprise cannot change — its
  /// county, a conflict of interest — is not offered as advice.
  public static func relaxations(
    of number: String, in snapshot: TechVPSnapshot, policy: Policy
  ) throws -> [Relaxation] {
    guard let request = snapshot.requests.first(where: { $0.number == number }) else { return [] }
    let limits = try TechVPLimits(policy)
    let score = try TechVPScore(policy)
    return try snapshot.experts.compactMap { expert in
      let failures = snapshot.refusals(request, expert, limits)
      guard failures.count == 1,
        let rule = failures.first.flatMap({ TechVPRule(rawValue: $0.rule) })
      else { return nil }
      guard let change = request.relaxed(rule, toward: expert, limits) else { return nil }
      return Relaxation(
        rule: rule.rawValue, from: change.from, to: change.to, distance: change.distance,
        option: option(expert, score: try score.points(change.request, expert)))
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

  func relaxed(_ rule: TechVPRule, toward expert: Expert, _ limits: TechVPLimits) -> Change? {
    var changed = self
    switch rule {
    case .title:
      changed.minTitle = expert.title
      return Change(
        request: changed, from: minTitle.rawValue, to: expert.title.rawValue,
        distance: minTitle.level - expert.title.level)
    case .days:
      changed.daysPerMonth = expert.daysPerMonth
      return Change(
        request: changed, from: "\(daysPerMonth)", to: "\(expert.daysPerMonth)",
        distance: daysPerMonth - expert.daysPerMonth)
    case .start:
      let days = limits.latestStart(self).days(until: expert.availableFrom)
      let start = startOn.adding(days: days)
      changed.startOn = start
      return Change(request: changed, from: "\(startOn)", to: "\(start)", distance: days)
    case .fields:
      guard let field = expert.fields.min() else { return nil }
      changed.fields.append(field)
      return Change(
        request: changed, from: fields.joined(separator: ";"),
        to: changed.fields.joined(separator: ";"), distance: 1)
    case .region, .conflict, .engaged, .declined:
      return nil
    }
  }
}
