public import Postgres

/// Why a decision is past its rights. Each names the cause, with figures, and what would help; what
/// the database refuses because another was faster comes out as the same cause.
public enum DecisionRefusal: Error, Hashable, Sendable {
  case sessionNotOpen(DateOnly, Session.State?)
  case unknown(what: String, code: String, known: [String] = [])
  /// The lot has less than is asked; `free` may be missing where another decision was faster.
  case quotaShort(lot: String, needed: Numeric, free: Numeric)
  /// Offers or commitments hold the parcel.
  case parcelTaken(parcel: String, needed: Numeric, free: Numeric, offers: [Int])
  case ruleNotMet(request: String, [RoundProblem.Refusal])
  case alreadyServed(request: String, offer: Int, state: String)
  case sameCounty(from: String, to: String)
  case differentKinds(from: String, to: String)
  /// The quota is not valid on the day of the session.
  case quotaNotValid(String, on: DateOnly)
  case deadlinePast(DateOnly, session: DateOnly)
  case noteMissing(reason: String)
  case alreadyDecided(Int?)
}

extension DecisionRefusal: CustomStringConvertible {
  /// The cause in one word, for programs.
  public var code: String {
    switch self {
    case .sessionNotOpen: "session_not_open"
    case .unknown: "unknown"
    case .quotaShort: "quota_short"
    case .parcelTaken: "parcel_taken"
    case .ruleNotMet: "rule_not_met"
    case .alreadyServed: "already_served"
    case .sameCounty: "same_county"
    case .differentKinds: "different_kinds"
    case .quotaNotValid: "quota_not_valid"
    case .deadlinePast: "deadline_past"
    case .noteMissing: "note_missing"
    case .alreadyDecided: "already_decided"
    }
  }

  public var description: String {
    switch self {
    case .sessionNotOpen(let date, let state):
      "the session of \(date) is \(state?.rawValue ?? "not planned"); decisions are taken while it "
        + "is open: " + (state == .closed ? "take it to the next session" : "`yaosu session open`")
    case .unknown(let what, let code, let known):
      "there is no \(what) \(code)"
        + (known.isEmpty ? "" : "; known are \(known.joined(separator: ", "))")
    case .quotaShort(let lot, let needed, let free):
      "\(lot) has \(free) free, \(needed) is needed; adjust the quota first, or decide less"
    case .parcelTaken(let parcel, let needed, let free, let offers):
      "parcel \(parcel) has \(free) mu free, \(needed) mu is needed; "
        + (offers.isEmpty
          ? "ask for less"
          : "offers \(offers.map(String.init).joined(separator: ", ")) hold it: "
            + "release or withdraw one first")
    case .ruleNotMet(let request, let refusals):
      refusals.map {
        "\(request) and parcel \($0.resource) fail rule \($0.rule): \($0.needed) against \($0.found)"
      }.joined(separator: "; ") + Self.remedy(refusals)
    case .alreadyServed(let request, let offer, let state):
      "request \(request) has offer \(offer), \(state); answer or withdraw it first"
    case .sameCounty(let from, let to):
      "\(from) and \(to) are of one county; a transfer is between two"
    case .differentKinds(let from, let to):
      "\(from) and \(to) are of different kinds; a transfer keeps the kind"
    case .quotaNotValid(let lot, let date):
      "\(lot) is no quota that is valid on \(date): see report.land_quota"
    case .deadlinePast(let day, let session):
      "\(day) is before the session of \(session); name a day from then on"
    case .noteMissing(let reason):
      "reason \(reason) needs a note that says which"
    case .alreadyDecided(let conclusion):
      "the session has decided just this already"
        + (conclusion.map { ", as conclusion \($0)" } ?? "") + "; nothing was changed"
    }
  }

  private static func remedy(_ refusals: [RoundProblem.Refusal]) -> String {
    let rules = Set(refusals.map(\.rule))
    if rules.isSubset(of: ["investment", "tax"]) { return "; waive the threshold first" }
    if rules == ["declined"] { return "; lift the decline first" }
    if rules == ["held"] { return "; decide on the hold first" }
    return "; choose another parcel"
  }
}
