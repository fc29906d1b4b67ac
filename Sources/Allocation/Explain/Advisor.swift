import Matching

/// Finds out why requests got nothing, from the engine's exact entry costs: what the others lose
/// when one more unit of a row is taken away. An unserved request's option wins if its score is
/// above that; at equality the lottery decides.
struct Advisor {
  let problem: RoundProblem
  let solution: Solution
  let glossary: Glossary
  private let rowNumbers: [String: Int]
  /// How much of each row the chosen options use.
  private let used: [Int64]

  init(problem: RoundProblem, solution: Solution, glossary: Glossary) {
    self.problem = problem
    self.solution = solution
    self.glossary = glossary
    rowNumbers = Dictionary(
      problem.rows.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    var used = [Int64](repeating: 0, count: problem.rows.count)
    for (request, choice) in zip(problem.requests, solution.choices) where choice >= 0 {
      for use in request.options[Int(choice)].uses {
        if let row = rowNumbers[use.row] { used[row] += use.amount }
      }
    }
    self.used = used
  }

  /// The verdict on one unserved request.
  func unserved(_ request: Int, relaxations: [Relaxation]) -> Unserved {
    let options = problem.requests[request].options
    let change = SmallestChange(
      score: smallestScoreChange(options), figures: smallestFigureChanges(relaxations))
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

  /// The score from which an option wins whatever the lottery says; `nil` where no score would, or
  /// where the engine gave no exact costs. Without them one thing is still certain: what fits beside
  /// a best allocation makes it better.
  ///
  /// A row with units to spare costs nothing; of the full ones the dearest entry counts, because
  /// rows nest and an entry's cost includes the rows around it.
  func neededScore(_ option: RoundProblem.Option) -> Int64? {
    guard let costs = solution.entryCosts else {
      return solution.status == .optimal && fitsBeside(option) ? 1 : nil
    }
    var cost: Int64 = 0
    for use in option.uses {
      guard let row = rowNumbers[use.row] else { return nil }
      let spare = problem.rows[row].upper - used[row]
      if use.amount > spare { cost = max(cost, costs[row]) }
    }
    return cost == .max ? nil : cost + 1
  }

  /// Whether every row has what the option uses to spare.
  private func fitsBeside(_ option: RoundProblem.Option) -> Bool {
    option.uses.allSatisfy { use in
      rowNumbers[use.row].map { use.amount <= problem.rows[$0].upper - used[$0] } ?? false
    }
  }

  /// What an option's score is above what it needs; where that is not known, above what its rows cost.
  private func margin(_ option: RoundProblem.Option) -> Int64 {
    if solution.entryCosts != nil {
      return neededScore(option).map { option.score - $0 } ?? .min
    }
    let total = option.uses.reduce(Int128(0)) { $0 + cost($1) }
    return Int64(
      clamping: Int128(option.score) - total / Int128(solution.certificate.scale))
  }

  /// What a use costs at the row's price, in points times the certificate's scale.
  private func cost(_ use: RoundProblem.Use) -> Int128 {
    guard let row = rowNumbers[use.row], let price = solution.certificate.rowPrices[row] else {
      return 0
    }
    return Int128(price) * Int128(use.amount)
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

  /// For each rule, in the order of the relaxations, the first change with an option that wins.
  private func smallestFigureChanges(
    _ relaxations: [Relaxation]
  ) -> [SmallestChange.RuleChange] {
    var changes: [SmallestChange.RuleChange] = []
    for relaxation in relaxations where !changes.contains(where: { $0.rule == relaxation.rule }) {
      let best = relaxation.options.filter { neededScore($0) != nil }
        .max { margin($0) < margin($1) }
      guard let best, let needed = neededScore(best), best.score >= needed else { continue }
      changes.append(
        .init(
          rule: relaxation.rule, resource: best.resource, from: relaxation.from,
          to: relaxation.to, score: best.score, needed: needed))
    }
    return changes
  }

  /// The row that weighs most in an option's cost: one without any capacity, else the dearest of those
  /// that have too little left, else the dearest.
  private func dearestRow(_ option: RoundProblem.Option) -> Int? {
    func upper(_ use: RoundProblem.Use) -> Int64 {
      rowNumbers[use.row].map { problem.rows[$0].upper } ?? 0
    }
    if let empty = option.uses.first(where: { upper($0) == 0 }) { return rowNumbers[empty.row] }
    let lacking = option.uses.filter { use in
      use.amount > upper(use) - (rowNumbers[use.row].map { used[$0] } ?? 0)
    }
    let uses = lacking.isEmpty ? option.uses : lacking
    return uses.max { cost($0) < cost($1) }.flatMap { rowNumbers[$0.row] }
  }
}
