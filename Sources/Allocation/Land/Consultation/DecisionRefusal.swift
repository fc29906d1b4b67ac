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
        let (needed, found) = Self.figures(of: $0, in: .english)
        return "\(request) and parcel \($0.resource): \(Self.failure(of: $0).english) "
          + "(\(needed) against \(found))"
      }.joined(separator: "; ") + "; "
        + Self.remedies(refusals).map(\.english).joined(separator: "; ")
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

  /// How a rule's failure is put, in the words of an explanation.
  static func failure(of refusal: RoundProblem.Refusal) -> Glossary.Term {
    LandRule(rawValue: refusal.rule)?.term.failure ?? .init(refusal.rule, refusal.rule)
  }

  static func figures(
    of refusal: RoundProblem.Refusal, in language: Language
  ) -> (needed: String, found: String) {
    (
      FigureText.text(refusal.needed, in: language), FigureText.text(refusal.found, in: language)
    )
  }

  /// What would help, for each rule that a decision or a step can lift; another parcel where one
  /// cannot be.
  static func remedies(
    _ refusals: [RoundProblem.Refusal]
  ) -> [(chinese: String, english: String)] {
    let rules = Set(refusals.compactMap { LandRule(rawValue: $0.rule) })
    var remedies: [(chinese: String, english: String)] = []
    if rules.contains(.closed) {
      remedies.append(
        (
          "该诉求已由会商暂缓或不予安排；要重新安排，先以 defer（until 为本次会商之日）取代，次日起重新参加",
          "a consultation has put it off or refused it: a later decision takes the place of that one, "
            + "so decide “defer” until the day of this session, and from the next day it is open again"
        ))
    }
    if !rules.isDisjoint(with: [.investment, .tax]) {
      remedies.append(("先豁免门槛（waive_threshold）", "waive the threshold first"))
    }
    if rules.contains(.declined) {
      remedies.append(("先解除谢绝（yaosu offer lift）", "lift the decline first (`yaosu offer lift`)"))
    }
    if rules.contains(.held) {
      remedies.append(("先就预留另作决定（hold_parcel）", "decide on the hold first (“hold_parcel”)"))
    }
    if !rules.isDisjoint(with: [.region, .division, .ready, .area]) || remedies.isEmpty {
      remedies.append(("另选地块", "choose another parcel"))
    }
    return remedies
  }
}
