import Matching
import MatchingSupport
import Synchronization
import Testing

/// However early a solve has to end, its answer is feasible, its bound true, and its status honest.
@Suite struct LimitTests {
  enum Kind: CaseIterable {
    case nestedRows, oneRow, general

    func draft(seed: Int) -> Draft {
      switch self {
      case .nestedRows: .nested(seed: seed)
      case .oneRow: .seats(seed: seed)
      case .general: .general(seed: seed)
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func smallProblemsAtEveryLimit(_ kind: Kind) throws {
    var early = 0
    for seed in 0..<300 {
      let draft = kind.draft(seed: seed)
      let problem = try draft.build()
      let best = try #require(BruteForce(draft).best).objective
      for limit in [0, 1, 3, 10, 40] as [Int64] {
        let solution = try Engine.solve(problem, options: SolveOptions(workLimit: limit))
        try check(solution, draft, best, "seed \(seed), limit \(limit)")
        try #require(solution.status != .timeLimit)
        early += solution.objective < best ? 1 : 0
      }
      let stopped = try Engine.solve(problem, options: SolveOptions { true })
      try check(stopped, draft, best, "seed \(seed), stopped")
      try #require(stopped.status != .within || stopped.isProvedBest, "seed \(seed)")
    }
    #expect(early > 0, "no limit was ever felt")
  }

  private func check(
    _ solution: Solution, _ draft: Draft, _ best: Int64, _ comment: Comment
  ) throws {
    try #require(Recount.objective(draft, solution.choices) == solution.objective, comment)
    try #require(solution.objective <= best && solution.bound >= best, comment)
    try #require((solution.status == .optimal) == (solution.gap == 0), comment)
    if solution.isProvedBest { try #require(solution.objective == best, comment) }
  }

  /// A stop after so many questions, wherever the algorithm then is.
  @Test(arguments: [false, true])
  func stopsAtAnyMoment(nested: Bool) throws {
    var draft = Draft.oneRow(
      seed: 5, requests: 3000, rows: 2500, degree: 20, capacity: 1, scores: 100_000)
    if nested {
      // A row over the first two takes the problem out of the reach of the assignment kernel.
      draft.rows.append(.init(upper: 1))
      for request in draft.requests.indices {
        for option in draft.requests[request].options.indices
        where draft.requests[request].options[option].uses[0].row < 2 {
          draft.requests[request].options[option].uses.append(.init(row: 2500, amount: 1))
        }
      }
    }
    let problem = try draft.build()
    let best = try Engine.solve(problem).objective
    var stops = 0
    for moment in 0..<40 {
      let questions = Mutex(0)
      let options = SolveOptions(wantsEntryCosts: false) {
        questions.withLock { count in
          count += 1
          return count > moment
        }
      }
      let solution = try Engine.solve(problem, options: options)
      try check(solution, draft, best, "after \(moment) questions")
      guard solution.status == .timeLimit else { continue }
      stops += 1
      try #require(Recount.bound(draft, solution.certificate) == solution.bound)
      try #require(solution.objective > best / 2, "free rows were left to nobody")
    }
    #expect(stops > 1)
    let limited = try Engine.solve(problem, options: SolveOptions(workLimit: 10_000))
    #expect(limited.status == .within)
    #expect(limited.gap > 0)
  }
}
