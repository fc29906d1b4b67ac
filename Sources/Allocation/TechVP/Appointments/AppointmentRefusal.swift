public import Postgres

/// Why a step of an appointment cannot be. Each says what stands in the way and what would help.
public enum AppointmentRefusal: Error, Hashable, Sendable {
  case unknown(String)
  case state(String, AppointmentState, step: String, needed: [AppointmentState])
  /// A term lasts 12 to 36 months.
  case months(Int)
  case tooEarly(step: String, on: DateOnly, from: DateOnly)
  case startBeforeAgreement(DateOnly, on: DateOnly)
  case termOver(String, endedOn: DateOnly)
  case renewedAlready(String, by: String)
  case failedReview(String)
  case noReview(String, year: Int?)
  case reviewTooEarly(String, year: Int, from: DateOnly)
  case code(String, known: [String])
  /// Something that only the database can know: another term of the expert, a conflict of interest.
  case database(cause: String, detail: String)
}

extension AppointmentRefusal: CustomStringConvertible {
  /// The cause in one word, for programs.
  public var code: String {
    switch self {
    case .unknown: "unknown_appointment"
    case .state: "wrong_state"
    case .months: "wrong_months"
    case .tooEarly, .reviewTooEarly: "too_early"
    case .startBeforeAgreement: "wrong_start"
    case .termOver: "term_over"
    case .renewedAlready: "renewed_already"
    case .failedReview: "failed_review"
    case .noReview: "no_review"
    case .code: "wrong_code"
    case .database(let cause, _): cause
    }
  }

  public var description: String {
    switch self {
    case .unknown(let request):
      "request \(request) has no appointment: see report.appointment"
    case .state(let request, let state, let step, let needed):
      "the appointment of \(request) is \(state.rawValue); to \(step) it must be "
        + needed.map(\.rawValue).joined(separator: " or ")
    case .months(let months):
      "a term lasts 12 to 36 months, not \(months); give --months within that"
    case .tooEarly(let step, let date, let from):
      "\(step) on \(date) is too early; it is possible from \(from)"
    case .startBeforeAgreement(let start, let date):
      "a term cannot begin on \(start), before it is agreed on \(date)"
    case .termOver(let request, let end):
      "the term of \(request) was over on \(end)"
    case .renewedAlready(let request, let renewal):
      "the renewal of \(request) is stated already, as request \(renewal)"
    case .failedReview(let request):
      "the latest review of \(request) was failed; such a term is not renewed"
    case .noReview(let request, let year):
      year.map { "year \($0) of \(request) is not open to review" }
        ?? "no year of \(request) is open to review"
    case .reviewTooEarly(let request, let year, let from):
      "year \(year) of \(request) may be reviewed from \(from)"
    case .code(let code, let known):
      "“\(code)” is no reason; give --code with one of \(known.joined(separator: ", "))"
    case .database(_, let detail): detail
    }
  }
}

extension AppointmentRefusal {
  /// The refusal behind an error of the database, if it is one of the rules that it keeps.
  init?(_ error: PostgresError, expert: String) {
    switch error.constraint {
    case "appointment_one_enterprise":
      self = .database(
        cause: "expert_busy",
        detail: "expert \(expert) has another term at that time: see report.appointment")
    case "offer_one_live_an_expert":
      self = .database(
        cause: "expert_busy", detail: "expert \(expert) has another live offer: see report.offer")
    case let constraint? where error.schema == "techvp":
      self = .database(cause: constraint, detail: error.message)
    default: return nil
    }
  }
}
