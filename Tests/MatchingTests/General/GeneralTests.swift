import Dispatch
import MatchingSupport
import Testing

@testable import Matching

/// General rows: everything the solver claims, against every allocation there is.
@Suite struct GeneralTests {
  @Test func matchesBruteForceAndNeverClaimsLess() throws {
    var provedCount = 0
    for seed in 0..<2000 {
      let draft = Draft.general(seed: seed)
      let solution = try solve(draft)
      let best = try #require(BruteForce(draft).best)
      try #require(Recount.objective(draft, solution.choices) == solution.objective, "seed \(seed)")
      try #require(solution.objective == best.objective, "seed \(seed)")
      try #require(solution.bound >= best.objective, "seed \(seed)")
      let isProved = solution.bound == solution.objective
      try #require((solution.status == .optimal) == isProved, "seed \(seed)")
      provedCount += isProved ? 1 : 0
    }
    // Most tiny problems have no duality gap of a whole point.
    #expect(provedCount > 1650)
  }

  @Test func boundIsWhatTheCertificateProves() throws {
    for seed in 0..<200 {
      let problem = try Draft.general(seed: seed, requests: 12, parcels: 5, quotas: 3).build()
      let solution = solve(problem)
      try #require(try solution.certificate.bound(for: problem) == Int128(solution.bound))
    }
  }

  @Test func shuffledInputGivesTheSameAnswer() throws {
    for seed in 0..<150 {
      let draft = Draft.general(seed: seed, requests: 12, parcels: 5, quotas: 3, scores: 5)
      var random = SplitMix(seed: seed + 1_000_000)
      let shuffle = draft.shuffled(using: &random)
      let (first, second) = (try solve(draft), try solve(shuffle.draft))
      try #require(first.objective == second.objective, "seed \(seed)")
      try #require(first.bound == second.bound, "seed \(seed)")
      for (request, choice) in first.choices.enumerated() {
        let found = second.choices[shuffle.requestPlace[request]]
        try #require((choice < 0) == (found < 0), "seed \(seed)")
        guard choice >= 0 else { continue }
        let old = try #require(shuffle.optionPlace[request].firstIndex(of: Int(found)))
        let options = draft.requests[request].options
        try #require(options[old].score == options[Int(choice)].score, "seed \(seed)")
        try #require(Set(options[old].uses) == Set(options[Int(choice)].uses), "seed \(seed)")
      }
    }
  }

  /// Small problems breed, larger ones are searched in rounds; lanes run at the same time in both.
  @Test(arguments: [60, 310]) func threadsChangeNothing(_ requests: Int) throws {
    let problem = try land(requests: requests, seed: 3)
    // The longest meets the search for a proof beside the rounds.
    let limits: [Int64] = [300_000, 20_000_000] + (requests > 300 ? [100_000_000] : [])
    for workLimit in limits {
      let first = solve(problem, SolveOptions(workLimit: workLimit))
      var options = SolveOptions(threads: 2, workLimit: workLimit)
      options.concurrentPerform = { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
      let second = solve(problem, options)
      #expect(first.choices == second.choices)
      #expect(first.certificate == second.certificate)
      #expect(first.status == second.status)
    }
  }

  @Test func equalsFallByLottery() throws {
    // Ten equal requests, room for three: the three smallest lottery numbers are served.
    var draft = Draft(rows: [Draft.Row(upper: 7, lottery: 1)])
    for index in 0..<10 {
      let use = Problem.Use(row: 0, amount: 2)
      draft.requests.append(
        Draft.Request(
          lottery: UInt64((index * 7) % 10), options: [Draft.Option(score: 5, uses: [use])]))
    }
    let solution = try solve(draft)
    let served = draft.requests.indices.filter { solution.choices[$0] >= 0 }
    #expect(Set(served.map { draft.requests[$0].lottery }) == [0, 1, 2])
  }

  @Test func keepsParcelsRatherThanQuotas() throws {
    let problem = CanonicalProblem(try land(requests: 80, seed: 1)).problem
    let alive = GeneralPresolve.survivors(problem)
    let needed = GeneralPresolve.neededRows(problem, alive)
    let kept = KeptRows(problem, alive, needed).choose()
    for option in 0..<problem.optionCount {
      #expect(problem.useRange(of: option).count { kept[Int(problem.useRows[$0])] } <= 1)
    }
    let solution = solve(problem, SolveOptions(workLimit: 3_000_000))
    #expect(solution.certificate.rowPrices.contains(nil))
    #expect(solution.relativeGap < 0.05)
  }

  /// Requests for areas of parcels inside districts with quotas.
  private func land(requests: Int, seed: Int) throws -> Problem {
    var random = SplitMix(seed: seed)
    var draft = Draft()
    let parcels = requests / 4
    for _ in 0..<parcels {
      draft.rows.append(Draft.Row(upper: Int64(50 + random.below(750)), lottery: random.next()))
    }
    for district in 0..<4 {
      let total = (0..<parcels).reduce(0) {
        $0 + ($1 % 4 == district ? draft.rows[$1].upper : 0)
      }
      draft.rows.append(Draft.Row(upper: total * 8 / 10, lottery: random.next()))
    }
    for _ in 0..<requests {
      var request = Draft.Request(lottery: random.next())
      let area = Int64(5 + random.below(195))
      for parcel in Set((0..<12).map { _ in random.below(parcels) }).sorted() {
        request.options.append(
          Draft.Option(
            score: Int64(1 + random.below(999)),
            uses: [
              Problem.Use(row: parcel, amount: area),
              Problem.Use(row: parcels + parcel % 4, amount: area),
            ]))
      }
      draft.requests.append(request)
    }
    return try draft.build()
  }

  private func solve(_ draft: Draft) throws -> Solution { solve(try draft.build()) }

  private func solve(_ problem: Problem, _ options: SolveOptions = SolveOptions()) -> Solution {
    let canonical = CanonicalProblem(problem)
    return Solution(GeneralSolver.solve(canonical.problem, options), canonical, problem)
  }
}
