public import Postgres

/// What somebody says to an offer.
public struct OfferAnswer: Hashable, Sendable {
  /// The department code of the factor support office itself (要素保障办公室).
  public static let office = "office"

  public enum Kind: String, CaseIterable, Sendable {
    case accept, decline
    /// Gives a commitment back.
    case release
    /// The office takes an offer back before anybody has answered it.
    case withdraw
  }

  public let kind: Kind
  /// The department that answers, by code.
  public let department: String
  /// Why, by a code of `allocation.answer_code`; needed to decline and to release.
  public let code: String?
  public let note: String?
  public let date: DateOnly

  public init(
    _ kind: Kind, by department: String, code: String? = nil, note: String? = nil,
    on date: DateOnly
  ) {
    self.kind = kind
    self.department = department
    self.code = code
    self.note = note
    self.date = date
  }
}

extension OfferAnswer.Kind {
  /// The state that an offer must be in, and the one that it comes to.
  var arrow: (from: OfferStanding.State, to: OfferStanding.State) {
    switch self {
    case .accept: (.offered, .accepted)
    case .decline: (.offered, .declined)
    case .withdraw: (.offered, .withdrawn)
    case .release: (.accepted, .released)
    }
  }

  var needsCode: Bool { self == .decline || self == .release }
}
