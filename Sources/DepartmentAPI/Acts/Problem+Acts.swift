internal import Allocation

extension Problem {
  /// A field of the body that is wrong.
  static func field(
    _ name: String, _ chinese: String, _ english: String, remedy: String? = nil,
    code: String = "wrong_form"
  ) -> Problem {
    field(name, code, chinese, english, remedy ?? ProblemCode.badParameter.remedy(.english))
  }

  static func of(_ refusal: ActRefusal) -> Problem {
    switch refusal {
    case .nobody: Problem(.personMissing)
    case .forbidden: Problem(.forbidden)
    case .samePerson: Problem(.samePerson)
    case .otherPerson: Problem(.otherPerson)
    case .digest: Problem(.wrongDigest)
    case .changed:
      Problem(
        .wrongDigest, "所涉的诉求、地块、产业链或银行在提请之后已有变动，或提请时尚未记录其版本：须撤回后重新提请",
        "a row that it names has changed since it was asked for, or it was asked for before versions "
          + "were kept: it has to be taken back and asked for anew")
    case .done(let state): Problem(.alreadyDone) { _ in state.rawValue }
    case .open: Problem(.exists, "已有人提请，待审批", "somebody has asked for it; it waits to be decided")
    case .start(let fault): of(fault)
    case .unknown: Problem(.notFound)
    }
  }

  private static func of(_ fault: PolicyStartFault) -> Problem {
    switch fault {
    case .notDraft: Problem(.wrongState, "不是草案", "not a draft")
    case .backDated:
      .field(
        "in_force_from", "不可追溯：须晚于今日", "in the past: must be after today", code: fault.rawValue)
    case .overlap:
      .field(
        "in_force_from", "该日或其后已有施行的版本", "a version is in force from that day or a later one",
        code: fault.rawValue)
    case .computed:
      .field(
        "in_force_from", "该日起已有算出的轮次", "rounds from that day on are computed already",
        code: fault.rawValue)
    }
  }

  static func of(_ faults: PolicyDraft.Faults) -> Problem {
    var problem = Problem(.invalidFields)
    problem.errors = faults.faults.flatMap { fault in
      let (chinese, english) =
        switch fault.kind {
        case .unknown: ("没有此参数", "there is no such parameter")
        case .form: ("数值与文字不可互换", "a number and a word do not stand for each other")
        case .bounds: ("超出范围", "out of bounds")
        case .word: ("不是可用的词", "not one of the words that it may be")
        case .weights: ("同一机制的权重之和须为 1", "the weights of a mechanism must add up to 1")
        }
      return field(fault.name, fault.kind.rawValue, chinese, english, fault.remedy).errors.map {
        var flaw = $0
        flaw.pointer = "/parameters" + (flaw.pointer ?? "")
        return flaw
      }
    }
    return problem
  }
}
