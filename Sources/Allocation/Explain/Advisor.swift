import Matching

/// Finds out why requests got nothing, from the engine's exact entry costs: what the others lose
/// when one more unit of a row is taken away. An unserved request's option wins if and only if its
/// score is above that.
struct Advisor {
  let problem: RoundProblem
  let solution: Solution
  let glossary: Glossary
  private let rowNumbers: [String: Int]

  init(problem: RoundProblem, solution: Solution, glossary: Glossary) {
    self.problem = problem
    self.solution = solution
    self.glossary = glossary
    rowNumbers = Dictionary(
      problem.rows.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The verdict on one unserved request.
  func unserved(_ request: Int, relaxations: [Relaxation]) -> Unserved {
    let options = problem.requests[request].options
    let change = SmallestChange(
      score: smallestScoreChange(options), rule: smallestRuleChange(relaxations))
    let nearest = options.max { margin($0) < margin($1) }
    let row = nearest.flatMap(dearestRow)
    let reason: Unserved.Reason =
      row.map { glossary.scarcity[problem.rows[$0].kind] ?? .outbid }
      ?? (options.isEmpty ? noOptionReason(request) : .outbid)
    let verdict = Verdict(
      request: problem.requests[request], reason: reason, row: row.map { problem.rows[$0] },
      change: change)
    return Unserved(
      request: request, reason: reason, row: row.map { problem.rows[$0].name },
      smallestChange: change,
      explanation: Dictionary(
        uniqueKeysWithValues: Language.allCases.map {
          ($0, verdict.text(in: $0, glossary: glossary))
        }))
  }

  /// `declined` where nothing but earlier refusals by people stands in the way of a pair.
  private func noOptionReason(_ request: Int) -> Unserved.Reason {
    let rules = Dictionary(grouping: problem.requests[request].refusals, by: \.resource)
    let onlyDeclined = rules.values.contains { $0.allSatisfy { $0.rule == "declined" } }
    return onlyDeclined ? .declined : .noOption
  }

  /// The score from which an option wins; `nil` where no score would.
  ///
  /// Taking units of several rows costs what the dearest entry costs, because rows nest.
  func neededScore(_ option: RoundProblem.Option) -> Int64? {
    guard let costs = solution.entryCosts else { return nil }
    var cost: Int64 = 0
    for use in option.uses {
      guard let row = rowNumbers[use.row] else { return nil }
      cost = max(cost, costs[row])
    }
    return cost == .max ? nil : cost + 1
  }

  private func margin(_ option: RoundProblem.Option) -> Int64 {
    neededScore(option).map { option.score - $0 } ?? .min
  }

  private func smallestScoreChange(
    _ options: [RoundProblem.Option]
  ) -> SmallestChange.ScoreChange? {
    options.compactMap { option in
      neededScore(option).map {
        SmallestChange.ScoreChange(resource: option.resource, score: option.score, needed: $0)
      }
    }.min { $0.needed - $0.score < $1.needed - $1.score }
  }

  /// The winning relaxation that moves its figure least; where none wins alone, the one that comes
  /// nearest.
  private func smallestRuleChange(_ relaxations: [Relaxation]) -> SmallestChange.RuleChange? {
    let winning = relaxations.filter { relaxation in
      neededScore(relaxation.option).map { relaxation.option.score >= $0 } ?? false
    }
    let best =
      winning.min { ($0.distance, -margin($0.option)) < ($1.distance, -margin($1.option)) }
      ?? relaxations.max { margin($0.option) < margin($1.option) }
    return best.map {
      SmallestChange.RuleChange(
        rule: $0.rule, resource: $0.option.resource, from: $0.from, to: $0.to,
        score: $0.option.score, needed: neededScore($0.option))
    }
  }

  /// The row that weighs most in an option's cost: one without any capacity, else the dearest.
  private func dearestRow(_ option: RoundProblem.Option) -> Int? {
    let rows = option.uses.compactMap { rowNumbers[$0.row] }
    if let empty = rows.first(where: { problem.rows[$0].upper == 0 }) { return empty }
    let prices = solution.certificate.rowPrices
    return rows.max { (prices[$0] ?? 0) < (prices[$1] ?? 0) }
  }
}
