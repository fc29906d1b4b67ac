public import Postgres

/// Why something cannot be recorded of a placement. Each says what stands in the way and what would
/// help.
public enum PlacementRefusal: Error, Hashable, Sendable {
  /// There is no such code.
  case unknown(kind: String, code: String)
  /// The talent has no placement that goes on.
  case noPlacement(talent: String)
  /// The talent was hired before.
  case alreadyHired(talent: String)
  /// The placement is in a state from which this does not follow.
  case state(Placement.State, needed: [Placement.State], talent: String)
  /// The day is before the one on which the state was entered.
  case tooEarly(DateOnly, after: DateOnly)
  /// The choice is not open yet.
  case beforeWindow(DateOnly, opensOn: DateOnly)
  /// The term is over, and the night has yet to settle it.
  case termOver(endedOn: DateOnly)
  /// A term is 12 to 36 months, extensions included.
  case term(months: Int, startsOn: DateOnly)
  case extensionTooLong(to: DateOnly, latest: DateOnly)
  /// A term that is over already is not ordered.
  case pastTerm(endsOn: DateOnly, on: DateOnly)
  /// Before the talent began, or after the term.
  case outsideTerm(DateOnly, from: DateOnly, before: DateOnly)
  /// The talent is there already.
  case sameHost(String)
  /// A rule of rotation that the pair does not meet.
  case unfit(talent: String, hostPost: String, rules: [String])
  case unfitPost(talent: String, institutionPost: String, needs: String)
  /// No review is due.
  case noReviewDue(next: DateOnly?)
  case unknownCode(String, known: [String])
  /// The headcount of a post does not bear it in the worst case.
  case headcount(String)
  /// The host has no seat left.
  case seats(String)
  /// A transfer takes effect on the first day of a month that has not begun.
  case transferDay(DateOnly)
  case transferKnown(document: String)
  /// Posts of two prefectures.
  case apart(String, String)
  case amount(Int)
  /// The placement has not settled at an institution, or the post is vacated already.
  case notSettled(talent: String)
  /// Something that only the database could see.
  case database(cause: String, detail: String)
}

extension PlacementRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknown(let kind, let code): "there is no \(kind) “\(code)”"
    case .noPlacement(let talent):
      "\(talent) has no placement: see report.placement"
    case .alreadyHired(let talent):
      "\(talent) was hired already: see report.placement"
    case .state(let state, let needed, let talent):
      "the placement of \(talent) is \(state.rawValue); it must be "
        + needed.map(\.rawValue).joined(separator: " or ")
    case .tooEarly(let day, let after):
      "\(day) is before \(after), on which the placement came to its present state"
    case .beforeWindow(let day, let opens):
      "the choice opens on \(opens), and \(day) is before it"
    case .termOver(let day):
      "the term ended on \(day); the next night settles it"
    case .term(let months, let start):
      "a placement lasts 12 to 36 months, and \(months) months from \(start) are not"
    case .extensionTooLong(let end, let latest):
      "an extension to \(end) makes the placement longer than 36 months; \(latest) is the latest end"
    case .pastTerm(let end, let date):
      "the term would have ended on \(end), before \(date); give a start and months that reach beyond it"
    case .outsideTerm(let day, let from, let before):
      "\(day) is outside the term, which runs from \(from) to before \(before)"
    case .sameHost(let host):
      "\(host) is where the talent is; give another host post"
    case .unfit(let talent, let host, let rules):
      "\(talent) does not fit host post \(host): \(rules.joined(separator: ", "))"
    case .unfitPost(let talent, let post, let needs):
      "institution post \(post) does not take the major of \(talent): \(needs)"
    case .noReviewDue(let next):
      "no review is due" + (next.map { "; the next one is on \($0)" } ?? "")
    case .unknownCode(let code, let known):
      "there is no reason code “\(code)”; known are \(known.joined(separator: ", "))"
    case .headcount(let what): what + ": no headcount is left for it"
    case .seats(let what): what + ": no seat is left for it"
    case .transferDay(let day):
      "a transfer takes effect on the first day of a month that has not begun, not on \(day)"
    case .transferKnown(let document):
      "document \(document) has transferred headcount between these posts already"
    case .apart(let one, let other): "\(one) and \(other) belong to two prefectures"
    case .amount(let amount): "a transfer moves 1 head or more, not \(amount)"
    case .notSettled(let talent):
      "\(talent) holds no institution post that could be vacated: see report.placement"
    case .database(_, let detail): detail
    }
  }

  /// What the database refused because of a capacity, in the desk's words.
  init?(_ error: PostgresError, talent: String) {
    switch error.constraint {
    case "rotation_headcount": self = .headcount(error.message)
    case "rotation_seat": self = .seats(error.message)
    case "placement_one_a_talent": self = .alreadyHired(talent: talent)
    case "transfer_once": self = .transferKnown(document: talent)
    case let constraint? where error.schema == "rotation" && error.sqlState == "23514":
      self = .database(cause: constraint, detail: error.message)
    default: return nil
    }
  }
}
