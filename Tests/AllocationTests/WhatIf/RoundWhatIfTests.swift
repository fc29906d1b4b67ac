import Postgres
import Testing

@testable import Allocation

@Suite("what-if for every mechanism")
struct RoundWhatIfTests {
  private typealias TechVPChange = RoundScenario<TechVP>.Change

  private func scope(_ mechanism: MechanismName) -> RoundScope {
    RoundScope(
      mechanism: mechanism, jurisdiction: "341800",
      businessDate: TechVPFixture.day("2026-11-20"))
  }

  private func ask<M: Mechanism>(
    _ mechanism: M.Type, _ changes: [RoundScenario<M>.Change], _ snapshot: M.Snapshot,
    _ policy: Policy, roundID: Int? = 1
  ) throws -> WhatIf<RoundScenario<M>> {
    let base = try WhatIf<RoundScenario<M>>.Base(
      snapshot, scope: scope(M.name), policy: policy, roundID: roundID)
    return try WhatIf(changes, on: base)
  }

  private let stable = TechVPFixture.policy(["techvp.rule": .word("stable")])

  /// Six requests and four experts of two universities, the second of which sends one.
  private func town(
    without gone: String? = nil, cap: Int = 1, declined: Set<ExpertPair> = []
  ) -> TechVPSnapshot {
    let requests = (0..<6).map { number -> ExpertRequest in
      var request = TechVPFixture.request("KJ-\(number)")
      request.daysPerMonth = 2 + number % 3
      request.fields = number % 2 == 0 ? ["8.7"] : ["8.7", "4.1"]
      return request
    }
    let experts = (0..<4).map { number -> Expert in
      var expert = TechVPFixture.expert("ZJ-\(number)", university: "U\(number % 2)")
      expert.pastProjects = 2 * number
      return expert
    }
    return TechVPFixture.snapshot(
      requests: requests.filter { $0.number != gone }, experts: experts,
      universities: [TechVPFixture.university("U0"), TechVPFixture.university("U1", max: cap)],
      declined: declined,
      filed: [
        .init(side: .expert, pair: .init(request: "KJ-4", expert: "ZJ-3"), rank: 1),
        .init(side: .enterprise, pair: .init(request: "KJ-4", expert: "ZJ-3"), rank: 2),
        .init(side: .enterprise, pair: .init(request: "KJ-0", expert: "ZJ-0"), rank: 1),
        .init(side: .expert, pair: .init(request: "KJ-5", expert: "ZJ-0"), rank: 1),
      ])
  }

  @Test("A change gives what the same change in the data gives", arguments: ["stable", "optimal"])
  func asInTheData(rule: String) throws {
    let policy = TechVPFixture.policy(["techvp.rule": .word(rule)])
    let heavier = TechVPFixture.policy([
      "techvp.rule": .word(rule), "techvp.weight.projects": .number(1),
    ])
    let pair = ExpertPair(request: "KJ-4", expert: "ZJ-3")
    let cases: [(TechVPChange, TechVPSnapshot, Policy)] = [
      (.requestOut("KJ-4"), town(without: "KJ-4"), policy),
      (.forbid(request: "KJ-4", resource: "ZJ-3"), town(declined: [pair]), policy),
      (.capacity(row: "university:U1", by: 1), town(cap: 2), policy),
      (.capacity(row: "university:U1", by: -1), town(cap: 0), policy),
      (.weight(name: "techvp.weight.projects", value: 1), town(), heavier),
    ]
    for (change, changed, newPolicy) in cases {
      let answer = try ask(TechVP.self, [change], town(), policy)
      let expected = try RoundScenario<TechVP>(changed, policy: newPolicy)
        .night(seed: scope(.techvp).seed)
      #expect(answer.difference.after.awards == expected.awards, "\(change)")
      #expect(answer.difference.after.objective == expected.objective, "\(change)")
      #expect(answer.searchGain == 0)
    }
  }

  @Test("An expert who leaves serves nobody")
  func resourceOut() throws {
    let answer = try ask(TechVP.self, [.resourceOut("ZJ-0")], town(), stable)
    #expect(!answer.difference.after.awards.values.contains { $0.resource == "ZJ-0" })
    #expect(!answer.difference.isEmpty)
  }

