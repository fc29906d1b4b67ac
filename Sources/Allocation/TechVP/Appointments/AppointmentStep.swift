public import Postgres

/// What somebody reports of an appointment.
public enum AppointmentStep: Hashable, Sendable {
  /// The university sends the expert.
  case consent
  /// Enterprise, expert and university have signed (三方协议). The term begins on `startsOn` and lasts
  /// `months`, those asked for if `nil`.
  case agree(documentNo: String, startsOn: DateOnly, months: Int?)
  /// The expert has begun.
  case start
  /// A year is reviewed; without a year the first that is open.
  case review(grade: ReviewGrade, year: Int?)
  /// Days on site in a month so far; the month is any of its days. While the month runs the figure grows
  /// from entry to entry. A lower one, and any other once the month was logged as a whole, is a correction,
  /// with a note that says why. What is told again changes nothing, an earlier note least of all.
  case log(days: Int, month: DateOnly)
  case outcome(AppointmentOutcome)
  /// All three wish to go on for `months`, as asked for before if `nil`. A review that is failed later
  /// undoes it.
  case renew(months: Int?)
  /// The term ends before its time, for a reason of `allocation.answer_code`.
  case end(code: String)

  /// The word of the step, for people and the audit.
  public var word: String {
    switch self {
    case .consent: "consent"
    case .agree: "agree"
    case .start: "start"
    case .review: "review"
    case .log: "log"
    case .outcome: "outcome"
    case .renew: "renew"
    case .end: "end"
    }
  }
}

/// The states of an appointment; where each leads is data (`techvp.appointment_arrow`).
public enum AppointmentState: String, CaseIterable, Codable, Sendable {
  case offered, consented, agreed, active, completed, renewed, ended, lapsed
}

/// 优秀, 合格, 不合格.
public enum ReviewGrade: String, CaseIterable, Codable, Sendable {
  case excellent, passed, failed
}

/// What came of an appointment.
public struct AppointmentOutcome: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    case problemSolved = "problem_solved"
    case patent, contract
  }

  public let kind: Kind
  public let title: String
  /// The value in 万元; of a contract only.
  public let valueWan: Int64?
  /// The patent's or the contract's number.
  public let documentNo: String?

  public init(_ kind: Kind, title: String, valueWan: Int64? = nil, documentNo: String? = nil) {
    self.kind = kind
    self.title = title
    self.valueWan = valueWan
    self.documentNo = documentNo
  }
}
