extension MatchError: DeskRefusal {
  public var ground: RefusalGround {
    switch self {
    case .notFound: .unknown
    case .noArrow, .awaitsShare: .state
    case .amount: .value(.amount)
    case .rate, .aboveCeiling: .value(.rate)
    case .unknownCode: .code
    case .tooEarly: .tooEarly
    }
  }

  public var chinese: String {
    switch self {
    case .notFound(let request, let bank): "需求 \(request) 与银行 \(bank) 没有进行中的对接"
    case .noArrow(let from, let to): "对接处于 \(from.rawValue)，不能由此转为 \(to.rawValue)"
    case .amount(let wan, let offered):
      "减额后的金额须在 1 至 \(max(1, offered - 1)) 万元之间，而不是 \(wan)"
    case .unknownCode(let code, let known):
      "没有缘由代码“\(code)”，可用 \(known.joined(separator: "、"))"
    case .rate(let rate): "利率须大于 0、不超过 100，至多两位小数，而不是 \(rate)"
    case .aboveCeiling(let rate, let ceiling):
      "利率 \(rate)% 高于企业可接受的上限 \(ceiling)%：请核对利率，或先更正需求"
    case .awaitsShare(let bank): "此贷款由两行分担，\(bank) 须待另一行就其份额作出决定"
    case .tooEarly(let day, let after): "所报日期 \(day) 早于上一步的 \(after)"
    }
  }
}
