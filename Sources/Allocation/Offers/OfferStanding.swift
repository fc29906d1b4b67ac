public import Postgres

/// An offer as it stands, for whoever answers it.
public struct OfferStanding: Hashable, Decodable, Sendable {
  public enum State: String, CaseIterable, Decodable, Sendable {
    case offered, accepted, declined, expired, withdrawn, released
  }

  public let offerID: Int
  public let mechanism: MechanismName
  /// The department that has to answer; `nil` for the office itself.
  public let department: String?
  public let request: String
  public let resource: String
  public let state: State
  /// The last day on which it may be answered.
  public let dueOn: DateOnly

  /// Judges an answer: a pure function, with the codes that the mechanism knows.
  ///
  /// The department that was asked accepts, declines and releases; the office may release too, and
  /// it alone withdraws. An offer without a department is the office's own.
  ///
  /// - Throws: ``OfferRefusal``, the first that applies: stepwise, state, party, deadline, code.
  func judge(_ answer: OfferAnswer, codes: [String]) throws(OfferRefusal) {
    if isStepwise(answer.kind) { throw .stepwise(self, answer.kind) }
    guard state == answer.kind.arrow.from else { throw .state(self, answer.kind) }
    guard parties(to: answer.kind).contains(answer.department) else {
      throw .party(self, answer.kind, by: answer.department, right: parties(to: answer.kind))
    }
    if state == .offered, answer.kind != .withdraw, answer.date > dueOn {
      throw .deadline(self, on: answer.date)
    }
    if answer.kind.needsCode {
      guard let code = answer.code, codes.contains(code) else {
        throw .code(answer.code, known: codes)
      }
    } else if let code = answer.code {
      throw .superfluousCode(code, answer.kind)
    }
  }

  /// Whether the answer is told elsewhere, with what belongs to it: a bank's decision, the end of a
  /// placement.
  private func isStepwise(_ kind: OfferAnswer.Kind) -> Bool {
    switch mechanism {
    case .finance: kind != .withdraw
    case .rotation: kind == .release
    case .land, .techvp, .housing: false
    }
  }

  private func parties(to kind: OfferAnswer.Kind) -> [String] {
    let asked = department ?? OfferAnswer.office
    switch kind {
    case .accept, .decline: return [asked]
    case .release: return asked == OfferAnswer.office ? [asked] : [asked, OfferAnswer.office]
    case .withdraw: return [OfferAnswer.office]
    }
  }
}
