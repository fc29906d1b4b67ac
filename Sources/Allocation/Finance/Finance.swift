import Postgres

/// Finance 一链两行多企: loans of the two banks of an enterprise's chain.
///
/// An option is a (request, product) pair that meets every rule. A bank lends within what is left of
/// its quarter's line, should bring small and micro enterprises its inclusive floor, and lends one
/// client no more than its limit. The service proposes; the bank decides.
public enum Finance: Mechanism {
  public static let name = MechanismName.finance

  public static func problem(
    of snapshot: FinanceSnapshot, policy: Policy
  ) throws -> RoundProblem {
    let market = try FinanceMarket(snapshot, policy)
    let penalty = Int64(try policy.count("finance.penalty.inclusive"))
    return RoundProblem(
      requests: try snapshot.requests.map(market.problemRequest),
      rows: market.rows(penalty: penalty))
  }

  public static func department(of option: RoundProblem.Option) -> String? {
    "bank:\(option.resource)"
  }

  public static var companionField: String? { RoundProblem.Option.product }

  public static let glossary = Glossary(
    resource: .init("银行", "bank"), offered: .init("推荐给", "recommended to"),
    served: .init("获推荐", "recommended"),
    rules: Dictionary(
      uniqueKeysWithValues: FinanceRule.allCases.map { ($0.rawValue, $0.term) }),
    rows: [
      "credit_line": .init("信贷额度", "credit line"),
      "client": .init("单户限额", "client limit"),
      "inclusive": .init("普惠最低投放", "inclusive floor"),
    ],
    scarcity: ["credit_line": .capacity, "client": .capacity])
}
