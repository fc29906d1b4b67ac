import Postgres

/// Tech VP 科技副总: university researchers seconded to an enterprise.
///
/// An option is a (request, expert) pair that meets every rule. An expert serves one enterprise;
/// a university sends at most its cap. Experts nest in universities, so the highest total is a flow
/// on a tree and exact; the policy decides whether that or a stable matching is chosen.
public enum TechVP: Mechanism {
  public static let name = MechanismName.techvp

  public static func problem(
    of snapshot: TechVPSnapshot, policy: Policy
  ) throws -> RoundProblem {
    let rule = try rule(policy)
    let limits = try TechVPLimits(policy)
    let score = try TechVPScore(policy)
    return RoundProblem(
      requests: try snapshot.requests.map { try request($0, snapshot, limits, score) },
      rows: snapshot.rows, rule: rule)
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
        options.append(
          option(
            expert, score: try score.points(request, expert),
            ranks: snapshot.ranks(request, expert)))
      }
    }
    return RoundProblem.Request(
      number: request.number, uscc: request.uscc, enterprise: request.enterprise,
      options: options, refusals: refusals)
  }

  static func option(
    _ expert: Expert, score: Int64, ranks: RoundProblem.Ranks
  ) -> RoundProblem.Option {
    RoundProblem.Option(
      resource: expert.code, detail: ["university": expert.university], amount: Numeric(1),
      unit: "person", score: score,
      uses: [
        .init(row: "expert:\(expert.code)", amount: 1),
        .init(row: "university:\(expert.university)", amount: 1),
      ], ranks: ranks)
  }

  public static func department(of option: RoundProblem.Option) -> String? {
    option.detail["university"].map { "university:\($0)" }
  }

  public static let glossary = Glossary(
    resource: .init("专家", "expert"),
    rules: Dictionary(
      uniqueKeysWithValues: TechVPRule.allCases.map { ($0.rawValue, $0.term) }
        + [(TwoSidedRule.rankFigure, rank)]),
    rows: [
      "expert": .init("专家", "expert"),
      "university": .init("高校选派名额", "university cap"),
    ],
    scarcity: ["university": .capacity])

  /// Not a hard rule, but a figure that advice may name.
  private static let rank = Glossary.Rule(
    figure: .init("专家所报志愿次序", "rank on the expert's list"),
    failure: .init("专家志愿靠后", "ranked low by the expert"))

  /// The policy names the rule by which a round is decided.
  private static func rule(_ policy: Policy) throws -> TwoSidedRule {
    let word = try policy.word("techvp.rule")
    guard let rule = TwoSidedRule(rawValue: word) else {
      throw PolicyError.unknownWord(
        name: "techvp.rule", value: word, known: TwoSidedRule.allCases.map(\.rawValue))
    }
    return rule
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
