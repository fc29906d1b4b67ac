import Postgres

/// Tech VP 科技副总: university researchers seconded to an enterprise.
///
/// An option is a (request, expert) pair that meets every rule. An expert serves one enterprise;
/// a university sends at most its cap. Experts nest in universities, so a round is a flow on a
/// tree and its answer is exact.
public enum TechVP: Mechanism {
  public static let name = MechanismName.techvp

  public static func problem(
    of snapshot: TechVPSnapshot, policy: Policy
  ) throws -> RoundProblem {
    try checkRule(policy)
    let limits = try TechVPLimits(policy)
    let score = try TechVPScore(policy)
    return RoundProblem(
      requests: try snapshot.requests.map { try request($0, snapshot, limits, score) },
      rows: snapshot.rows)
  }

  private static func request(
    _ request: ExpertRequest, _ snapshot: TechVPSnapshot, _ limits: TechVPLimits,
    _ score: TechVPScore
  ) throws -> RoundProblem.Request {
    var options: [RoundProblem.Option] = []
    var refusals: [RoundProblem.Refusal] = []
    for expert in snapshot.experts {
      let failures = snapshot.refusals(request, expert, limits)
      refusals += failures
      if failures.isEmpty {
        options.append(option(expert, score: try score.points(request, expert)))
      }
    }
    return RoundProblem.Request(
      number: request.number, uscc: request.uscc, enterprise: request.enterprise,
      options: options, refusals: refusals)
  }

  static func option(_ expert: Expert, score: Int64) -> RoundProblem.Option {
    RoundProblem.Option(
      resource: expert.code, detail: ["university": expert.university], amount: Numeric(1),
      unit: "person", score: score,
      uses: [
        .init(row: "expert:\(expert.code)", amount: 1),
        .init(row: "university:\(expert.university)", amount: 1),
      ])
  }

  public static func department(of option: RoundProblem.Option) -> String? {
    option.detail["university"].map { "university:\($0)" }
  }

  public static let glossary = Glossary(
    resource: .init("专家", "expert"),
    rules: Dictionary(
      uniqueKeysWithValues: TechVPRule.allCases.map { ($0.rawValue, $0.term) }),
    rows: [
      "expert": .init("专家", "expert"),
      "university": .init("高校选派名额", "university cap"),
    ],
    scarcity: ["university": .capacity])

  /// The policy names the rule by which a round is decided.
  private static func checkRule(_ policy: Policy) throws {
    let rule = try policy.word("techvp.rule")
    guard rule == "optimal" else {
      throw PolicyError.unknownWord(name: "techvp.rule", value: rule, known: ["optimal"])
    }
  }
}

extension TechVPSnapshot {
  /// One row an expert, and one a university for what its cap still allows.
  var rows: [RoundProblem.Row] {
    experts.map { .init(kind: "expert", resource: $0.code, unit: "person", upper: 1) }
      + universities.map {
        .init(
          kind: "university", resource: $0.code, unit: "person",
          upper: Int64(max(0, $0.maxExperts - $0.engaged)))
      }
  }
}
