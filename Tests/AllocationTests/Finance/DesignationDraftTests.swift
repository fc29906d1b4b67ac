import Matching
import Testing

@testable import Allocation

@Suite("designation: values, runners-up, one chain after another")
struct DesignationDraftTests {
  private func solved(
    _ draft: DesignationDraft
  ) throws -> (DesignationSolution, DesignatedPairs) {
    let solution = try Engine.solve(draft.problem(seed: "s"))
    let pairs = solution.pairs.map {
      DesignatedPairs.Pair(lead: Int($0.first), partner: Int($0.second))
    }
    return (solution, DesignatedPairs(pairs: pairs))
  }

  @Test("The engine's designation, each bank within its own limit, is the best there is")
  func designation() throws {
    for seed in 0..<150 {
      let draft = FinanceDraft.small(seed: UInt64(seed))
      let all = FinanceDraft.designations(draft)
      guard !all.isEmpty else { continue }
      let best = try #require(all.map { FinanceDraft.best(draft, $0) }.max())
      let (solution, designated) = try solved(draft)
      try #require(solution.objective == best, "seed \(seed)")
      try #require(FinanceDraft.best(draft, designated.pairs) == best, "seed \(seed)")
    }
  }

  @Test("The value of given pairs is found, or bounded from above")
  func value() throws {
    for seed in 0..<100 {
      let draft = FinanceDraft.small(seed: UInt64(seed))
      for pairs in FinanceDraft.designations(draft).prefix(3) {
        let value = try draft.value(of: DesignatedPairs(pairs: pairs), seed: "s")
        let best = FinanceDraft.best(draft, pairs)
        try #require(value.objective <= best && best <= value.bound, "seed \(seed)")
      }
    }
  }

  @Test("No other pair of the chain earns more than the runner-up's bound")
  func runnersUp() throws {
    var found = 0
    for seed in 0..<100 {
      let draft = FinanceDraft.small(seed: UInt64(seed))
      let all = FinanceDraft.designations(draft)
      guard !all.isEmpty else { continue }
      let (solution, designated) = try solved(draft)
      let search = RunnerUpSearch(draft, designated, solution.certificate, seed: "s")
      for chain in 0...1 {
        let others = all.filter {
          $0[1 - chain] == designated.pairs[1 - chain] && $0[chain] != designated.pairs[chain]
        }
        let best = others.map { FinanceDraft.best(draft, $0) }.max()
        let runnerUp = try search.find(chain)
        try #require((runnerUp == nil) == (best == nil), "seed \(seed)")
        guard let runnerUp, let best else { continue }
        try #require(runnerUp.objective <= best && best <= runnerUp.bound, "seed \(seed)")
        var changed = designated
        changed.pairs[chain] = runnerUp.pair
        try #require(others.contains(changed.pairs), "seed \(seed)")
        try #require(FinanceDraft.best(draft, changed.pairs) >= runnerUp.objective, "seed \(seed)")
        if runnerUp.objective == best { found += 1 }
      }
    }
    #expect(found > 100, "small problems should be solved exactly")
  }

  @Test("One chain after another keeps the limits and is never better")
  func sequential() throws {
    for seed in 0..<100 {
      let draft = FinanceDraft.small(seed: UInt64(seed))
      guard let pairs = draft.sequentialPairs(seed: "s") else { continue }
      let all = FinanceDraft.designations(draft)
      try #require(all.contains(pairs.pairs), "seed \(seed)")
      let (solution, _) = try solved(draft)
      try #require(FinanceDraft.best(draft, pairs.pairs) <= solution.objective, "seed \(seed)")
    }
  }
}
