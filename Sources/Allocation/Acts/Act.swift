public import Postgres

/// What takes two persons: the kinds of `allocation.act_kind`.
public enum ActKind: String, CaseIterable, Sendable {
  case publishRound = "publish_round"
  case putPolicyInForce = "put_policy_in_force"
  case allocateLand = "allocate_land"
  case changeBanks = "change_banks"
}

/// An act as somebody asks for it.
public struct ActWish: Sendable {
  public let kind: ActKind
  /// What it is about: a round's number, a policy's version, a request, a chain.
  public let subject: String
  /// The prefecture's code; `nil` for what holds in all of them.
  public let jurisdiction: String?
  /// What is to be done, one JSON object.
  public let content: JSONText
  /// What approving it does.
  public let effect: ActEffect
  public let note: String?
}

/// An act on record, as far as a decision on it needs.
public struct Act: Hashable, Sendable {
  public enum State: String, CaseIterable, Sendable { case asked, approved, refused, withdrawn }

  public let id: Int
  public let kind: ActKind
  public let subject: String
  public let jurisdiction: String?
  public let content: JSONText
  /// SHA-256 of what is to be done, in hexadecimal.
  public let digest: String
  public let state: State
  public let askedBy: String
  /// The person who asked.
  public let person: String
  /// The audit event that wrote it.
  public let version: String
}

/// Why an act is not asked for or not decided.
public enum ActRefusal: Error, Hashable, Sendable {
  /// The caller's token names no person.
  case nobody
  /// Not for the caller's department to ask for or to decide.
  case forbidden
  /// Whoever asked cannot decide, and only they can take back.
  case samePerson
  case otherPerson
  /// The content is not what the digest says.
  case digest
  /// A row that an override names is not as it was when it was asked for, or nobody knows how it was.
  case changed
  /// It was decided already, or its subject was.
  case done(Act.State)
  /// Somebody has asked for it already.
  case open
  /// A policy cannot come into force so.
  case start(PolicyStartFault)
  case unknown
}

extension ActRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .nobody: "the token names nobody: have one issued with `yaosu token create --person`"
    case .forbidden: "not for this department or role: a clerk or owner asks, an approver approves"
    case .samePerson: "nobody approves what they have asked for: another person has to"
    case .otherPerson: "only whoever asked takes it back"
    case .digest: "the content is not what the digest says"
    case .changed:
      "a row that it names has changed since it was asked for, or it was asked for before versions "
        + "were kept: it has to be taken back and asked for anew"
    case .done(let state): "it is \(state.rawValue) already"
    case .open: "somebody has asked for it already, and it waits to be decided: see GET /v1/acts"
    case .start(let fault): "the policy cannot come into force so: \(fault.rawValue)"
    case .unknown: "there is nothing of that name"
    }
  }
}

/// Why a draft cannot come into force on a day.
public enum PolicyStartFault: String, Error, Sendable {
  case notDraft = "not_draft"
  case backDated = "back_dated"
  case overlap
  case computed
}
