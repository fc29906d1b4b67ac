import Postgres

/// The hard rules of finance (design §6). A product that fails one is no option, whatever its score.
enum FinanceRule: String, CaseIterable, Sendable {
  case chainBanks = "chain_banks"
  case line = "credit_line"
  case clientLimit = "client_limit"
  case declined
  case amount, term, rate, rating, collateral, size

  /// What the rule looks at, and how its failure is put.
  var term: Glossary.Rule { .init(figure: figure, failure: failure) }

  private var figure: Glossary.Term {
    switch self {
    case .chainBanks: .init("产业链的两家银行", "the chain's two banks")
    case .line: .init("当季信贷额度", "the quarter's credit line")
    case .clientLimit: .init("单户限额", "client limit")
    case .declined: .init("此前答复", "earlier answers")
    case .amount: .init("融资金额（万元）", "amount (10,000 yuan)")
    case .term: .init("期限（月）", "term in months")
    case .rate: .init("可接受利率上限（%）", "rate ceiling (%)")
    case .rating: .init("信用等级", "rating")
    case .collateral: .init("可提供担保", "collateral")
    case .size: .init("企业规模", "size")
    }
  }

  private var failure: Glossary.Term {
    switch self {
    case .chainBanks: .init("所在产业链尚未确定两家银行", "its chain has no two banks yet")
    case .line: .init("当季没有信贷额度", "no credit line this quarter")
    case .clientLimit: .init("超过单户限额", "above the client limit")
    case .declined: .init("该行此前已谢绝", "the bank has declined before")
    case .amount: .init("金额不在产品范围内", "amount outside the product's")
    case .term: .init("期限长于产品最长期限", "term longer than the product's")
    case .rate: .init("产品利率高于可接受上限", "rate above the ceiling")
    case .rating: .init("信用等级低于产品要求", "rating below the product's least")
    case .collateral: .init("不能提供所需担保", "collateral not on offer")
    case .size: .init("企业规模不适用", "size not served")
    }
  }
}

/// Why a product, or a whole bank, is no option for a request: the figures on both sides.
struct FinanceFailure: Hashable, Sendable {
  let rule: FinanceRule
  let needed: String
  let found: String

  init?(_ rule: FinanceRule, unless holds: Bool, _ needed: String, _ found: String) {
    if holds { return nil }
    self.rule = rule
    self.needed = needed
    self.found = found
  }
}

extension LoanProduct {
  /// The rules that a request fails at this product; none where it is served.
  func failures(for request: FinanceRequest) -> [FinanceFailure] {
    func words(_ list: [some RawRepresentable<String>]) -> String {
      list.map(\.rawValue).joined(separator: ";")
    }
    return [
      FinanceFailure(
        .amount, unless: (minWan...max(minWan, maxWan)).contains(request.amountWan),
        "\(request.amountWan)", "\(minWan)–\(maxWan)"),
      FinanceFailure(
        .term, unless: request.termMonths <= maxMonths, "\(request.termMonths)", "\(maxMonths)"),
      FinanceFailure(
        .rate, unless: ratePct <= request.maxRatePct, "\(request.maxRatePct)", "\(ratePct)"),
      FinanceFailure(
        .rating, unless: request.rating.map { $0 >= minRating } ?? false,
        request.rating?.rawValue ?? "-", minRating.rawValue),
      FinanceFailure(
        .collateral, unless: request.collateral.contains(collateral), words(request.collateral),
        collateral.rawValue),
      FinanceFailure(
        .size, unless: sizes.contains(request.size), request.size.rawValue, words(sizes)),
    ].compactMap(\.self)
  }
}
