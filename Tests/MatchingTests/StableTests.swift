import Matching
import MatchingSupport
import Testing

@Suite struct StableTests {
  /// With ties fallen by lottery, the result is best for every proposer among all stable matchings.
  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func findsBothExtremes(_ hasTies: Bool, _ hasCaps: Bool) throws {
    for seed in 0..<600 {
      let draft = StableDraft.random(seed: seed, hasTies: hasTies, hasCaps: hasCaps)
      let problem = try draft.build()
      let strict = draft.tiesFallen()
      let brute = StableBruteForce(strict)
      let residents = Engine.solve(problem, options: StableOptions(proposer: .residents))
      let hospitals = Engine.solve(problem, options: StableOptions(proposer: .hospitals))
      for solution in [residents, hospitals] {
        try #require(solution.status == .stable)
        try #require(StableBruteForce(draft).stable.contains(solution.choices), "seed \(seed)")
        try #require(problem.blockingPairs(of: solution.choices).isEmpty, "seed \(seed)")
        try #require(problem.violations(of: solution.choices).isEmpty, "seed \(seed)")
      }
      for resident in draft.residents.indices {
        let places = brute.stable.map { place(brute.hospital($0, resident), strict, resident) }
        let best = place(chosen(residents, draft, resident), strict, resident)
        let worst = place(chosen(hospitals, draft, resident), strict, resident)
        try #require(best == places.min(), "seed \(seed)")
        try #require(worst == places.max(), "seed \(seed)")
      }
    }
  }

  private func chosen(_ solution: StableSolution, _ draft: StableDraft, _ resident: Int) -> Int? {
    let choice = solution.choices[resident]
    return choice < 0 ? nil : draft.residents[resident].list[Int(choice)].party
  }

  private func place(_ hospital: Int?, _ draft: StableDraft, _ resident: Int) -> Int {
    guard let hospital else { return .max }
    return draft.residents[resident].list.firstIndex { $0.party == hospital } ?? -1
  }

  /// Using ties leaves no blocking pair, matches no fewer than the largest falls short of by half,
  /// and on the whole more than falling ties by lottery.
  @Test func usingTiesMatchesMore() throws {
    var (byLottery, byTies, most) = (0, 0, 0)
    for seed in 0..<1500 {
      let draft = StableDraft.random(seed: seed, residents: 5, hasTies: true, hasCaps: false)
      let problem = try draft.build()
      let stable = StableBruteForce(draft).stable
      let largest = stable.map { $0.count { $0 >= 0 } }.max() ?? 0
      let solution = Engine.solve(problem, options: StableOptions(matchesMore: true))
      try #require(stable.contains(solution.choices), "seed \(seed)")
      try #require(3 * solution.assigned >= 2 * largest, "seed \(seed)")
      byLottery += Engine.solve(problem).assigned
      byTies += solution.assigned
      most += largest
    }
    #expect(byLottery < byTies)
    #expect(byTies * 100 >= most * 99)
  }

  /// The largest tier there is comes last in a hospital's order, as any tier beyond 2²³ does.
  @Test func usingTiesKeepsTheOrderOfLargeTiers() throws {
    var builder = StableProblem.Builder()
    let largest = Int(Int32.max) - 1
    let list = [
      StableProblem.Entry(party: 1, tier: 0), .init(party: 2, tier: 0),
      .init(party: 0, tier: largest),
    ]
    builder.addHospital(quota: 1, lottery: 0, list: list)
    for resident in 0..<3 {
      builder.addResident(lottery: UInt64(resident), list: [.init(party: 0, tier: 0)])
    }
    let problem = try builder.build()
    let solution = Engine.solve(problem, options: StableOptions(matchesMore: true))
    #expect(solution.choices == [-1, 0, -1])
    #expect(problem.blockingPairs(of: solution.choices).isEmpty)
  }

