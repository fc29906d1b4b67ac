public import Postgres

/// Why a conflict of interest cannot be recorded as told.
public enum ConflictRefusal: DeskRefusal, Hashable {
  /// What an entry names.
  public enum Subject: String, Sendable {
    case enterprise, expert, university, conflict
  }

  case unknown(Subject, String)
  case evidence
  case period(since: DateOnly, until: DateOnly)
  case ended(Int, on: DateOnly)

  public var ground: RefusalGround {
    switch self {
    case .unknown(.enterprise, _): .value(.uscc)
    case .unknown(.expert, _): .value(.expert)
    case .unknown(.university, _): .value(.university)
    case .unknown(.conflict, _): .unknown
    case .evidence: .value(.evidence)
    case .period: .value(.until)
    case .ended: .state
    }
  }

  public var description: String {
    switch self {
    case .unknown(let subject, let code):
      "there is no \(subject.rawValue) “\(code)” here; give a code that the import has "
        + "(report.conflict_of_interest lists conflicts)"
    case .evidence: "a conflict needs its evidence, in 1 to 2000 characters"
    case .period(let since, let until): "\(until) is before \(since), on which the conflict began"
    case .ended(let id, let date): "conflict \(id) ended on \(date) already"
    }
  }

  public var chinese: String {
    switch self {
    case .unknown(.enterprise, let code): "没有企业 \(code)"
    case .unknown(.expert, let code): "没有专家 \(code)"
    case .unknown(.university, let code): "没有高校 \(code)"
    case .unknown(.conflict, let code): "没有利益关联 \(code)"
    case .evidence: "须写明依据，1 至 2000 字"
    case .period(let since, let until): "\(until) 早于起始日 \(since)"
    case .ended(let id, let date): "利益关联 \(id) 已于 \(date) 截止"
    }
  }
}
