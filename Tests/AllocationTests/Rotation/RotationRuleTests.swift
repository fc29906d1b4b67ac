import Postgres
import Testing

@testable import Allocation

@Suite("rotation rules")
struct RotationRuleTests {
  private typealias Fixture = RotationFixture

  private func failures(
    _ talent: Talent = Fixture.talent(), _ host: HostPost = Fixture.host(),
    posts: [InstitutionPost] = [Fixture.post()], declined: Set<TalentHost> = []
  ) throws -> [RoundProblem.Refusal] {
    let snapshot = Fixture.snapshot(
      talents: [talent], hosts: [host], posts: posts, declined: declined)
    return try Rotation.problem(of: snapshot, policy: Fixture.policy()).requests
      .flatMap(\.refusals)
  }

  @Test("A talent and two posts that meet every rule are an option")
  func eligible() throws {
    #expect(try failures().isEmpty)
  }

  @Test("A major that the host does not want")
  func major() throws {
    var host = Fixture.host()
    host.majors = ["08021", "0805"]  // no prefix match
    #expect(
      try failures(Fixture.talent(), host) == [
        .init(rule: "major", resource: "RH-1", needed: "0802", found: "08021;0805")
      ])
  }

  @Test(
    "Degrees: doctor > master > bachelor; the least asked is enough",
    arguments: [
      (Degree.doctor, Degree.doctor, true), (.doctor, .master, false), (.master, .master, true),
      (.master, .bachelor, false), (.bachelor, .bachelor, true), (.bachelor, .doctor, true),
    ])
  func degree(least: Degree, has: Degree, isEligible: Bool) throws {
    var host = Fixture.host()
    host.minDegree = least
    let expected: [RoundProblem.Refusal] =
      isEligible
      ? [] : [.init(rule: "degree", resource: "RH-1", needed: has.rawValue, found: least.rawValue)]
    #expect(try failures(Fixture.talent(degree: has), host) == expected)
  }

  @Test("A county that the talent does not name")
  func region() throws {
    #expect(
      try failures(Fixture.talent(), Fixture.host(region: "341825")) == [
        .init(rule: "region", resource: "RH-1", needed: "341881;341802", found: "341825")
      ])
  }

  @Test(
    "Placements last 24 to 36 months",
    arguments: [(23, false), (24, true), (36, true), (37, false)]
  )
  func term(months: Int, isEligible: Bool) throws {
    var host = Fixture.host()
    host.months = months
    let expected: [RoundProblem.Refusal] =
      isEligible
      ? [] : [.init(rule: "term", resource: "RH-1", needed: "24–36", found: "\(months)")]
    #expect(try failures(Fixture.talent(), host) == expected)
  }

  @Test("A major that no institution post takes: every host post is told so")
  func institution() throws {
    let posts = [
      Fixture.post(majors: ["0827", "0203"]), Fixture.post("BZ-2", majors: ["0827", "1201"]),
    ]
    #expect(
      try failures(posts: posts) == [
        .init(rule: "institution", resource: "RH-1", needed: "0802", found: "0203;0827;1201")
      ])
  }

  @Test("A declined pair is not brought together again")
  func declined() throws {
    #expect(
      try failures(declined: [TalentHost(talent: "RC-1", hostPost: "RH-1")]).map(\.rule)
        == ["declined"])
  }

  @Test("No policy allows a term outside 12 to 36 months")
  func lawful() throws {
    let limits = try RotationLimits(
      Fixture.policy([
        "rotation.limit.min_months": .number(1), "rotation.limit.max_months": .number(99),
      ]))
    #expect(limits.months == 12...36)
    #expect(throws: PolicyError.self) {
      try RotationLimits(Fixture.policy(["rotation.limit.min_months": .number(37)]))
    }
  }
}