  @Test(arguments: [false, true]) func awkwardListsHaveNoBlockingPair(_ hasCaps: Bool) throws {
    for seed in 0..<600 {
      let draft = StableDraft.awkward(seed: seed, hasCaps: hasCaps)
      let problem = try draft.build()
      let stable = StableBruteForce(draft).stable
      for matchesMore in [false, true] {
        let solution = Engine.solve(problem, options: StableOptions(matchesMore: matchesMore))
        try #require(stable.contains(solution.choices), "seed \(seed)")
        try #require(problem.blockingPairs(of: solution.choices).isEmpty, "seed \(seed)")
      }
    }
  }

  @Test func judgeAgreesWithTheDefinition() throws {
    for seed in 0..<600 {
      let draft = StableDraft.random(seed: seed, hasTies: true, hasCaps: seed % 2 == 0)
      let problem = try draft.build()
      let brute = StableBruteForce(draft)
      var random = SplitMix(seed: seed)
      for _ in 0..<5 {
        let choices = draft.residents.map { Int32(random.below($0.list.count + 1) - 1) }
        let isFeasible = brute.isFeasible(choices)
        try #require(problem.violations(of: choices).isEmpty == isFeasible, "seed \(seed)")
        guard isFeasible else { continue }
        let pairs = Set(problem.blockingPairs(of: choices))
        try #require(pairs == Set(brute.blocking(choices)), "seed \(seed)")
      }
    }
  }

  @Test func publicInstancesHaveNoBlockingPair() throws {
    for (file, kind, _) in try Instances.index() where kind == "no blocking pair" {
      guard case .stable(let problem) = try Instances.read(file) else {
        Issue.record("\(file) is not stable")
        continue
      }
      for proposer in [StableOptions.Proposer.residents, .hospitals] {
        let solution = Engine.solve(problem, options: StableOptions(proposer: proposer))
        #expect(problem.blockingPairs(of: solution.choices).isEmpty, "\(file)")
        #expect(problem.violations(of: solution.choices).isEmpty, "\(file)")
      }
    }
  }

  @Test func countsRanksByTier() throws {
    var builder = StableProblem.Builder()
    let entries = [0, 1].map { StableProblem.Entry(party: $0, tier: 5) }
    builder.addHospital(quota: 1, lottery: 0, list: entries)
    builder.addHospital(quota: 1, lottery: 1, list: [.init(party: 1, tier: 9)])
    builder.addResident(lottery: 0, list: [.init(party: 0, tier: 3)])
    builder.addResident(lottery: 1, list: [.init(party: 0, tier: 3), .init(party: 1, tier: 8)])
    let solution = Engine.solve(try builder.build())
    #expect(solution.choices == [0, 1])
    #expect(solution.residentRanks.countByPlace == [1, 1])
    #expect(solution.residentRanks.sum == 3)
    #expect(solution.hospitalRanks.countByPlace == [2])
  }

  @Test func refusesWhatIsNoProblem() {
    #expect(throws: StableProblemError.unknownCap(0)) {
      var builder = StableProblem.Builder()
      builder.addHospital(quota: 1, lottery: 0, cap: 0, list: [])
      _ = try builder.build()
    }
    #expect(throws: StableProblemError.quotaOutOfRange(-1)) {
      var builder = StableProblem.Builder()
      builder.addHospital(quota: -1, lottery: 0, list: [])
      _ = try builder.build()
    }
    #expect(throws: StableProblemError.unknownParty(owner: "resident", index: 0, party: 3)) {
      var builder = StableProblem.Builder()
      builder.addResident(lottery: 0, list: [.init(party: 3, tier: 0)])
      _ = try builder.build()
    }
    #expect(throws: StableProblemError.tierOutOfOrder(owner: "resident", index: 0, tier: 1)) {
      var builder = StableProblem.Builder()
      builder.addHospital(quota: 1, lottery: 0, list: [])
      builder.addResident(
        lottery: 0, list: [.init(party: 0, tier: 2), .init(party: 0, tier: 1)])
      _ = try builder.build()
    }
  }
}
