import Postgres
import Testing

@testable import Allocation

@Suite("techvp score")
struct TechVPScoreTests {
  private func points(
    _ request: ExpertRequest = TechVPFixture.request(), _ expert: Expert = TechVPFixture.expert(),
    policy: Policy = TechVPFixture.policy()
  ) throws -> Int64 {
    try TechVPScorer(policy).points(request, expert)
  }

  @Test("Each term by hand")
  func byHand() throws {
    // 0.45·1/2 + 0.15·1/2 + 0.15·5/10 + 0.15·2/4 + 0.10·1/2 = 0.5
    #expect(try points() == 5000)
  }

  @Test("A perfect fit is 10,000 points and nothing is more")
  func full() throws {
    var request = TechVPFixture.request()
    request.fields = ["8.7"]
    request.minTitle = .lecturer
    request.daysPerMonth = 2
    request.region = "341881"
    var expert = TechVPFixture.expert()
    expert.pastProjects = 40
    expert.daysPerMonth = 31
    #expect(try points(request, expert) == 10_000)
  }

  @Test("Ranks of counties fall evenly to 0 after the last")
  func ranks() throws {
    #expect(try Score.share(ofPlace: 0, in: 7) == .one)
    #expect(try Score.share(ofPlace: 6, in: 7) == Fraction(1, over: 7))
    #expect(try Score.share(ofPlace: 7, in: 7) == .zero)
    #expect(try Score.share(ofPlace: 0, in: 0) == .zero)
  }

  @Test("Halves are rounded up, thirds to the nearest")
  func rounding() throws {
    #expect(try Fraction(1, over: 2).roundedHalfUp() == 1)
    #expect(try Fraction(-1, over: 2).roundedHalfUp() == 0)
    #expect(try Fraction(-3, over: 2).roundedHalfUp() == -1)
    #expect(try Fraction(14_999, over: 10_000).roundedHalfUp() == 1)
    #expect(try Fraction(15_000, over: 10_000).roundedHalfUp() == 2)
    #expect(try Fraction(-7, over: 3).roundedHalfUp() == -2)
  }

  @Test("Fractions are exact and refuse what they cannot hold")
  func fractions() throws {
    #expect(try Fraction(#require(Numeric(text: "0.30"))) == Fraction(3, over: 10))
    #expect(try Fraction(1, over: 3).plus(Fraction(1, over: 6)) == Fraction(1, over: 2))
    #expect(try Fraction(3, over: -4) == Fraction(-3, over: 4))
    #expect(throws: FractionError.zeroDenominator) { try Fraction(1, over: 0) }
    #expect(throws: FractionError.zeroDenominator) { try Fraction.one.dividing(by: .zero) }
    #expect(throws: FractionError.outOfRange) { try Fraction(.max).times(Fraction(2)) }
    #expect(throws: FractionError.outOfRange) { try Fraction(.max).roundedHalfUp() }
  }

  @Test("Weights come from the policy")
  func weights() throws {
    let policy = TechVPFixture.policy(["techvp.weight.fields": .number(0)])
    #expect(try points(policy: policy) == 2750)
    #expect(throws: PolicyError.self) {
      try points(policy: TechVPFixture.policy(["techvp.weight.title": .word("much")]))
    }
  }
}
