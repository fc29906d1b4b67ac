import Postgres

@testable import Allocation

/// A talent, a host post and an institution post that meet every rule, to be spoiled one figure at a
/// time.
enum RotationFixture {
  static func day(_ text: String) -> DateOnly { DateOnly(text: text) ?? DateOnly.todayInShanghai }

  static func talent(
    _ code: String = "RC-1", degree: Degree = .master, regions: [String] = ["341881", "341802"]
  ) -> Talent {
    Talent(
      code: code, degree: degree, major: "0802", homeRegion: "341821", regions: regions,
      availableFrom: day("2026-11-10"))
  }

  static func host(
    _ number: String = "RH-1", min: Int = 0, max: Int = 2, held: Int = 0, region: String = "341802"
  ) -> HostPost {
    HostPost(
      number: number, uscc: "91341802CR63F0WT2P", enterprise: "样本企业", region: region,
      chainMajors: ["0802", "0808"], majors: ["0802", "0805"], minDegree: .bachelor,
      minSeats: min, maxSeats: max, heldSeats: held, startOn: day("2026-12-01"), months: 24)
  }

  static func post(
    _ code: String = "BZ-1", free: Int = 3, region: String = "341821", majors: [String] = ["0802"]
  ) -> InstitutionPost {
    InstitutionPost(
      code: code, institution: "样本单位\(code)", region: region, majors: majors, freeHeadcount: free)
  }

  static func snapshot(
    talents: [Talent] = [talent()], hosts: [HostPost] = [host()],
    posts: [InstitutionPost] = [post()], declined: Set<TalentHost> = []
  ) -> RotationSnapshot {
    RotationSnapshot(
      businessDate: day("2026-11-20"), talents: talents, hosts: hosts, posts: posts,
      declined: declined)
  }

  /// The default policy's rotation parameters.
  static func policy(_ changes: [String: Policy.Value] = [:]) -> Policy {
    var values: [String: Policy.Value] = [
      "rotation.penalty.seat": .number(10_000), "rotation.clock.answer": .number(5),
      "rotation.limit.min_months": .number(24), "rotation.limit.max_months": .number(36),
      "rotation.clock.review": .number(6), "rotation.clock.review_notice": .number(14),
      "rotation.clock.term_ending": .number(90),
    ]
    for (name, weight) in [
      ("region", "0.40"), ("degree", "0.25"), ("chain", "0.20"), ("home", "0.15"),
    ] {
      values["rotation.weight.\(name)"] = Numeric(text: weight).map { .number($0) }
    }
    return Policy(version: 1, values: values.merging(changes) { _, new in new })
  }
}
