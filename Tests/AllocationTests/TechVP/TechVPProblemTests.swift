import Postgres
import Testing

@testable import Allocation

@Suite("techvp problem")
struct TechVPProblemTests {
  @Test("Rows: one an expert, and what a university's cap still allows")
  func rows() throws {
    let snapshot = TechVPFixture.snapshot(
      universities: [
        TechVPFixture.university(max: 4, engaged: 3),
        .init(code: "4134010358", maxExperts: 2, engaged: 5),
      ])
    let rows = try TechVP.problem(of: snapshot, policy: TechVPFixture.policy()).rows
    #expect(rows.map(\.name) == ["expert:ZJ-1", "university:4134010358", "university:4134010359"])
    #expect(rows.map(\.upper) == [1, 0, 1])
  }

  @Test("The order in which a snapshot was read changes neither digest nor problem")
  func order() throws {
    let requests = ["KJ-2", "KJ-1", "KJ-10"].map { TechVPFixture.request($0) }
    let experts = ["ZJ-3", "ZJ-1"].map { TechVPFixture.expert($0) }
    let one = TechVPFixture.snapshot(requests: requests, experts: experts)
    let other = TechVPFixture.snapshot(requests: requests.reversed(), experts: experts.reversed())
    let scope = RoundScope(
      mechanism: .techvp, jurisdiction: "341800", businessDate: TechVPFixture.day("2026-11-20"))
    let policy = TechVPFixture.policy()
    #expect(
      SolvedRound.inputDigest(TechVP.self, one, scope: scope, policy: policy)
        == SolvedRound.inputDigest(TechVP.self, other, scope: scope, policy: policy))
    #expect(
      try TechVP.problem(of: one, policy: policy).requests
        == TechVP.problem(of: other, policy: policy).requests)
  }

  @Test("Every figure is in the digest")
  func digest() throws {
    let scope = RoundScope(
      mechanism: .techvp, jurisdiction: "341800", businessDate: TechVPFixture.day("2026-11-20"))
    func digest(_ snapshot: TechVPSnapshot, _ policy: Policy = TechVPFixture.policy()) -> String {
      SolvedRound.inputDigest(TechVP.self, snapshot, scope: scope, policy: policy)
    }
    let base = digest(TechVPFixture.snapshot())
    var expert = TechVPFixture.expert()
    expert.pastProjects += 1
    var request = TechVPFixture.request()
    request.months += 1
    let pair: Set = [ExpertPair(request: "KJ-1", expert: "ZJ-1")]
    let others = [
      digest(TechVPFixture.snapshot(experts: [expert])),
      digest(TechVPFixture.snapshot(requests: [request])),
      digest(TechVPFixture.snapshot(universities: [TechVPFixture.university(engaged: 1)])),
      digest(TechVPFixture.snapshot(conflicts: pair)),
      digest(TechVPFixture.snapshot(declined: pair)),
      digest(TechVPFixture.snapshot(), TechVPFixture.policy(["techvp.full.days": .number(5)])),
    ]
    #expect(Set(others + [base]).count == 7)
  }

  @Test("Relaxing one figure names the least change that makes an expert eligible")
  func relaxations() throws {
    var request = TechVPFixture.request()
    request.daysPerMonth = 8
    var senior = TechVPFixture.expert("ZJ-2")
    senior.daysPerMonth = 8
    senior.title = .lecturer
    let snapshot = TechVPFixture.snapshot(
      requests: [request], experts: [TechVPFixture.expert(), senior])
    let found = try TechVP.relaxations(
      of: request.number, in: snapshot, policy: TechVPFixture.policy())
    #expect(found.map(\.rule) == ["days", "title"])
    #expect(found.map(\.from) == ["8", "associate_professor"])
    #expect(found.map(\.to) == ["6", "lecturer"])
  }

  @Test("What an enterprise cannot change is no advice")
  func noAdvice() throws {
    var request = TechVPFixture.request()
    request.region = "341825"
    let snapshot = TechVPFixture.snapshot(requests: [request])
    #expect(
      try TechVP.relaxations(of: "KJ-1", in: snapshot, policy: TechVPFixture.policy()).isEmpty)
  }

  @Test("A policy with an unknown rule is refused by name")
  func unknownRule() {
    #expect(throws: PolicyError.self) {
      try TechVP.problem(
        of: TechVPFixture.snapshot(),
        policy: TechVPFixture.policy(["techvp.rule": .word("fastest")]))
    }
  }
}
