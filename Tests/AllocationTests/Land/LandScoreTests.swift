import Postgres
import Testing

@testable import Allocation

@Suite("land score")
struct LandScoreTests {
  private func points(
    _ request: LandRequest = LandFixture.request(), _ parcel: Parcel = LandFixture.parcel(),
    policy: Policy = LandFixture.policy()
  ) throws -> Int64 {
    try LandScore(policy, on: LandFixture.date).pointsPerMu(request, parcel)
  }

  private func points(_ change: (inout LandRequest) -> Void) throws -> Int64 {
    var request = LandFixture.request()
    change(&request)
    return try points(request)
  }

  @Test("Each term by hand")
  func byHand() throws {
    // 0.30·20/30 + 0.25·300/500 + 0.15·1/2 + 0.10·90/180 + 0.10·1 + 0.10·1/2 = 0.625
    #expect(try points() == 6250)
    #expect(try points { $0.tax = 600 } == 7250)
    #expect(try points { $0.investment = 10_000 } == 7250)
    #expect(try points { $0.priority = .province } == 7000)
    #expect(try points { $0.priority = .ordinary } == 5500)
    #expect(try points { $0.submittedOn = LandFixture.date } == 5750)
    #expect(try points { $0.regions = ["341822", "341802"] } == 5750)
    #expect(try points { $0.chainDivisions = [] } == 5750)
    #expect(try points { $0.chainDivisions = ["C36"] } == 6750)
  }

  @Test("A full mark is 10,000 points a mu, and nothing is more")
  func full() throws {
    #expect(
      try points {
        ($0.tax, $0.investment, $0.priority) = (1_000_000, 1_000_000, .province)
        ($0.submittedOn, $0.chainDivisions) = (LandFixture.day("2020-01-01"), ["C36", "C40"])
      } == 10_000)
  }

  @Test("A parcel that asks for no tax is content with none")
  func noThreshold() throws {
    var (request, parcel) = (LandFixture.request(), LandFixture.parcel())
    (request.tax, parcel.leastTax) = (0, 0)
    #expect(try points(request, parcel) == 7250)
  }

  @Test("Thirds are exact until the end, and halves are rounded up")
  func rounding() throws {
    let policy = LandFixture.policy(["weight.tax": "0.00015"])
    // 0.00015·20/30 = 0.0001, one point, on top of 4250.
    #expect(try points(policy: policy) == 4251)
    let half = LandFixture.policy(["weight.tax": "0.000075"])
    #expect(try points(policy: half) == 4251)
    let less = LandFixture.policy(["weight.tax": "0.00007499"])
    #expect(try points(policy: less) == 4250)
  }

  @Test(
    "The value is points a mu times mu, rounded half up",
    arguments: [
      (6250, 200_000, 125_000), (6250, 4, 3), (6250, 2, 1), (6251, 100_000, 62_510),
      (1, 4999, 0), (1, 5000, 1), (10_000, 1, 1), (0, 500_000, 0),
    ] as [(Int64, Int64, Int64)])
  func value(points: Int64, area: Int64, value: Int64) throws {
    let score = try LandScore(LandFixture.policy(), on: LandFixture.date)
    #expect(try score.value(pointsPerMu: points, area: area) == value)
  }

  @Test("A policy without a weight, or with a full mark of 0, is refused")
  func policy() throws {
    #expect(throws: PolicyError.self) {
      try LandScore(Policy(version: 1, values: [:]), on: LandFixture.date)
    }
    #expect(throws: FractionError.zeroDenominator) {
      try points(policy: LandFixture.policy(["full.waiting": "0"]))
    }
  }
}
