import Postgres

@testable import Allocation

extension RoundProblem {
  /// The problem with another score for one option.
  func changing(_ index: Int, _ resource: String, score: Int64) -> RoundProblem {
    replacingOptions(of: index) { option in
      guard option.resource == resource else { return option }
      return Option(
        resource: resource, detail: option.detail, amount: option.amount, unit: option.unit,
        score: score, uses: option.uses)
    }
  }

  /// The problem with the option that a relaxed rule would open.
  func adding(
    _ index: Int, _ change: SmallestChange.RuleChange, snapshot: TechVPSnapshot
  ) -> RoundProblem {
    let university = snapshot.experts.first { $0.code == change.resource }?.university ?? ""
    let option = Option(
      resource: change.resource, detail: ["university": university], amount: 1, unit: "person",
      score: change.score,
      uses: [
        Use(row: "expert:\(change.resource)", amount: 1),
        Use(row: "university:\(university)", amount: 1),
      ])
    var changed = requests
    changed[index] = requests[index].with(options: requests[index].options + [option])
    return RoundProblem(requests: changed, rows: rows)
  }

  private func replacingOptions(of index: Int, _ change: (Option) -> Option) -> RoundProblem {
    var changed = requests
    changed[index] = requests[index].with(options: requests[index].options.map(change))
    return RoundProblem(requests: changed, rows: rows)
  }
}

extension RoundProblem.Request {
  fileprivate func with(options: [RoundProblem.Option]) -> RoundProblem.Request {
    RoundProblem.Request(
      number: number, uscc: uscc, enterprise: enterprise, options: options, refusals: refusals)
  }
}
