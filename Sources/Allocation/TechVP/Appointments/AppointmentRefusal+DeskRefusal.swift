extension AppointmentRefusal: DeskRefusal {
  public var ground: RefusalGround {
    switch self {
    case .unknown: .unknown
    case .state, .termOver, .renewedAlready: .state
    case .months: .value(.months)
    case .tooEarly, .reviewTooEarly: .tooEarly
    case .startBeforeAgreement: .value(.startsOn)
    case .failedReview, .database: .rule
    case .noReview(_, let year): year == nil ? .state : .value(.year)
    case .code: .code
    }
  }

  public var chinese: String {
    switch self {
    case .unknown(let request): "需求 \(request) 没有这项聘任，或已有更新的一项"
    case .state(let request, let state, _, let needed):
      "需求 \(request) 的聘任处于 \(state.rawValue)，须为 "
        + needed.map(\.rawValue).joined(separator: " 或 ")
    case .months(let months): "聘期为 12 至 36 个月，而不是 \(months)"
    case .tooEarly(_, let date, let from): "\(date) 过早，自 \(from) 起方可"
    case .startBeforeAgreement(let start, let date): "聘期不能始于 \(start)，早于签约的 \(date)"
    case .termOver(let request, let end): "需求 \(request) 的聘期已于 \(end) 届满"
    case .renewedAlready(let request, let renewal): "需求 \(request) 已商定续聘，续聘需求为 \(renewal)"
    case .failedReview(let request): "需求 \(request) 最近一次考核不合格，不得续聘"
    case .noReview(let request, let year):
      year.map { "需求 \(request) 第 \($0) 年没有待考核的年度" } ?? "需求 \(request) 没有待考核的年度"
    case .reviewTooEarly(let request, let year, let from):
      "需求 \(request) 第 \(year) 年自 \(from) 起方可考核"
    case .code(let code, let known): "没有缘由代码“\(code)”，可用 \(known.joined(separator: "、"))"
    case .database(let cause, let detail): Self.causes[cause] ?? detail
    }
  }

  /// The rules that the database keeps, by the constraint that refuses.
  private static let causes = [
    "expert_busy": "该专家此时另有聘任或拟聘",
    "appointment_arrow": "聘任的状态不允许如此",
    "appointment_dates": "所报日期早于上一步",
    "appointment_conflict": "存在利益关联，不得签约或到岗",
    "appointment_agreement_stays": "三方协议所定不变",
    "review_of_active": "只有在聘者方可考核",
    "review_once": "该年已经考核",
    "review_in_term": "考核日期不在聘期之内",
    "site_days_of_term": "没有聘期，不能填报到岗",
    "site_days_in_term": "该月不在聘期之内",
    "site_days_of_month": "到岗天数多于截至填报之日该月在聘的天数",
    "site_days_correction": "减少已填的到岗天数，或更改已整月填报的，须在说明中写明缘由",
    "appointment_failed_review": "最近一次考核不合格，不得续聘",
    "site_days_ahead": "该月尚未开始",
    "outcome_of_term": "没有聘期，不能登记成果",
    "outcome_in_term": "成果日期不在聘期之内",
    "outcome_once": "此成果已经登记",
    "outcome_contract_value": "合同须有金额，且只有合同有金额",
  ]
}
