public import Postgres

/// One Saturday consultation (“星期六”会商).
public struct Session: Hashable, Decodable, Sendable {
  public enum State: String, Codable, Sendable {
    case planned, open, closed
  }

  public let jurisdiction: String
  public let sessionOn: DateOnly
  /// 第几次; `nil` until it opens.
  public let number: Int?
  public let state: State
  /// Whether a holiday notice still to come may move it.
  public let isProvisional: Bool
  /// How long it may last.
  public let minutes: Int
  /// Codes of the departments that attend.
  public let attending: [String]
}

/// Why a session cannot be had, moved, opened or closed.
public enum SessionRefusal: Error, Hashable, Sendable {
  case notSaturday(DateOnly)
  /// The Saturday's session is held on another day.
  case moved(DateOnly, to: DateOnly, reason: String)
  case targetInHoliday(DateOnly)
  case sameDay(DateOnly)
  /// The session is not in the state that the step needs.
  case state(DateOnly, Session.State?, needed: Session.State)
  case nobodyAttends(DateOnly)
  case unknownDepartment(String, known: [String])
}

extension SessionRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notSaturday(let date):
      "\(date) is no Saturday; the next one is \(date.adding(days: (13 - date.weekday) % 7))"
    case .moved(let date, let held, let reason):
      "the session of \(date) is held on \(held) (\(reason)); ask for that day, "
        + "or move it with `yaosu session move`"
    case .targetInHoliday(let date):
      "\(date) is in a public holiday; choose another Saturday"
    case .sameDay(let date):
      "\(date) is the session's own day; name another Saturday"
    case .state(let date, let state, let needed):
      "the session of \(date) is \(state?.rawValue ?? "not planned"), not \(needed.rawValue): "
        + Self.remedy(state, needed)
    case .nobodyAttends(let date):
      "nobody attends the session of \(date): name departments with --attending"
    case .unknownDepartment(let code, let known):
      "there is no department “\(code)”; known are \(known.joined(separator: ", "))"
    }
  }

  private static func remedy(_ state: Session.State?, _ needed: Session.State) -> String {
    switch (state, needed) {
    case (nil, _): "`yaosu agenda --session DATE` plans it"
    case (.planned?, .open): "`yaosu session open DATE` opens it"
    case (.closed?, _): "what was closed stays closed; take it to the next session"
    default: "it has begun, and its agenda stands"
    }
  }
}
