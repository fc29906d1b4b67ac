import Postgres

@testable import Allocation

extension RoundProblem {
  /// The problem with another score for one option.
  func changing(_ index: Int, _ resource: String, score: Int64) -> RoundProblem {
    replacingOptions(of: index) { option in
      guard option.resource == resource else { return option }
      return Option(
        resource: resource, detail: option.detail, amount: option.amount, unit: option.unit,
        score: score, uses: option.uses, ranks: option.ranks)
    }
  }

  /// The problem with another rank of a request on a resource's list.
  func changing(_ index: Int, _ resource: String, rankByResource rank: Int) -> RoundProblem {
    replacingOptions(of: index) { option in
      option.resource == resource ? option.with(rankByResource: rank) : option
    }
  }

  /// The problem with more of a row.
  func widening(_ name: String, by amount: Int64) -> RoundProblem {
    let wider = rows.map { row in
      row.name != name
        ? row
        : Row(
          kind: row.kind, resource: row.resource, unit: row.unit, lower: row.lower,
          upper: row.upper + amount, penalty: row.penalty, lots: row.lots, places: row.places)
    }
    return RoundProblem(requests: requests, rows: wider, rule: rule)
  }

  private func replacingOptions(of index: Int, _ change: (Option) -> Option) -> RoundProblem {
    var changed = requests
    changed[index] = requests[index].with(options: requests[index].options.map(change))
    return RoundProblem(requests: changed, rows: rows, rule: rule)
  }
}

extension RoundProblem.Request {
  fileprivate func with(options: [RoundProblem.Option]) -> RoundProblem.Request {
    RoundProblem.Request(
      number: number, uscc: uscc, enterprise: enterprise, options: options, refusals: refusals)
  }
}

extension TechVPSnapshot {
  /// The snapshot with one figure of a request changed as advised.
  func changing(_ number: String, _ change: SmallestChange.RuleChange) -> TechVPSnapshot {
    let changed = requests.map { request in
      guard request.number == number else { return request }
      var request = request
      switch change.rule {
      case "title": request.minTitle = Title(rawValue: change.to) ?? request.minTitle
      case "days": request.daysPerMonth = Int(change.to) ?? request.daysPerMonth
      case "start": request.startOn = DateOnly(text: change.to) ?? request.startOn
      default: request.fields = change.to.split(separator: ";").map(String.init)
      }
      return request
    }
    return TechVPSnapshot(
      requests: changed, experts: experts, universities: universities,
      conflicts: conflicts.elements,
      declined: declined.elements, filed: filed.elements, renewals: renewals.elements)
  }
}
