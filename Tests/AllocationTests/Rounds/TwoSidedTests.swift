import Matching
import Testing

@testable import Allocation

@Suite("Two-sided rounds")
struct TwoSidedTests {
  @Test("Of all stable matchings the chosen one is best for every request", arguments: 0..<60)
  func extremes(seed: Int) throws {
    let problem = TwoSidedDraft(requests: 4, experts: 4, universities: 2, seed: seed).problem
    let all = problem.allStable()
    let market = try TwoSidedMarket(problem, seed: TwoSidedDraft.seed)
    let best = market.matching(bestFor: .requests).choices
    let worst = market.matching(bestFor: .resources).choices
    #expect(all.contains(best) && all.contains(worst))
    for stable in all {
      for number in problem.requests.indices {
        #expect(problem.isAtLeast(number, best[number], stable[number]))
        #expect(problem.isAtLeast(number, stable[number], worst[number]))
      }
    }
  }

  @Test("The bound of the highest total holds for the stable choice, and its gap is the price")
  func certificate() throws {
    for seed in 0..<20 {
      let problem = TwoSidedDraft(requests: 8, experts: 6, universities: 2, seed: seed).problem
      let decided = try problem.decided(seed: TwoSidedDraft.seed)
      let optimal = try problem.solved(seed: TwoSidedDraft.seed).solution
      #expect(decided.solution.status == .stable)
      #expect(decided.solution.bound == optimal.objective)
      #expect(decided.solution.objective <= optimal.objective)
      #expect(problem.blockingPairs(decided.solution.choices, ties: true).isEmpty)
      #expect(problem.isFeasible(decided.solution.choices))
    }
  }

  @Test("A request that enters ends as the round itself would have ended for it", arguments: 0..<40)
  func entering(seed: Int) throws {
    let problem = TwoSidedDraft(requests: 9, experts: 6, universities: 3, seed: seed).problem
    let choices = try problem.decided(seed: TwoSidedDraft.seed).solution.choices
    let state = StableState(problem, choices: choices, seed: TwoSidedDraft.seed)
    for number in problem.requests.indices where choices[number] < 0 {
      for option in problem.requests[number].options {
        for score: Int64 in [2, 4, 6, 8] {
          let changed = problem.changing(number, option.resource, score: score)
          let again = try changed.decided(seed: TwoSidedDraft.seed).solution.choices
          var trial = state
          let won = trial.enter(number, with: changed.requests[number].options)
          #expect((won != nil) == (again[number] >= 0))
        }
      }
    }
  }

  @Test("What would have won does win, and a point or a place less does not", arguments: 0..<40)
  func smallestChanges(seed: Int) throws {
    let problem = TwoSidedDraft(requests: 9, experts: 6, universities: 3, seed: 100 + seed).problem
    let decided = try problem.decided(seed: TwoSidedDraft.seed)
    let advisor = StableAdvisor(
      decided: decided, problem: problem, seed: TwoSidedDraft.seed, glossary: TechVP.glossary)
    func isServed(_ number: Int, _ changed: RoundProblem) throws -> Bool {
      try changed.decided(seed: TwoSidedDraft.seed).solution.choices[number] >= 0
    }
    for number in problem.requests.indices where decided.solution.choices[number] < 0 {
      let verdict = try advisor.unserved(number) { _, _ in [] }
      if let change = verdict.smallestChange.score {
        #expect(
          try isServed(
            number, problem.changing(number, change.resource, score: change.needed)))
        // At one point less there may be a tie, which the lottery decides.
        let below = max(0, change.needed - 2)
        #expect(
          try !isServed(number, problem.changing(number, change.resource, score: below)))
      }
      for change in verdict.smallestChange.figures where change.rule == "rank" {
        let rank = try #require(Int(change.to))
        #expect(
          try isServed(
            number, problem.changing(number, change.resource, rankByResource: rank)))
      }
      #expect(verdict.explanation[.chinese]?.isEmpty == false)
      if !problem.requests[number].options.isEmpty {
        #expect([.unstable, .capacity].contains(verdict.reason))
      }
    }
  }

  @Test("A renewal comes before every filed rank")
  func renewals() throws {
    let pair = ExpertPair(request: "KJ-2", expert: "ZJ-1")
    let rival = ExpertPair(request: "KJ-1", expert: "ZJ-1")
    let snapshot = TechVPFixture.snapshot(
      requests: [TechVPFixture.request("KJ-1"), TechVPFixture.request("KJ-2")],
      filed: [
        .init(side: .expert, pair: rival, rank: 1), .init(side: .enterprise, pair: rival, rank: 1),
      ], renewals: [pair])
    let problem = try TechVP.problem(
      of: snapshot, policy: TechVPFixture.policy(["techvp.rule": .word("stable")]))
    let choices = try problem.decided(seed: "s").solution.choices
    #expect(choices == [-1, 0])
  }

  @Test("Degenerate rounds: nobody, no options, a cap of 0")
  func degenerate() throws {
    let policy = TechVPFixture.policy(["techvp.rule": .word("stable")])
    for snapshot in [
      TechVPFixture.snapshot(requests: [], experts: [], universities: []),
      TechVPFixture.snapshot(requests: [], experts: []),
      TechVPFixture.snapshot(experts: []),
      TechVPFixture.snapshot(universities: [TechVPFixture.university(max: 0)]),
    ] {
      let problem = try TechVP.problem(of: snapshot, policy: policy)
      let decided = try problem.decided(seed: "s")
      #expect(decided.solution.assigned == 0)
      #expect(decided.solution.bound >= 0)
      let advisor = StableAdvisor(
        decided: decided, problem: problem, seed: "s", glossary: TechVP.glossary)
      for number in problem.requests.indices {
        let verdict = try advisor.unserved(number) { _, _ in [] }
        #expect([.noOption, .capacity].contains(verdict.reason))
      }
    }
  }
}
