import Matching

/// Finds out why requests got nothing, and what would have won.
///
/// Where the engine gives exact entry costs — what the others lose when one more unit of a row is
/// taken away — an option wins if its score is above that; at equality the lottery decides. Elsewhere
/// an option counts as winning if an exchange that serves it raises the total: an allocation that is
/// better than the round's proves it, though a lower score might do as well.
struct Advisor {
  let problem: RoundProblem
  let solution: Solution
  let glossary: Glossary
  private let rowNumbers: [String: Int]
  /// How much of each row the chosen options use.
  private let used: [Int64]
  /// Where the engine gave no exact costs.
  private let exchanges: Exchanges?

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
    exchanges =
      solution.entryCosts == nil ? Exchanges(problem, choices: solution.choices) : nil
  }

  /// The verdict on one unserved request.
  func unserved(_ request: Int, _ relaxer: Relaxer) throws -> Unserved {
    let relaxations = try relaxer(problem.requests[request].number, neededScore)
    return unserved(
      request,
      change: SmallestChange(
        score: smallestScoreChange(problem.requests[request].options),
        figures: smallestFigureChanges(relaxations)))
  }

  /// The verdict, with a change that is known to win.
  func unserved(_ request: Int, change: SmallestChange) -> Unserved {
    let options = problem.requests[request].options
    let nearest = nearest(options, change.score)
    let row = nearest.flatMap { openingRow($0) ?? dearestRow($0) }
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

  /// A score with which an option wins whatever the lottery says; `nil` where none would. Where the
  /// engine gave exact costs, no lower one does.
  ///
  /// A row with units to spare costs nothing; of the full ones the dearest entry counts, because
  /// rows nest and an entry's cost includes the rows around it.
  func neededScore(_ option: RoundProblem.Option) -> Int64? {
    if let exchanges {
      return exchanges.exchange(for: option).map { option.score - $0.gain + 1 }
    }
    guard let costs = solution.entryCosts else { return nil }
    var cost: Int64 = 0
    for use in option.uses {
      guard let row = rowNumbers[use.row] else { return nil }
      let spare = problem.rows[row].upper - used[row]
      if use.amount > spare { cost = max(cost, costs[row]) }
    }
    return cost == .max ? nil : cost + 1
  }

  /// What an option's score is above what it needs.
  private func margin(_ option: RoundProblem.Option) -> Int64 {
    neededScore(option).map { option.score - $0 } ?? .min
  }

  /// The option that the advice on the score names, else the one of which most is left at the prices.
  private func nearest(
    _ options: [RoundProblem.Option], _ advice: SmallestChange.ScoreChange?
  ) -> RoundProblem.Option? {
    if let advice {
      let named = options.first { $0.resource == advice.resource && $0.score == advice.score }
      if let named { return named }
    }
    let scale = Int128(solution.certificate.scale)
    func left(_ option: RoundProblem.Option) -> Int128 {
      Int128(option.score) * scale - option.uses.reduce(0) { $0 + cost($1) }
    }
    return options.map { (option: $0, left: left($0)) }.max { $0.left < $1.left }?.option
  }

  /// The row of which as much more as is lacking would let the option win: an exchange on the round's answer
  /// then gains at least what so much of the row is worth at its price. Rows without a price come after those
  /// that have one. `nil` where no exchange shows that of a row, where a row has no capacity at all, and where
  /// the engine gave exact costs.
  private func openingRow(_ option: RoundProblem.Option) -> Int? {
    guard let exchanges, emptyRow(of: option) == nil else { return nil }
    let scale = Int128(solution.certificate.scale)
    var best: (row: Int, isPriced: Bool, left: Int128)?
    for use in option.uses {
      guard let row = rowNumbers[use.row], case let lack = lack(of: use), lack > 0 else { continue }
      let more = RoundProblem.Use(row: use.row, amount: lack)
      guard let gain = exchanges.exchange(for: option, widened: [more])?.gain, gain > 0 else {
        continue
      }
      let (price, left) = (cost(more), Int128(gain) * scale - cost(more))
      guard left >= 0 else { continue }
      let isBetter = best.map { best in
        (price > 0) == best.isPriced ? left > best.left : price > 0
      }
      if isBetter ?? true { best = (row, price > 0, left) }
    }
    return best?.row
  }

  /// How much of a row an option lacks next to those that are served.
  private func lack(of use: RoundProblem.Use) -> Int64 {
    rowNumbers[use.row].map { use.amount - (problem.rows[$0].upper - used[$0]) } ?? 0
  }

  private func emptyRow(of option: RoundProblem.Option) -> Int? {
    option.uses.lazy.compactMap { rowNumbers[$0.row] }.first { problem.rows[$0].upper == 0 }
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
        // A search may miss an exchange of the last points; more than the option has is needed anyway.
        SmallestChange.ScoreChange(
          resource: option.resource, score: option.score, needed: max($0, option.score + 1))
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
          to: relaxation.to, score: best.score, needed: needed,
          difference: relaxation.difference))
    }
    return changes
  }

  /// The row that weighs most in an option's cost: one without any capacity, else the dearest of those
  /// that have too little left, else the dearest. A row with a floor and room stands in nobody's way.
  private func dearestRow(_ option: RoundProblem.Option) -> Int? {
    if let empty = emptyRow(of: option) { return empty }
    let lacking = option.uses.filter { lack(of: $0) > 0 }
    let open = option.uses.filter { use in
      rowNumbers[use.row].map { problem.rows[$0].lower == 0 } ?? true
    }
    let uses = !lacking.isEmpty ? lacking : open.isEmpty ? option.uses : open
    return uses.max { cost($0) < cost($1) }.flatMap { rowNumbers[$0.row] }
  }
}
