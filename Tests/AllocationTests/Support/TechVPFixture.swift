import Postgres

@testable import Allocation

/// A pair that meets every rule, to be spoiled one figure at a time.
enum TechVPFixture {
  static func day(_ text: String) -> DateOnly { DateOnly(text: text) ?? DateOnly.todayInShanghai }

  static func request(_ number: String = "KJ-1") -> ExpertRequest {
    ExpertRequest(
      number: number, uscc: "91341802CR63F0WT2P", enterprise: "样本企业", region: "341802",
      fields: ["8.7", "4.1"], minTitle: .associateProfessor, daysPerMonth: 4,
      startOn: day("2026-12-01"), months: 24)
  }

  static func expert(_ code: String = "ZJ-1", university: String = "4134010359") -> Expert {
    Expert(
      code: code, university: university, title: .professor, fields: ["8.7", "1.1"],
      regions: ["341881", "341802"], availableFrom: day("2026-12-31"), daysPerMonth: 6,
      pastProjects: 5, isEngaged: false)
  }

  static func university(
    _ code: String = "4134010359", max: Int = 4, engaged: Int = 0
  ) -> University {
    University(code: code, maxExperts: max, engaged: engaged)
  }

  static func snapshot(
    requests: [ExpertRequest] = [request()], experts: [Expert] = [expert()],
    universities: [University] = [university()], conflicts: Set<ExpertConflict> = [],
    declined: Set<ExpertPair> = [], filed: Set<FiledRank> = [], renewals: Set<ExpertPair> = []
  ) -> TechVPSnapshot {
    TechVPSnapshot(
      requests: requests, experts: experts, universities: universities, conflicts: conflicts,
      declined: declined, filed: filed, renewals: renewals)
  }

  static func conflict(_ pair: ExpertPair) -> ExpertConflict {
    ExpertConflict(pair: pair, kind: .owned, evidence: "工商登记", since: day("2020-01-01"))
  }

  /// The default policy's techvp parameters.
  static func policy(_ changes: [String: Policy.Value] = [:]) -> Policy {
    var values: [String: Policy.Value] = [
      "techvp.rule": .word("optimal"), "techvp.limit.start_slack": .number(30),
      "techvp.clock.answer": .number(5), "techvp.full.projects": .number(10),
      "techvp.full.days": .number(4),
    ]
    for (name, weight) in [
      ("fields", "0.45"), ("title", "0.15"), ("projects", "0.15"), ("days", "0.15"),
      ("region", "0.10"),
    ] {
      values["techvp.weight.\(name)"] = Numeric(text: weight).map { .number($0) }
    }
    return Policy(version: 1, values: values.merging(changes) { _, new in new })
  }
}
