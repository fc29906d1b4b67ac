extension PlacementRefusal: DeskRefusal {
  public var ground: RefusalGround {
    switch self {
    case .unknown(let kind, _):
      switch kind {
      case "host post": .value(.hostPost)
      case "institution post": .value(.institutionPost)
      default: .value(.talent)
      }
    case .noPlacement: .unknown
    case .alreadyHired: .exists
    case .state, .termOver, .noReviewDue, .notSettled: .state
    case .tooEarly, .beforeWindow: .tooEarly
    case .term, .extensionTooLong: .value(.months)
    case .pastTerm: .value(.startsOn)
    case .sameHost: .value(.hostPost)
    case .unfit, .unfitPost, .outsideTerm, .database: .rule
    case .unknownCode: .code
    case .headcount, .seats: .capacity
    case .transferKnown: .exists
    case .transferDay, .apart, .amount: .rule
    }
  }

  public var chinese: String {
    switch self {
    case .unknown(let kind, let code):
      "没有\(["host post": "企业岗位", "institution post": "事业岗位", "talent": "人才"][kind] ?? "") \(code)"
    case .noPlacement(let talent): "人才 \(talent) 没有派驻"
    case .alreadyHired(let talent): "人才 \(talent) 已有派驻"
    case .state(let state, let needed, let talent):
      "人才 \(talent) 的派驻处于 \(state.rawValue)，须为 "
        + needed.map(\.rawValue).joined(separator: " 或 ")
    case .tooEarly(let day, let after): "\(day) 早于进入现状态的 \(after)"
    case .beforeWindow(let day, let opens): "自 \(opens) 起方可选择，\(day) 过早"
    case .termOver(let day): "已于 \(day) 期满，由下一夜落定"
    case .term(let months, let start): "派驻为 12 至 36 个月，自 \(start) 起 \(months) 个月不合"
    case .extensionTooLong(let end, let latest): "延长至 \(end) 则超过 36 个月，至多到 \(latest)"
    case .pastTerm(let end, let date): "派驻将于 \(end) 期满，早于 \(date)，须有尚未过去的期限"
    case .outsideTerm(let day, let from, let before):
      "\(day) 不在派驻期间：自 \(from) 起，\(before) 之前"
    case .sameHost(let host): "人才现在就在企业岗位 \(host)，须换到另一企业"
    case .unfit(let talent, let host, let rules):
      "人才 \(talent) 与企业岗位 \(host) 不合：\(rules.joined(separator: "、"))"
    case .unfitPost(let talent, let post, let needs):
      "事业岗位 \(post) 不收人才 \(talent) 的专业，所收为 \(needs)"
    case .noReviewDue(let next): "没有到期的考核" + (next.map { "，下一次在 \($0)" } ?? "")
    case .unknownCode(let code, let known):
      "没有缘由代码“\(code)”，可用 \(known.joined(separator: "、"))"
    case .headcount(let what): "编制不足：\(what)"
    case .seats(let what): "企业席位不足：\(what)"
    case .transferDay(let day): "划转自尚未开始的月份首日起生效，而不是 \(day)"
    case .transferKnown(let document): "文号 \(document) 已在这两个岗位之间划转"
    case .apart(let one, let other): "\(one) 与 \(other) 不属同一地级市"
    case .amount(let amount): "划转至少 1 名，而不是 \(amount)"
    case .notSettled(let talent): "人才 \(talent) 没有可以空出的事业岗位"
    case .database(let cause, let detail): Self.causes[cause] ?? detail
    }
  }

  /// The rules that the database keeps, by the constraint that refuses.
  private static let causes = [
    "placement_arrow": "派驻的状态不允许如此",
    "placement_dates": "所报日期早于上一步",
    "placement_past_term": "派驻期限全在过去",
    "posting_other_host": "须换到另一企业；岗位取消者可换到同一企业的另一岗位",
    "posting_in_term": "派驻段不在派驻期限之内",
    "review_once": "该次已经考核",
    "review_of_placed": "只有派驻中者方可考核",
    "review_in_term": "考核日期不在派驻期间",
  ]
}
