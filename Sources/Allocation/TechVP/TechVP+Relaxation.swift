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
    // One change helps only those experts who fail at most the rule that it concerns.
    let failures = snapshot.experts.map { expert in
      (expert: expert, rules: Set(snapshot.refusals(request, expert, limits).map(\.rule)))
    }
    var relaxations: [Relaxation] = []
    for rule in [TechVPRule.title, .days, .start, .fields] {
      let near = failures.filter { $0.rules.isSubset(of: [rule.rawValue]) }
      let openers = near.filter { !$0.rules.isEmpty }.map(\.expert)
      for change in request.changes(of: rule, toward: openers, limits) {
        let options = try near.map(\.expert)
          .filter { snapshot.refusals(change.request, $0, limits).isEmpty }
          .map {
            option(
              $0, score: try score.points(change.request, $0),
              ranks: snapshot.ranks(change.request, $0))
          }
        relaxations.append(
          Relaxation(
            rule: rule.rawValue, from: change.from, to: change.to, distance: change.distance,
            options: options))
      }
    }
    return relaxations
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
