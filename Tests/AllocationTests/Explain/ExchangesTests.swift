import Postgres
import Testing

@testable import Allocation
@testable import Matching

@Suite("Exchanges, and the advice that they prove")
struct ExchangesTests {
  /// A solved city with the exchanges on its answer.
  private func solved(
    _ city: LandSnapshot
  ) throws -> (problem: RoundProblem, choices: [Int32], points: Int64, exchanges: Exchanges) {
    let problem = try LandFixture.problem(city)
    let solution = try Engine.solve(problem.matchingProblem(seed: "s"))
    return (
      problem, solution.choices, solution.objective,
      Exchanges(problem, choices: solution.choices)
    )
  }

  @Test("An exchange is an allocation: it fits, and its gain adds up")
  func addsUp() throws {
    var count = 0
    for seed in 0..<20 {
      let city = RandomCity.snapshot(seed: seed, requests: 12, parcels: 5)
      let (problem, choices, points, exchanges) = try solved(city)
      let matching = try problem.matchingProblem(seed: "s")
      for (request, choice) in choices.enumerated() where choice < 0 {
        for (place, option) in problem.requests[request].options.enumerated() {
          guard let exchange = exchanges.exchange(for: option) else { continue }
          var changed = choices
          changed[request] = Int32(place)
          for other in exchange.others { changed[other.request] = other.option }
          #expect(matching.isFeasible(changed), "seed \(seed)")
          #expect(matching.objective(of: changed) == points + exchange.gain, "seed \(seed)")
          count += 1
        }
      }
    }
    #expect(count > 10)
  }

  @Test("Shortfalls of lower bounds count in a gain")
  func shortfall() {
    func option(_ score: Int64) -> RoundProblem.Option {
      .init(
        resource: "B", detail: [:], amount: 1, unit: "wan", score: score,
        uses: [.init(row: "line:B", amount: 1), .init(row: "floor:B", amount: 1)])
    }
    let problem = RoundProblem(
      requests: [
        .init(number: "R", uscc: "", enterprise: "", options: [option(5)], refusals: [])
      ],
      rows: [
        .init(kind: "line", resource: "B", unit: "wan", upper: 1),
        .init(kind: "floor", resource: "B", unit: "wan", lower: 3, upper: 9, penalty: 10),
      ])
    #expect(Exchanges(problem, choices: [-1]).exchange(for: option(5))?.gain == 15)
    #expect(Exchanges(problem, choices: [0]).exchange(for: option(8))?.gain == 3)
    let foreign = RoundProblem.Option(
      resource: "C", detail: [:], amount: 1, unit: "wan", score: 1,
      uses: [.init(row: "line:C", amount: 1)])
    #expect(Exchanges(problem, choices: [-1]).exchange(for: foreign) == nil)
  }

  @Test(
    "What a night advises raises the best that there is, so every best answer serves the request")
  func adviceWins() throws {
    var rules: [String: Int] = [:]
    for seed in 0..<40 {
      let city = RandomCity.snapshot(seed: seed, requests: 6, parcels: 4)
      let (problem, choices, points, exchanges) = try solved(city)
      #expect(AllocationRecount(problem).best() == points, "seed \(seed)")
      let relaxer = try Land.relaxer(in: city, policy: LandFixture.policy())
      for (place, choice) in choices.enumerated() where choice < 0 {
        let number = problem.requests[place].number
        for change in try relaxer(
          number,
          { option in
            exchanges.exchange(for: option).map { option.score - $0.gain + 1 }
          })
        {
          let changed = try changing(city, number, change)
          let best = AllocationRecount(try LandFixture.problem(changed)).best()
          #expect(best > points, "seed \(seed) \(number) \(change.rule) → \(change.to)")
          rules[change.rule, default: 0] += 1
        }
      }
    }
    #expect(Set(rules.keys) == ["area", "investment", "ready"], "\(rules)")
  }

  private func changing(
    _ city: LandSnapshot, _ number: String, _ change: Relaxation
  ) throws -> LandSnapshot {
    var city = city
    _ = try city.change(request: number) { request in
      switch change.rule {
      case "investment": request.investment = try #require(Int64(change.to))
      case "area": request = request.asking(try LandArea.units(LandFixture.mu(change.to)))
      default: request.neededBy = LandFixture.day(change.to)
      }
    }
    return city
  }

  @Test(
    "The least step that wins, with few trials, wherever the estimate lies",
    arguments: [1, 2, 50, 99, 100, 101, 150, 900, 1000] as [Int64])
  func proof(estimate: Int64) throws {
    for least in [1, 2, 99, 100, 400, 1000, 1001] as [Int64] {
      var trials = 0
      let proof = try AdviceProof(1000, from: estimate) { step -> Int64? in
        trials += 1
        return step >= least ? step : nil
      }
      #expect(trials <= AdviceProof<Int64>.trials)
      if let (step, award) = proof.winning {
        #expect(step >= least && award == step)
        #expect(proof.losing < least)
      } else {
        #expect(least > estimate, "an estimate that wins is never missed")
      }
      if estimate == least { #expect(proof.winning?.step == least && proof.losing == least - 1) }
    }
  }
}
