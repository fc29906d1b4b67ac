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
    let market = try TechVPMarket(snapshot, policy)
    return RoundProblem(
      requests: try snapshot.requests.map { try market.request($0) }, rows: snapshot.rows,
      rule: rule)
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
