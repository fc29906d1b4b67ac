import MatchingSupport
import Testing

@testable import Matching

/// What the engine says would change an answer, against every allocation of the changed problem.
@Suite struct SensitivityTests {
  private func best(_ draft: Draft) throws -> Int64 {
    try #require(BruteForce(draft).best).objective
  }

  @Test(arguments: ExactTests.Kind.allCases)
  func oneUnitMoreAndLessIsExact(_ kind: ExactTests.Kind) throws {
    for seed in 0..<1200 {
      let draft = kind.draft(seed: seed)
      let problem = try draft.build()
      let solution = try Engine.solve(problem)
      let sensitivity = Sensitivity(of: solution, in: problem)
      for row in draft.rows.indices {
        var (more, less) = (draft, draft)
        more.rows[row].upper += 1
        less.rows[row].upper -= 1
        let loss = less.rows[row].upper < 0 ? nil : solution.objective - (try best(less))
        let gain = try best(more) - solution.objective
        try #require(
          sensitivity.rowValues[row] == .exact(more: gain, less: loss), "seed \(seed), row \(row)")
      }
    }
  }

  /// Also where lower bounds cannot be met, which leaves a gap that prices do not close.
  @Test func oneUnitMoreHelpsALowerBoundAboveIt() throws {
    let draft = Draft(
      rows: [.init(lower: 3, upper: 1, penalty: 2)],
      requests: [.init(options: [.init(5, on: 0)]), .init(options: [.init(4, on: 0)])])
    let problem = try draft.build()
    let sensitivity = Sensitivity(of: try Engine.solve(problem), in: problem)
    #expect(sensitivity.rowValues == [.exact(more: 6, less: 7)])
  }

  @Test(arguments: ExactTests.Kind.allCases)
  func leastWinningScoreIsExact(_ kind: ExactTests.Kind) throws {
    for seed in 0..<600 {
      let draft = kind.draft(seed: seed)
      let problem = try draft.build()
      let solution = try Engine.solve(problem, options: SolveOptions(wantsEntryCosts: false))
      let sensitivity = Sensitivity(of: solution, in: problem)
      for request in draft.requests.indices where solution.choices[request] < 0 {
        let changes = try sensitivity.winningChanges(for: request)
        for (option, change) in changes.enumerated() {
          #expect(change.isLeastScore && change.uses == nil)
          try check(change.score, draft, request, option, solution, "seed \(seed)")
        }
      }
    }
  }

  /// At the stated score the option is in the one best allocation; one point less earns no more than
  /// before, and leaves the choice to the lottery.
  private func check(
    _ score: Int64?, _ draft: Draft, _ request: Int, _ option: Int, _ solution: Solution,
    _ comment: Comment
  ) throws {
    var changed = draft
    guard let score else {
      changed.requests[request].options[option].score = 1000
      try #require(BruteForce(changed).best?.choices[request] != Int32(option), comment)
      return
    }
    changed.requests[request].options[option].score = score
    let brute = try #require(BruteForce(changed).best)
    try #require(brute.choices[request] == Int32(option), comment)
    try #require(brute.objective == solution.objective + 1, comment)
    guard score > 0 else { return }
    changed.requests[request].options[option].score = score - 1
    try #require(try best(changed) == solution.objective, comment)
  }

  @Test func generalChangesWinAndTheLeastScoreIsTheLeast() throws {
    var (scores, cuts) = (0, 0)
    for seed in 0..<150 {
      let draft = Draft.general(seed: seed)
      let problem = try draft.build()
      let solution = try Engine.solve(problem)
      let sensitivity = Sensitivity(of: solution, in: problem)
      for request in draft.requests.indices where solution.choices[request] < 0 {
        let changes = try sensitivity.winningChanges(for: request)
        for (option, change) in changes.enumerated() {
          if change.isLeastScore {
            try check(change.score, draft, request, option, solution, "seed \(seed)")
            scores += 1
          }
          guard let uses = change.uses else { continue }
          var changed = draft
          changed.requests[request].options[option].uses = uses
          let brute = try #require(BruteForce(changed).best)
          try #require(brute.choices[request] == Int32(option), "seed \(seed)")
          cuts += 1
        }
      }
    }
    #expect(scores > 50)
    #expect(cuts > 5)
  }

  /// Uses one step less cut do not win, where no lower bound rewards use.
  @Test func usesAreCutNoMoreThanNeeded() throws {
    var found = 0
    for seed in 0..<200 {
      var draft = Draft.general(seed: seed)
      for row in draft.rows.indices { draft.rows[row].lower = 0 }
      let problem = try draft.build()
      let solution = try Engine.solve(problem)
      let sensitivity = Sensitivity(of: solution, in: problem)
      for request in draft.requests.indices where solution.choices[request] < 0 {
        for (option, change) in try sensitivity.winningChanges(for: request).enumerated() {
          guard let uses = change.uses else { continue }
          let whole = draft.requests[request].options[option].uses
          let largest = try #require(whole.map(\.amount).max())
          let kept = try #require(uses.map(\.amount).max())
          var changed = draft
          changed.requests[request].options[option].uses = whole.map {
            Problem.Use(row: $0.row, amount: ($0.amount * (kept + 1) + largest - 1) / largest)
          }
          try #require(try best(changed) == solution.objective, "seed \(seed)")
          found += 1
        }
      }
    }
    #expect(found > 20)
  }

  /// Prices of general rows bound what more or fewer units can change.
  @Test func pricesBoundTheChange() throws {
    var found = 0
    for seed in 0..<400 {
      let draft = Draft.general(seed: seed)
      let problem = try draft.build()
      let solution = try Engine.solve(problem)
      let values = Sensitivity(of: solution, in: problem).rowValues
      for (row, value) in values.enumerated() {
        guard case .price(let price, let scale) = value else { continue }
        for units in [-2, 1, 3] where draft.rows[row].upper + Int64(units) >= 0 {
          var changed = draft
          changed.rows[row].upper += Int64(units)
          let limit = (solution.bound + 1) * scale + Int64(units) * max(0, price)
          try #require(try best(changed) * scale < limit, "seed \(seed)")
        }
        found += 1
      }
    }
    #expect(found > 100)
  }

  @Test func startsAreCheckedAndNeverMadeWorse() throws {
    for seed in 0..<200 {
      let draft = Draft.general(seed: seed)
      let problem = try draft.build()
      let best = try #require(BruteForce(draft).best)
      let stopped = SolveOptions(workLimit: 1)
      var options = stopped
      options.start = best.choices
      let solution = try Engine.solve(problem, options: options)
      try #require(solution.objective == best.objective, "seed \(seed)")
    }
    let problem = try Draft.general(seed: 3).build()
    for start in [[], [Int32](repeating: 9, count: problem.requestCount)] {
      var options = SolveOptions()
      options.start = start
      #expect(throws: EngineError.infeasibleStart) {
        try Engine.solve(problem, options: options)
      }
    }
  }
}
