import Postgres

extension SessionRefusal: DeskRefusal {
  public var ground: RefusalGround {
    switch self {
    case .notSaturday, .moved: .value(.sessionOn)
    case .targetInHoliday, .sameDay: .value(.heldOn)
    case .state: .state
    case .nobodyAttends, .unknownDepartment: .value(.attending)
    }
  }

  public var chinese: String {
    switch self {
    case .notSaturday(let date):
      "\(date) 不是星期六，下一个是 \(date.adding(days: (13 - date.weekday) % 7))"
    case .moved(let date, let held, let reason): "\(date) 的会商改在 \(held) 召开（\(reason)）"
    case .targetInHoliday(let date): "\(date) 逢法定节假日，请另选星期六"
    case .sameDay(let date): "\(date) 就是原定之日，请另选星期六"
    case .state(let date, let state, let needed):
      "\(date) 的会商为 \(state?.rawValue ?? "未计划")，须为 \(needed.rawValue)"
    case .nobodyAttends(let date): "\(date) 的会商没有参会单位"
    case .unknownDepartment(let code, let known):
      "没有单位“\(code)”，可用 \(known.joined(separator: "、"))"
    }
  }
}

extension TaskRefusal: DeskRefusal {
  public var ground: RefusalGround {
    switch self {
    case .unknown: .unknown
    case .done: .state
    case .beforeSession: .tooEarly
    case .noResult: .value(.result)
    }
  }

  public var chinese: String {
    switch self {
    case .unknown(let task): "没有任务 \(task)"
    case .done(let task, let date): "任务 \(task) 已于 \(date) 办结"
    case .beforeSession(let task, let date, let session):
      "任务 \(task) 于 \(session) 交办，不能在 \(date) 办结"
    case .noResult(let task): "任务 \(task) 须写明办理结果"
    }
  }
}
