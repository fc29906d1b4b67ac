extension DecisionRefusal: DeskRefusal {
  public var ground: RefusalGround {
    switch self {
    case .sessionNotOpen: .state
    case .unknown(let what, _, _): .value(.init(rawValue: what) ?? .request)
    case .quotaShort, .parcelTaken: .capacity
    case .ruleNotMet: .rule
    case .alreadyServed, .alreadyDecided: .exists
    case .sameCounty, .differentKinds, .quotaNotValid: .value(.to)
    case .deadlinePast: .value(.until)
    case .noteMissing: .value(.note)
    }
  }

  public var chinese: String {
    switch self {
    case .sessionNotOpen(let date, let state):
      "\(date) 的会商\(Self.word(state))，只有进行中的会商可以作出决定"
    case .unknown(let what, let code, let known):
      "没有\(Self.words[what] ?? what) \(code)"
        + (known.isEmpty ? "" : "，可用 \(known.joined(separator: "、"))")
    case .quotaShort(let lot, let needed, let free): "\(lot) 尚余 \(free)，需要 \(needed)；请先调整指标，或减少"
    case .parcelTaken(let parcel, let needed, let free, let offers):
      "地块 \(parcel) 尚余 \(free) 亩，需要 \(needed) 亩"
        + (offers.isEmpty ? "" : "；已由拟配置 \(offers.map(String.init).joined(separator: "、")) 占用")
    case .ruleNotMet(let request, let refusals):
      refusals.map {
        let (needed, found) = Self.figures(of: $0, in: .chinese)
        return "诉求 \(request) 与地块 \($0.resource)：\(Self.failure(of: $0).chinese)"
          + "（\(needed) 对 \(found)）"
      }.joined(separator: "；") + "；"
        + Self.remedies(refusals).map(\.chinese).joined(separator: "；")
    case .alreadyServed(let request, let offer, let state):
      "诉求 \(request) 已有拟配置 \(offer)（\(state)），须先答复或撤回"
    case .sameCounty(let from, let to): "\(from) 与 \(to) 同属一县，调剂须在两县之间"
    case .differentKinds(let from, let to): "\(from) 与 \(to) 类别不同"
    case .quotaNotValid(let lot, let date): "\(lot) 不是 \(date) 有效的指标"
    case .deadlinePast(let day, let session): "\(day) 早于会商之日 \(session)"
    case .noteMissing(let reason): "缘由 \(reason) 须有说明"
    case .alreadyDecided(let conclusion):
      "本次会商已作出同一决定" + (conclusion.map { "（第 \($0) 项）" } ?? "")
    }
  }

  private static func word(_ state: Session.State?) -> String {
    switch state {
    case nil: "未计划"
    case .planned: "尚未召开"
    case .open: "进行中"
    case .closed: "已结束，请提交下次会商"
    }
  }

  private static let words = [
    "request": "诉求", "parcel": "地块", "department": "单位", "reason": "缘由代码",
  ]
}
