import Matching
import Postgres
import Testing

@testable import Allocation

@Suite("land problem")
struct LandProblemTests {
  private func options(_ snapshot: LandSnapshot) throws -> [RoundProblem.Option] {
    try #require(LandFixture.problem(snapshot).requests.first).options
  }

  @Test("A divisible parcel gives the wanted area and the least, with what each takes")
  func divisible() throws {
    let options = try options(LandFixture.snapshot())
    #expect(options.map(\.amount) == [20, 12])
    #expect(options.map(\.score) == [125_000, 75_000])
    func uses(_ area: Int64, _ farmland: Int64, _ energy: Int64) -> [RoundProblem.Use] {
      [
        .init(row: "parcel:DK-1", amount: area),
        .init(row: "construction_land:341802", amount: area),
        .init(row: "farmland_balance:341802", amount: farmland),
        .init(row: "energy:341802", amount: energy),
      ]
    }
    #expect(options.map(\.uses) == [uses(200_000, 40_000, 1000), uses(120_000, 24_000, 600)])
  }

  @Test("Shares are rounded up: what is used is never counted short")
  func shares() throws {
    var request = LandFixture.request()
    request.leastArea = LandFixture.mu("12.0001")
    let least = try #require(try options(LandFixture.snapshot(requests: [request])).last)
    #expect(least.uses.map(\.amount) == [120_001, 120_001, 24_001, 601])
  }

  @Test("A whole parcel goes whole, and takes no more energy than the project has")
  func whole() throws {
    let options = try options(
      LandFixture.snapshot(parcels: [LandFixture.whole("DK-1", area: 26)]))
    #expect(options.map(\.amount) == [26])
    #expect(
      options.map(\.uses) == [
        [
          .init(row: "parcel:DK-1", amount: 260_000),
          .init(row: "construction_land:341802", amount: 260_000),
          .init(row: "energy:341802", amount: 1000),
        ]
      ])
  }

  @Test("What is left of a parcel below its smallest lot stays unused")
  func remainder() throws {
    var parcel = LandFixture.parcel()
    (parcel.free, parcel.leastLot) = (LandFixture.mu("4.9999"), 5)
    var request = LandFixture.request()
    (request.area, request.leastArea) = (LandFixture.mu("4.5"), 4)
    (request.investment, request.tax) = (6000, 400)
    #expect(try options(LandFixture.snapshot(requests: [request], parcels: [parcel])).isEmpty)
    (parcel.free, request.area) = (5, 5)
    let options = try options(LandFixture.snapshot(requests: [request], parcels: [parcel]))
    #expect(options.map(\.amount) == [5])
  }

  @Test("Rows: a parcel's free area, and three quotas a county, 0 where there is none")
  func rows() throws {
    var parcel = LandFixture.parcel("DK-2", region: "341822")
    parcel.free = LandFixture.mu("12.3456")
    let quotas = LandFixture.quotas(
      construction: LandFixture.mu("0.0001"), energy: LandFixture.mu("99.9"))
    let rows = try LandFixture.problem(
      LandFixture.snapshot(parcels: [LandFixture.parcel(), parcel], quotas: quotas)
    ).rows
    let bounds = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0.upper) })
    #expect(
      bounds == [
        "parcel:DK-1": 500_000, "parcel:DK-2": 123_456,
        "construction_land:341802": 1, "farmland_balance:341802": 10_000_000,
        "energy:341802": 99, "construction_land:341822": 0, "farmland_balance:341822": 0,
        "energy:341822": 0,
      ])
    #expect(rows.map(\.name) == bounds.keys.sorted())
  }

  @Test(
    "Nothing to give is a round with a clear answer",
    arguments: [
      ("quota", "The construction land 341802 has nothing left."),
      ("no_option", "None of 1 parcels meets every rule; for the nearest (1): area does not fit."),
      ("no_option", "There is no parcel to choose from."),
    ])
  func nothing(reason: String, cause: String) throws {
    let snapshot =
      switch cause.prefix(4) {
      case "The ": LandFixture.snapshot(quotas: LandFixture.quotas(construction: 0))
      case "None":
        LandFixture.snapshot(parcels: [LandFixture.whole("DK-1", area: 0)])
      default: LandFixture.snapshot(parcels: [])
      }
    let round = try SolvedRound.solve(
      Land.self, snapshot, scope: LandFixture.scope, policy: LandFixture.policy(),
      calendar: WorkingCalendar(exceptions: [:], years: []), clock: ContinuousClock())
    let unserved = try #require(round.unserved.first)
    #expect(unserved.reason.rawValue == reason)
    #expect(unserved.explanation[.english]?.hasPrefix(cause) == true)
    #expect(round.solution.objective == 0)
    #expect(round.solution.status == .optimal)
  }

  @Test("The order in which a snapshot was read changes neither digest nor problem")
  func order() throws {
    let requests = ["TD-2", "TD-10", "TD-1"].map { LandFixture.request($0) }
    let parcels = [LandFixture.parcel("DK-2"), LandFixture.whole("DK-1", area: 20)]
    let one = LandFixture.snapshot(requests: requests, parcels: parcels)
    let other = LandFixture.snapshot(
      requests: requests.reversed(), parcels: parcels.reversed(),
      quotas: LandFixture.quotas().reversed())
    var (first, second) = (CanonicalText(), CanonicalText())
    one.append(to: &first)
    other.append(to: &second)
    #expect(first.digest == second.digest)
    let problems = try (LandFixture.problem(one), LandFixture.problem(other))
    #expect(problems.0.requests == problems.1.requests)
    #expect(problems.0.rows == problems.1.rows)
  }

  @Test("Small random cities: options as counted by hand, and the best of every allocation")
  func bruteForce() throws {
    var (served, refused) = (0, 0)
    for seed in 0..<60 {
      let snapshot = RandomCity.snapshot(seed: seed, requests: 6, parcels: 4)
      let problem = try LandFixture.problem(snapshot)
      let recount = LandRecount(snapshot)
      for (request, found) in zip(snapshot.requests, problem.requests) {
        let expected = recount.options(of: request)
        try #require(found.number == request.number)
        try #require(
          found.options.map { .init(parcel: $0.resource, area: $0.amount, score: $0.score) }
            == expected, "seed \(seed), \(request.number)")
        refused += expected.isEmpty ? 1 : 0
      }
      let solution = try problem.solved(seed: "\(seed)").solution
      let best = AllocationRecount(problem).best()
      try #require(solution.objective == best, "seed \(seed)")
      try #require(AllocationRecount(problem).points(of: solution.choices) == best)
      served += solution.assigned
    }
    #expect(served > 40 && refused > 20)
  }
}
