import Matching
import MatchingSupport
import Testing

@Suite struct StructureTests {
  private func structure(_ draft: Draft) throws -> Structure { Structure(of: try draft.build()) }

  @Test func oneRowAnOption() throws {
    let draft = Draft(
      rows: [.init(), .init()],
      requests: [.init(options: [.init(1, on: 0), .init(1), .init(1, on: 1)])])
    #expect(try structure(draft) == .oneRow)
  }

  @Test func nestedRows() throws {
    let draft = Draft(
      rows: [.init(), .init(), .init()],
      requests: [.init(options: [.init(1, on: 0, 2), .init(1, on: 2, 1), .init(1, on: 2)])])
    #expect(try structure(draft) == .nestedRows)
  }

  @Test func crossingRows() throws {
    let draft = Draft(
      rows: [.init(), .init()],
      requests: [.init(options: [.init(1, on: 0, 1), .init(1, on: 0), .init(1, on: 1)])])
    #expect(try structure(draft) == .general)
  }

  @Test func severalUnits() throws {
    let option = Draft.Option(score: 1, uses: [Problem.Use(row: 0, amount: 2)])
    #expect(try structure(Draft(rows: [.init()], requests: [.init(options: [option])])) == .general)
  }

  /// Whatever the structure, the bound holds and the allocation is feasible.
  @Test func generalProblemsAreCertified() throws {
    for seed in 0..<60 {
      var random = SplitMix(seed: seed)
      var draft = Draft.nested(seed: seed)
      for request in draft.requests.indices {
        for option in draft.requests[request].options.indices {
          for use in draft.requests[request].options[option].uses.indices {
            draft.requests[request].options[option].uses[use].amount = Int64(random.below(3) + 1)
          }
        }
      }
      let problem = try draft.build()
      let solution = try Engine.solve(problem)
      let best = try #require(BruteForce(draft).best)
      try #require(Recount.objective(draft, solution.choices) == solution.objective, "seed \(seed)")
      try #require(solution.objective <= best.objective, "seed \(seed)")
      try #require(solution.bound >= best.objective, "seed \(seed)")
      if solution.status == .optimal {
        try #require(solution.objective == best.objective, "seed \(seed)")
      }
    }
  }
}
