public import Postgres

/// What somebody reports of a match. The bank decides; the service records.
public enum MatchStep: Hashable, Sendable {
  /// The bank has seen the recommendation.
  case acknowledge
  /// The bank examines the enterprise.
  case beginDueDiligence
  /// The bank approves the whole amount.
  case approve
  /// The bank approves less, in 万元; the rest of what the offer held is free again.
  case reduce(toWan: Int64)
  /// The bank declines, with a code of `allocation.answer_code` and a note where the code needs one.
  case decline(code: String, note: String?)
  /// The bank and the enterprise sign at a rate, % a year.
  case sign(ratePct: Numeric)
  /// The bank pays out.
  case draw
  /// The enterprise has paid back.
  case repay
  /// The enterprise does not go on after the bank's approval.
  case abandon(note: String?)
  /// The office or the enterprise takes a recommendation back before the bank has decided.
  case withdraw(note: String?)

  /// The state that the step leads to.
  public var state: MatchState {
    switch self {
    case .acknowledge: .acknowledged
    case .beginDueDiligence: .dueDiligence
    case .approve: .approved
    case .reduce: .reduced
    case .decline: .declined
    case .sign: .signed
    case .draw: .drawn
    case .repay: .repaid
    case .abandon: .abandoned
    case .withdraw: .withdrawn
    }
  }

  /// Whether the step waits until each bank has decided on its share.
  var needsWholeOffer: Bool {
    switch self {
    case .sign, .abandon: true
    default: false
    }
  }

  var note: String? {
    switch self {
    case .decline(_, let note), .abandon(let note), .withdraw(let note): note
    default: nil
    }
  }
}

/// The states of a match; where each leads is data (`finance.match_arrow`).
public enum MatchState: String, CaseIterable, Codable, Sendable {
  case offered, acknowledged
  case dueDiligence = "due_diligence"
  case approved, reduced, declined, expired, withdrawn, signed, drawn, abandoned, repaid, renewed
}

/// Why a step cannot be recorded.
public enum MatchError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No match of that request with that bank goes on.
  case notFound(request: String, bank: String)
  /// The match is in a state from which the step does not lead on.
  case noArrow(from: MatchState, to: MatchState)
  /// A reduced amount is between 1 and what was asked, exclusive.
  case amount(wan: Int64, offeredWan: Int64)
  /// There is no such code.
  case unknownCode(String, known: [String])
  /// A rate is above 0 and at most 100, with two decimals.
  case rate(Numeric)
  /// A rate is at most what the enterprise accepts.
  case aboveCeiling(Numeric, ceiling: Numeric)
  /// The loan is shared, and the other bank has not yet decided on its share.
  case awaitsShare(bank: String)
  /// The step is dated before the one it follows.
  case tooEarly(DateOnly, after: DateOnly)

  public var description: String {
    switch self {
    case .notFound(let request, let bank):
      "no match of request \(request) with bank \(bank) is under way"
    case .noArrow(let from, let to):
      "the match is \(from.rawValue); it cannot become \(to.rawValue) from there"
    case .amount(let wan, let offered):
      "a reduced amount lies between 1 and \(max(1, offered - 1)) (10,000 yuan), not \(wan)"
    case .unknownCode(let code, let known):
      "there is no reason code “\(code)”; known are \(known.joined(separator: ", "))"
    case .aboveCeiling(let rate, let ceiling):
      "\(rate) % is above the \(ceiling) % that the enterprise accepts: check the rate, or correct the "
        + "request first"
    case .rate(let rate): "a rate is above 0 and at most 100 %, with two decimals, not \(rate)"
    case .awaitsShare(let bank):
      "the loan is shared, and \(bank) waits for the other bank to decide on its share"
    case .tooEarly(let day, let after):
      "the step is dated \(day), before the one it follows (\(after))"
    }
  }
}