  @Test("No change makes no difference, in each mechanism")
  func nothing() throws {
    #expect(try ask(TechVP.self, [], town(), stable).difference.isEmpty)
    #expect(try ask(TechVP.self, [], town(), TechVPFixture.policy()).difference.rows.isEmpty)
    let rotation = try ask(Rotation.self, [], village, RotationFixture.policy())
    #expect(rotation.difference.isEmpty && rotation.searchGain == 0)
    let finance = try ask(Finance.self, [], lenders, FinanceFixture.policy())
    #expect(finance.difference.isEmpty && finance.searchGain == 0)
    // A shortfall costs points on both sides.
    #expect(finance.difference.after.objective < 0)
  }

  @Test("A pin in a stable round tells whom it displaces and whom it wrongs")
  func stablePin() throws {
    let pair = ExpertPair(request: "KJ-1", expert: "ZJ-1")
    let snapshot = TechVPFixture.snapshot(
      requests: [TechVPFixture.request("KJ-1"), TechVPFixture.request("KJ-2")],
      filed: [
        .init(side: .enterprise, pair: pair, rank: 1), .init(side: .expert, pair: pair, rank: 1),
      ])
    let answer = try ask(
      TechVP.self, [.pin(.init(request: "KJ-2", resource: "ZJ-1"))], snapshot, stable)
    #expect(answer.difference.gains.map(\.request) == ["KJ-2"])
    #expect(answer.difference.losses.map(\.request) == ["KJ-1"])
    let price = try #require(answer.overrides.first)
    #expect(price.displaced.map(\.request) == ["KJ-1"])
    #expect(price.blockingPairs == [BlockingPair(request: "KJ-1", resource: "ZJ-1")])
    #expect(price.cost == 0)
    let said = WhatIfText(answer, language: .chinese).lines.joined(separator: "\n")
    #expect(said.contains("KJ-1 – 专家 ZJ-1"))
    let agreed = try ask(
      TechVP.self, [.pin(.init(request: "KJ-1", resource: "ZJ-1"))], snapshot, stable)
    #expect(agreed.overrides.map(\.blockingPairs) == [[]])
    #expect(agreed.difference.isEmpty)
  }

  @Test("A pin where points count costs what the best without it would have had more")
  func optimalPin() throws {
    let policy = TechVPFixture.policy()
    let best = try ask(TechVP.self, [], town(), policy).difference.before
    for request in 0..<6 {
      for expert in 0..<4 {
        let pin = TechVPChange.pin(.init(request: "KJ-\(request)", resource: "ZJ-\(expert)"))
        let price = try #require(try ask(TechVP.self, [pin], town(), policy).overrides.first)
        #expect(price.cost >= 0 && price.blockingPairs.isEmpty)
        #expect(price.difference.before.objective == best.objective)
        let isChosen = best.awards["KJ-\(request)"]?.resource == "ZJ-\(expert)"
        if isChosen { #expect(price.cost == 0) }
      }
    }
  }

  private var village: RotationSnapshot {
    RotationFixture.snapshot(
      talents: (1...3).map { RotationFixture.talent("RC-\($0)") },
      hosts: [RotationFixture.host(min: 2, max: 2), RotationFixture.host("RH-2", max: 1)],
      posts: [
        RotationFixture.post(free: 1), RotationFixture.post("BZ-2", free: 2, region: "341802"),
      ])
  }

  @Test("In rotation a pin may name the institution post, and seats and headcount are capacities")
  func rotation() throws {
    let policy = RotationFixture.policy()
    let pinned = try ask(
      Rotation.self,
      [.pin(.init(request: "RC-3", resource: "RH-2", companion: "BZ-2"))], village, policy)
    let award = try #require(pinned.difference.after.awards["RC-3"])
    #expect((award.resource, award.companion) == ("RH-2", "BZ-2"))
    #expect(pinned.difference.after.awards.count == 3)
    let fewer = try ask(
      Rotation.self, [.capacity(row: "institution_post:BZ-2", by: -2)], village, policy)
    #expect(fewer.difference.after.awards.count == 1)
    // One seat below the least that the host wants: 10,000 points.
    let scores = fewer.difference.after.awards.values.reduce(0) { $0 + $1.score }
    #expect(fewer.difference.after.objective == scores - 10_000)
  }

  private var lenders: FinanceSnapshot {
    FinanceFixture.snapshot(
      requests: (1...3).map { FinanceFixture.request("RZ-\($0)", chain: "C01", amount: 500) },
      banks: [FinanceFixture.bank(free: 1000, floor: 4000), FinanceFixture.bank("B2", free: 500)],
      products: [
        FinanceFixture.product(), FinanceFixture.product("B1-2", rate: "3.50"),
        FinanceFixture.product("B2-1", bank: "B2"),
      ])
  }

  @Test("In finance a pin may name the product, and a line is a capacity")
  func finance() throws {
    let policy = FinanceFixture.policy()
    let pinned = try ask(
      Finance.self, [.pin(.init(request: "RZ-1", resource: "B1", companion: "B1-1"))], lenders,
      policy)
    #expect(pinned.difference.after.awards["RZ-1"]?.companion == "B1-1")
    let less = try ask(
      Finance.self, [.capacity(row: "credit_line:B2", by: -1)], lenders, policy)
    #expect(less.difference.losses.count == 1)
  }

  @Test("What a change cannot have is told by field, value and remedy")
  func faults() throws {
    let capped = TechVPChange.capacity(row: "university:U1", by: -1)
    let cases: [([TechVPChange], [String])] = [
      ([.requestOut("KJ-9")], ["changes[0].request “KJ-9”: is no open request"]),
      ([.resourceOut("ZJ-9")], ["changes[0].expert “ZJ-9”: is no expert of the round"]),
      (
        [.capacity(row: "university:U2", by: 1)],
        ["changes[0].row “university:U2”: is no row", "did you mean “university:U"]
      ),
      ([capped, capped], ["changes[1].by “-1”: is more than university:U1 has: 0 person"]),
      (
        [capped, .pin(.init(request: "KJ-1", resource: "ZJ-1"))],
        ["changes[1].expert “ZJ-1”: takes 1 of university:U1, of which 0 person is free"]
      ),
      (
        [
          .pin(.init(request: "KJ-1", resource: "ZJ-1")),
          .forbid(request: "KJ-1", resource: "ZJ-0"),
        ], ["changes[1].request “KJ-1”: is served already"]
      ),
      (
        [
          .forbid(request: "KJ-1", resource: "ZJ-1"),
          .pin(.init(request: "KJ-1", resource: "ZJ-1")),
        ], ["changes[1].expert “ZJ-1”: was forbidden"]
      ),
      (
        [.weight(name: "techvp.weight.project", value: 1)],
        ["changes[0].name", "did you mean “techvp.weight.projects”?"]
      ),
    ]
    for (changes, words) in cases {
      let error = #expect(throws: FieldFault.self) {
        try ask(TechVP.self, changes, town(), stable)
      }
      let said = error?.description ?? ""
      #expect(words.allSatisfy { said.contains($0) }, "\(said)")
    }
  }

