import Matching
import MatchingSupport
import Testing

/// Two resources for each group, then members: what the engine claims, against every designation
/// there is.
@Suite struct DesignationTests {
  @Test func matchesBruteForceWithProof() throws {
    try checkProofs((0..<2500).map { DesignationDraft.small(seed: $0) })
  }

  @Test func resourcesMayHaveLimitsOfTheirOwn() throws {
    try checkProofs((0..<1500).map { DesignationDraft.uneven(seed: $0) })
  }

  private func checkProofs(_ drafts: [DesignationDraft]) throws {
    var byPrices = 0
    for (seed, draft) in drafts.enumerated() {
      let solution = try Engine.solve(draft.build())
      let best = try #require(DesignationBruteForce(draft).best)
      try #require(solution.objective == best, "seed \(seed)")
      try #require(DesignationRecount.objective(draft, solution) == best, "seed \(seed)")
      try #require(solution.isProvedBest, "seed \(seed)")
      try #require(solution.tightestBound == best, "seed \(seed)")
      let priced = DesignationRecount.bound(draft, solution.certificate)
      try #require(priced >= best, "seed \(seed)")
      try #require(priced == solution.bound, "seed \(seed)")
      try #require((solution.status == .optimal) == (priced == best), "seed \(seed)")
      try #require((solution.proof == .prices) == (priced == best), "seed \(seed)")
      if solution.proof == .prices { byPrices += 1 }
    }
    #expect(byPrices > drafts.count / 10, "prices alone should often be enough")
  }

  /// With a handful of steps there is no proof, but the bound must still be true.
  @Test func boundIsTrueHoweverEarlyTheSearchEnds() throws {
    for seed in 0..<1000 {
      let draft = DesignationDraft.small(seed: seed)
      let options = SolveOptions(workLimit: Int64(seed % 60) * 20)
      let solution = try Engine.solve(draft.build(), options: options)
      let best = try #require(DesignationBruteForce(draft).best)
      let found = try #require(DesignationRecount.objective(draft, solution), "seed \(seed)")
      try #require(found == solution.objective && found <= best, "seed \(seed)")
      try #require(solution.tightestBound >= best, "seed \(seed)")
      try #require((solution.status == .optimal) == (solution.gap == 0), "seed \(seed)")
      try #require(solution.status != .timeLimit, "seed \(seed)")
    }
  }

  @Test func shuffledInputGivesTheSameAnswer() throws {
    for seed in 0..<300 {
      try checkShuffle(DesignationDraft.small(seed: seed), seed, SolveOptions())
    }
    for seed in 0..<2 {
      let options = SolveOptions(workLimit: 500_000)
      try checkShuffle(DesignationDraft.medium(seed: seed), seed, options)
    }
  }

  private func checkShuffle(
    _ draft: DesignationDraft, _ seed: Int, _ options: SolveOptions
  ) throws {
    var random = SplitMix(seed: seed + 1_000_000)
    let shuffle = draft.shuffled(using: &random)
    let solution = try Engine.solve(draft.build(), options: options)
    let other = try Engine.solve(shuffle.draft.build(), options: options)
    try #require(other.objective == solution.objective, "seed \(seed)")
    try #require(other.status == solution.status, "seed \(seed)")
    for (group, pair) in solution.pairs.enumerated() {
      let found = other.pairs[shuffle.groupPlace[group]]
      try #require(Int(found.first) == shuffle.resourcePlace[Int(pair.first)], "seed \(seed)")
      try #require(Int(found.second) == shuffle.resourcePlace[Int(pair.second)], "seed \(seed)")
    }
    for (member, choice) in solution.choices.enumerated() {
      let moved = choice < 0 ? -1 : shuffle.resourcePlace[Int(choice)]
      try #require(Int(other.choices[shuffle.memberPlace[member]]) == moved, "seed \(seed)")
    }
    for (resource, price) in solution.certificate.capacityPrices.enumerated() {
      let found = other.certificate.capacityPrices[shuffle.resourcePlace[resource]]
      try #require(found == price, "seed \(seed)")
    }
  }

  @Test func threadsChangeNothing() throws {
    for seed in 0..<2 {
      let problem = try DesignationDraft.medium(seed: seed).build()
      let one = try Engine.solve(problem, options: SolveOptions(threads: 1, workLimit: 500_000))
      let two = try Engine.solve(problem, options: SolveOptions(threads: 2, workLimit: 500_000))
      #expect(one.pairs == two.pairs)
      #expect(one.choices == two.choices)
      #expect(one.certificate == two.certificate)
      #expect(one.status == two.status)
      #expect(one.work == two.work)
    }
  }

  @Test func moreWorkNeverGivesLess() throws {
    for seed in 0..<2 {
      let draft = DesignationDraft.medium(seed: seed)
      let problem = try draft.build()
      var last = Int64.min
      for limit in [0, 50_000, 200_000, 800_000] as [Int64] {
        let solution = try Engine.solve(problem, options: SolveOptions(workLimit: limit))
        #expect(DesignationRecount.objective(draft, solution) == solution.objective)
        #expect(solution.objective >= last)
        #expect(solution.bound >= solution.objective)
        last = solution.objective
      }
    }
  }

  /// Where resources are many, the prices of those that are not chosen have to start somewhere: from
  /// none, the bound stays a multiple of what can be had, and no work is left for better pairs.
  @Test func manyResourcesAreStillBoundClosely() throws {
    let draft = DesignationDraft.wide(seed: 1)
    let solution = try Engine.solve(
      draft.build(), options: SolveOptions(workLimit: 300_000_000))
    #expect(DesignationRecount.objective(draft, solution) == solution.objective)
    #expect(DesignationRecount.bound(draft, solution.certificate) == solution.bound)
    #expect(
      20 * solution.gap <= solution.objective, "\(solution.objective) of \(solution.bound)")
  }

  @Test func stopIsLabelledAndKeepsATrueBound() throws {
    let draft = DesignationDraft.medium(seed: 1)
    let problem = try draft.build()
    let solution = try Engine.solve(problem, options: SolveOptions(shouldStop: { true }))
    #expect(solution.status == .timeLimit)
    #expect(DesignationRecount.objective(draft, solution) == solution.objective)
    #expect(DesignationRecount.bound(draft, solution.certificate) == solution.bound)
    let full = try Engine.solve(problem, options: SolveOptions(workLimit: 800_000))
    #expect(solution.bound >= full.objective)
    #expect(full.status == .within)
  }
}
