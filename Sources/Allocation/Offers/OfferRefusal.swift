public import Postgres

/// Why an answer to an offer does not count. Each says what stands in the way and what would help.
public enum OfferRefusal: Error, Hashable, Sendable {
  case unknown(Int)
  case state(OfferStanding, OfferAnswer.Kind)
  case party(OfferStanding, OfferAnswer.Kind, by: String, right: [String])
  case deadline(OfferStanding, on: DateOnly)
  case code(String?, known: [String])
  case superfluousCode(String, OfferAnswer.Kind)
  /// Banks answer step by step; placements end at their own desk.
  case stepwise(OfferStanding, OfferAnswer.Kind)
  /// There is nothing to lift: no decline of the pair is in force.
  case notDeclined(MechanismName, request: String, resource: String)
}

extension OfferRefusal: CustomStringConvertible {
  /// The cause in one word, for programs.
  public var code: String {
    switch self {
    case .unknown: "unknown_offer"
    case .state: "wrong_state"
    case .party: "wrong_party"
    case .deadline: "past_deadline"
    case .code, .superfluousCode: "wrong_code"
    case .stepwise: "stepwise"
    case .notDeclined: "not_declined"
    }
  }

  public var description: String {
    switch self {
    case .unknown(let id):
      "there is no offer \(id): see report.offer"
    case .state(let offer, let kind):
      "offer \(offer.offerID) (\(offer.request) → \(offer.resource)) is \(offer.state.rawValue); "
        + "to \(kind.rawValue) it must be \(kind.arrow.from.rawValue)"
    case .party(let offer, let kind, let department, let right):
      "\(department) may not \(kind.rawValue) offer \(offer.offerID); "
        + "\(right.joined(separator: " or ")) may"
    case .deadline(let offer, let date):
      "offer \(offer.offerID) was to be answered by \(offer.dueOn), and today is \(date); "
        + "the next night expires it and may offer again"
    case .code(let code, let known):
      (code.map { "“\($0)” is no reason" } ?? "a reason is missing")
        + "; give --code with one of \(known.joined(separator: ", "))"
    case .superfluousCode(let code, let kind):
      "to \(kind.rawValue) needs no reason “\(code)”; leave --code out"
    case .stepwise(let offer, _) where offer.mechanism == .rotation:
      "offer \(offer.offerID) is a placement, which ends with a reason and its consequence: "
        + "record it with `yaosu placement end \(offer.request)`"
    case .stepwise(let offer, let kind):
      "offer \(offer.offerID) recommends a loan, which is not to be \(kind.arrow.to.rawValue) in one step: "
        + "record the bank's answer with `yaosu match` (request \(offer.request), "
        + "bank \(offer.resource))"
    case .notDeclined(let mechanism, let request, let resource):
      "no decline of \(mechanism.rawValue) \(request) → \(resource) is in force: "
        + "see report.offer with state declined"
    }
  }
}
