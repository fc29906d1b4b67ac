extension OfferRefusal: DeskRefusal {
  public var ground: RefusalGround {
    switch self {
    case .unknown: .unknown
    case .state, .notDeclined: .state
    case .party: .party
    case .deadline: .deadline
    case .code, .superfluousCode: .code
    case .stepwise: .stepwise
    }
  }

  public var chinese: String {
    switch self {
    case .unknown(let id): "没有拟配置 \(id)"
    case .state(let offer, let kind):
      "拟配置 \(offer.offerID)（\(offer.request) → \(offer.resource)）处于 \(offer.state.rawValue)，"
        + "须为 \(kind.arrow.from.rawValue) 方可如此答复"
    case .party(let offer, _, let department, let right):
      "拟配置 \(offer.offerID) 不由 \(department) 如此答复，应由 \(right.joined(separator: " 或 "))"
    case .deadline(let offer, let date):
      "拟配置 \(offer.offerID) 应于 \(offer.dueOn) 前答复，今天是 \(date)；下一夜失效后可能重新拟配"
    case .code(let code, let known):
      (code.map { "没有缘由代码“\($0)”" } ?? "缺少缘由代码") + "，可用 \(known.joined(separator: "、"))"
    case .superfluousCode(let code, _): "此答复不需要缘由“\(code)”"
    case .stepwise(let offer, _) where offer.mechanism == .rotation:
      "拟配置 \(offer.offerID) 已是派驻，终止须附缘由与后果，在派驻中办理"
    case .stepwise(let offer, _):
      "拟配置 \(offer.offerID) 是贷款推荐，由银行 \(offer.resource) 在对接中逐步答复"
    case .notDeclined(let mechanism, let request, let resource):
      "\(mechanism.rawValue) \(request) → \(resource) 没有有效的谢绝可以解除"
    }
  }
}
