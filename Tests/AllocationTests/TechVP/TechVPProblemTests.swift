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

  private func digest(
    _ snapshot: TechVPSnapshot, _ policy: Policy = TechVPFixture.policy(),
    deadline: Deadline = Deadline(day: TechVPFixture.day("2026-11-27"), isProvisional: false)
  ) -> String {
    SolvedRound.inputDigest(
      TechVP.self, snapshot,
      scope: RoundScope(
        mechanism: .techvp, jurisdiction: "341800", businessDate: TechVPFixture.day("2026-11-20")),
      policy: policy, deadline: deadline)
  }

  @Test("The order in which a snapshot was read changes neither digest nor problem")
  func order() throws {
    let requests = ["KJ-2", "KJ-1", "KJ-10"].map { TechVPFixture.request($0) }
    let experts = ["ZJ-3", "ZJ-1"].map { TechVPFixture.expert($0) }
    let one = TechVPFixture.snapshot(requests: requests, experts: experts)
    let other = TechVPFixture.snapshot(requests: requests.reversed(), experts: experts.reversed())
    let policy = TechVPFixture.policy()
    #expect(digest(one) == digest(other))
    #expect(
      try TechVP.problem(of: one, policy: policy).requests
        == TechVP.problem(of: other, policy: policy).requests)
  }

  @Test("Every figure is in the digest")
  func digest() throws {
    func experts(_ change: (inout Expert) -> Void) -> String {
      var expert = TechVPFixture.expert()
      change(&expert)
      return digest(TechVPFixture.snapshot(experts: [expert]))
    }
    func requests(_ change: (inout ExpertRequest) -> Void) -> String {
      var request = TechVPFixture.request()
      change(&request)
      return digest(TechVPFixture.snapshot(requests: [request]))
    }
    let base = digest(TechVPFixture.snapshot())
    let later = TechVPFixture.day("2027-03-01")
    let pair = ExpertPair(request: "KJ-1", expert: "ZJ-1")
    var conflict = TechVPFixture.conflict(pair)
    conflict.evidence = "章程"
    let others = [
      experts { $0.code = "ZJ-9" }, experts { $0.university = "4134010358" },
      experts { $0.title = .lecturer }, experts { $0.fields.append("2.1") },
      experts { $0.regions.reverse() }, experts { $0.availableFrom = later },
      experts { $0.daysPerMonth += 1 }, experts { $0.pastProjects += 1 },
      experts { $0.isEngaged = true },
      requests { $0.number = "KJ-9" }, requests { $0.uscc = "91350100M000100Y43" },
      requests { $0.enterprise += "二" }, requests { $0.region = "341881" },
      requests { $0.fields.reverse() }, requests { $0.minTitle = .lecturer },
      requests { $0.daysPerMonth += 1 }, requests { $0.startOn = later },
      requests { $0.months += 1 },
      digest(TechVPFixture.snapshot(universities: [TechVPFixture.university(engaged: 1)])),
      digest(TechVPFixture.snapshot(universities: [TechVPFixture.university(max: 5)])),
      digest(TechVPFixture.snapshot(conflicts: [TechVPFixture.conflict(pair)])),
      digest(TechVPFixture.snapshot(conflicts: [conflict])),
      digest(TechVPFixture.snapshot(declined: [pair])),
      digest(TechVPFixture.snapshot(renewals: [pair])),
      digest(TechVPFixture.snapshot(filed: [.init(side: .expert, pair: pair, rank: 1)])),
      digest(TechVPFixture.snapshot(filed: [.init(side: .expert, pair: pair, rank: 2)])),
      digest(TechVPFixture.snapshot(filed: [.init(side: .enterprise, pair: pair, rank: 1)])),
      digest(TechVPFixture.snapshot(), TechVPFixture.policy(["techvp.full.days": .number(5)])),
      digest(
        TechVPFixture.snapshot(), deadline: Deadline(day: later, isProvisional: false)),
      digest(
        TechVPFixture.snapshot(),
        deadline: Deadline(day: TechVPFixture.day("2026-11-27"), isProvisional: true)),
    ]
    #expect(Set(others + [base]).count == others.count + 1)
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
    #expect(found.map(\.rule) == ["title", "days"])
    #expect(found.map(\.from) == ["associate_professor", "8"])
    #expect(found.map(\.to) == ["lecturer", "6"])
    #expect(found.map { $0.options.map(\.resource) } == [["ZJ-2"], ["ZJ-1"]])
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