  @Test("A pin against a hard rule names the rule and the figures on both sides")
  func hardRule() throws {
    var expert = TechVPFixture.expert()
    expert.title = .lecturer
    let snapshot = TechVPFixture.snapshot(experts: [expert])
    let error = #expect(throws: FieldFault.self) {
      try ask(TechVP.self, [.pin(.init(request: "KJ-1", resource: "ZJ-1"))], snapshot, stable)
    }
    let said = error?.description ?? ""
    #expect(said.contains("fails the rule “title”"), "\(said)")
    #expect(said.contains("associate_professor, the expert lecturer"), "\(said)")
  }

  @Test(
    "A file names its mechanism; each has its own words",
    arguments: [
      (#"{"mechanism": "techvp", "changes": [{"change": "expert_out", "expert": "ZJ-1"}]}"#, nil),
      (
        #"{"mechanism": "rotation", "changes": [{"change": "pin", "request": "RC-1", "host_post": "RH-1", "institution_post": "BZ-1"}]}"#,
        nil
      ),
      (
        #"{"mechanism": "finance", "changes": [{"change": "pin", "request": "RZ-1", "bank": "B", "product": "P"}]}"#,
        nil
      ),
      (#"{"changes": [{"change": "parcel_out", "parcel": "P"}]}"#, nil),
      (
        #"{"mechanism": "techvp", "changes": [{"change": "parcel_out", "parcel": "P"}]}"#,
        "known are request_out, expert_out, pin"
      ),
      (
        #"{"mechanism": "techvp", "changes": [{"change": "pin", "request": "K", "expert": "Z", "product": "P"}]}"#,
        "changes[0].product"
      ),
      (#"{"mechanism": "housing", "changes": []}"#, "has no rounds"),
      (
        #"{"mechanism": "techvp", "changes": [{"change": "capacity", "row": "r", "by": 0.5}]}"#,
        "changes[0].by"
      ),
    ] as [(String, String?)])
  func files(text: String, fault: String?) throws {
    guard let fault else {
      _ = try WhatIfFile(text: text)
      return
    }
    let error = #expect(throws: FieldFault.self) { try WhatIfFile(text: text) }
    #expect(error?.description.contains(fault) == true, "\(error?.description ?? "")")
  }
}
