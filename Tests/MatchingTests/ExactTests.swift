import Matching
import MatchingSupport
import Testing

/// Unit uses on nested rows, and on one row an option: everything the engine claims, against every
/// allocation there is.
@Suite struct ExactTests {
  /// What can be solved exactly, and how to make up a problem of the kind.
  enum Kind: CaseIterable {
    case nestedRows, oneRow

    func draft(seed: Int, requests: Int = 5, rows: Int = 5, scores: Int = 5) -> Draft {
      switch self {
      case .nestedRows: .nested(seed: seed, requests: requests, rows: rows, scores: scores)
      case .oneRow: .seats(seed: seed, requests: requests, rows: rows, scores: scores)
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func matchesBruteForceInObjectiveTiesAndBound(_ kind: Kind) throws {
    for seed in 0..<4000 {
      let draft = kind.draft(seed: seed)
      let solution = try Engine.solve(draft.build())
      let best = try #require(BruteForce(draft).best)
      try #require(solution.objective == best.objective, "seed \(seed)")
      try #require(Recount.objective(draft, solution.choices) == best.objective, "seed \(seed)")
      try #require(Recount.bound(draft, solution.certificate) == best.objective, "seed \(seed)")
      try #require(solution.bound == best.objective, "seed \(seed)")
      try #require(solution.status == .optimal, "seed \(seed)")
      try #require(solution.choices.map { $0 >= 0 } == best.choices.map { $0 >= 0 }, "seed \(seed)")
      try #require(solution.choices == best.choices, "seed \(seed)")
    }
  }

  /// An entry cost is what everyone together loses when a phantom takes one unit of the row's chain.
  @Test(arguments: Kind.allCases)
  func entryCostsMatchBruteForce(_ kind: Kind) throws {
    for seed in 0..<1500 {
      let draft = kind.draft(seed: seed)
      let solution = try Engine.solve(draft.build())
      for (index, option) in draft.requests.flatMap(\.options).enumerated() {
        var phantom = [Int64](repeating: 0, count: draft.rows.count)
        for use in option.uses { phantom[use.row] += use.amount }
        let rest = BruteForce(draft, phantom: phantom).best
        let expected = rest.map { solution.objective - $0.objective } ?? .max
        try #require(solution.entryCost(ofOption: index) == expected, "seed \(seed)")
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func shuffledInputGivesTheSameAnswer(_ kind: Kind) throws {
    for seed in 0..<1500 {
      let draft = kind.draft(seed: seed, requests: 12, rows: 8, scores: 4)
      let solution = try Engine.solve(draft.build())
      var random = SplitMix(seed: seed + 1_000_000)
      let shuffle = draft.shuffled(using: &random)
      let other = try Engine.solve(shuffle.draft.build())
      try #require(other.objective == solution.objective, "seed \(seed)")
      for (request, choice) in solution.choices.enumerated() {
        let moved = choice < 0 ? -1 : shuffle.optionPlace[request][Int(choice)]
        let found = other.choices[shuffle.requestPlace[request]]
        let option = draft.requests[request].options
        // Options of one request that are equal in everything are the same option.
        let isSame =
          found == moved
          || (found >= 0 && choice >= 0
            && isTwin(option, Int(choice), shuffle.optionPlace[request].firstIndex(of: Int(found))))
        try #require(isSame, "seed \(seed)")
      }
      for (row, price) in solution.certificate.rowPrices.enumerated() {
        try #require(other.certificate.rowPrices[shuffle.rowPlace[row]] == price, "seed \(seed)")
      }
    }
  }

  private func isTwin(_ options: [Draft.Option], _ a: Int, _ b: Int?) -> Bool {
    guard let b else { return false }
    return options[a].score == options[b].score && Set(options[a].uses) == Set(options[b].uses)
  }
}
