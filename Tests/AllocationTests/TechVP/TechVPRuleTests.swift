import Postgres
import Testing

@testable import Allocation

@Suite("techvp rules")
struct TechVPRuleTests {
  private func failures(
    _ request: ExpertRequest, _ expert: Expert, _ snapshot: TechVPSnapshot? = nil
  ) throws -> [RoundProblem.Refusal] {
    let snapshot = snapshot ?? TechVPFixture.snapshot(requests: [request], experts: [expert])
    let market = try TechVPMarket(snapshot, TechVPFixture.policy())
    return try market.request(request).refusals.filter { $0.resource == expert.code }
  }

  @Test("A pair that meets every rule is an option")
  func eligible() throws {
    #expect(try failures(TechVPFixture.request(), TechVPFixture.expert()).isEmpty)
  }

  @Test("No shared field")
  func fields() throws {
    var expert = TechVPFixture.expert()
    expert.fields = ["4.10", "1.1"]  // 4.1 is not a prefix match
    #expect(
      try failures(TechVPFixture.request(), expert) == [
        .init(rule: "fields", resource: "ZJ-1", needed: "8.7;4.1", found: "4.10;1.1")
      ])
  }

  @Test(
    "Titles: professor > associate professor > lecturer = engineer",
    arguments: [
      (Title.professor, Title.professor, true), (.professor, .associateProfessor, false),
      (.associateProfessor, .associateProfessor, true), (.associateProfessor, .lecturer, false),
      (.associateProfessor, .engineer, false), (.lecturer, .engineer, true),
      (.engineer, .lecturer, true), (.lecturer, .professor, true),
    ])
  func title(least: Title, has: Title, isEligible: Bool) throws {
    var request = TechVPFixture.request()
    request.minTitle = least
    var expert = TechVPFixture.expert()
    expert.title = has
    let expected: [RoundProblem.Refusal] =
      isEligible
      ? [] : [.init(rule: "title", resource: "ZJ-1", needed: least.rawValue, found: has.rawValue)]
    #expect(try failures(request, expert) == expected)
  }

  @Test("A county that the expert does not name")
  func region() throws {
    var request = TechVPFixture.request()
    request.region = "341825"
    #expect(
      try failures(request, TechVPFixture.expert()) == [
        .init(rule: "region", resource: "ZJ-1", needed: "341825", found: "341881;341802")
      ])
  }

  @Test("Days a month: exactly enough is enough", arguments: [(6, true), (7, false)])
  func days(asked: Int, isEligible: Bool) throws {
    var request = TechVPFixture.request()
    request.daysPerMonth = asked
    let expected: [RoundProblem.Refusal] =
      isEligible ? [] : [.init(rule: "days", resource: "ZJ-1", needed: "7", found: "6")]
    #expect(try failures(request, TechVPFixture.expert()) == expected)
  }

  @Test(
    "Free by the start plus thirty days",
    arguments: [("2026-12-31", true), ("2027-01-01", false)])
  func start(free: String, isEligible: Bool) throws {
    var expert = TechVPFixture.expert()
    expert.availableFrom = TechVPFixture.day(free)
    let expected: [RoundProblem.Refusal] =
      isEligible
      ? [] : [.init(rule: "start", resource: "ZJ-1", needed: "2026-12-31", found: free)]
    #expect(try failures(TechVPFixture.request(), expert) == expected)
  }

  @Test("Conflict of interest, engagement and a declined pair are hard")
  func pairs() throws {
    let (request, expert) = (TechVPFixture.request(), TechVPFixture.expert())
    let pair = ExpertPair(request: request.number, expert: expert.code)
    let other = ExpertPair(request: request.number, expert: "ZJ-2")
    #expect(
      try failures(
        request, expert, TechVPFixture.snapshot(conflicts: [TechVPFixture.conflict(pair)])
      ).map(\.found) == ["owned 2020-01-01: 工商登记"])
    #expect(
      try failures(request, expert, TechVPFixture.snapshot(declined: [pair])).map(\.rule) == [
        "declined"
      ])
    #expect(
      try failures(
        request, expert,
        TechVPFixture.snapshot(conflicts: [TechVPFixture.conflict(other)], declined: [other])
      ).isEmpty)
    var engaged = expert
    engaged.isEngaged = true
    #expect(try failures(request, engaged).map(\.rule) == ["engaged"])
  }

  @Test("A pair that fails several rules names them all")
  func several() throws {
    var expert = TechVPFixture.expert()
    expert.title = .lecturer
    expert.daysPerMonth = 2
    #expect(try failures(TechVPFixture.request(), expert).map(\.rule) == ["title", "days"])
  }
}
