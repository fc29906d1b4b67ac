extension ExplanationText {
  /// Whether the request has something now, or a consultation has closed it: then what the round said is
  /// told as the round's, and no result.
  var isOvertaken: Bool {
    (explanation.since.live != nil && explanation.header.chosen == nil)
      || explanation.since.decisions.contains { ["refuse", "defer"].contains($0.kind) }
  }

  /// What has become of the request, the present state first.
  var sinceLines: [String] {
    let since = explanation.since
    return since.live.map { [standing($0)] } ?? []
      + since.decisions.map { "  " + words($0) }
      + since.offers.filter { $0.offerID != since.live?.offerID }.map { "  " + ended($0) }
  }

  private func standing(_ offer: StoredExplanation.Offer) -> String {
    let what = say(
      "\(offer.resource)（\(offer.amount) \(FigureText.text(offer.unit, in: .chinese))）",
      "\(offer.resource) (\(offer.amount) \(FigureText.text(offer.unit, in: .english)))")
    if let session = offer.sessionOn, let conclusion = offer.conclusion {
      return say(
        "结果：会商（\(session)，第 \(conclusion) 项）决定安排 \(what)，配置 \(offer.offerID)。",
        "Result: the consultation of \(session) (conclusion \(conclusion)) has given it \(what), "
          + "commitment \(offer.offerID).")
    }
    guard offer.state == "accepted" else {
      return say(
        "现状：拟配置 \(offer.offerID)（\(what)）有效，待答复，至 \(offer.dueOn)。",
        "Now: offer \(offer.offerID), \(what), stands and is to be answered by \(offer.dueOn).")
    }
    return say(
      "结果：已配置 \(what)，配置 \(offer.offerID)，\(date(offer)) 接受。",
      "Result: it has \(what), commitment \(offer.offerID), accepted on \(date(offer)).")
  }

  private func date(_ offer: StoredExplanation.Offer) -> String {
    offer.answeredOn.map { "\($0)" } ?? "-"
  }

  private func ended(_ offer: StoredExplanation.Offer) -> String {
    let states = [
      "declined": ("谢绝", "declined"), "expired": ("逾期失效", "expired"),
      "withdrawn": ("撤回", "withdrawn"), "released": ("释放", "released"),
    ]
    let state = states[offer.state] ?? (offer.state, offer.state)
    let cause = say(offer.causeChinese ?? "", offer.causeEnglish ?? "")
    let why = cause.isEmpty ? "" : say("：\(cause)", ": \(cause)")
    return say(
      "拟配置 \(offer.offerID)（\(offer.resource)）已\(state.0)\(why)",
      "offer \(offer.offerID) (\(offer.resource)) was \(state.1)\(why)")
  }

  private func words(_ decision: StoredExplanation.Decision) -> String {
    let place = say(
      "会商（\(decision.sessionOn)，第 \(decision.conclusion) 项）：",
      "consultation of \(decision.sessionOn), conclusion \(decision.conclusion): ")
    let note = decision.note.map { say("（\($0)）", " (\($0))") } ?? ""
    return place + substance(decision) + note
  }

  private func substance(_ decision: StoredExplanation.Decision) -> String {
    let until = decision.untilOn.map { say("至 \($0)", " until \($0)") } ?? ""
    let parcel = decision.parcel.map { say("地块 \($0)", "parcel \($0)") }
    switch decision.kind {
    case "refuse":
      return say(
        "不予安排——\(decision.reasonChinese ?? "")（\(decision.reasonCode ?? "")），"
          + "依据：\(decision.legalBasis ?? "")",
        "refused: \(decision.reasonEnglish ?? "") (\(decision.reasonCode ?? "")), "
          + "on the basis of \(decision.legalBasis ?? "")")
    case "defer": return say("暂缓\(until)", "put off\(until)")
    case "waive_threshold":
      return say(
        "豁免门槛 \(decision.rule ?? "")（\(parcel ?? "所有地块")）\(until)",
        "threshold \(decision.rule ?? "") waived (\(parcel ?? "every parcel"))\(until)")
    case "hold_parcel":
      return say("为其预留\(parcel ?? "")\(until)", "\(parcel ?? "") kept for it\(until)")
    default:
      let due = decision.dueOn.map { "\($0)" } ?? "-"
      return say(
        "交办\(decision.department ?? "")，\(due) 前完成",
        "task for \(decision.department ?? ""), due on \(due)")
    }
  }
}
