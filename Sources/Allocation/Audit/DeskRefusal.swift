/// Why a desk does not record something: the kind of ground, for programs, and a sentence for people
/// in both languages that says what stands in the way and what would help. `description` is the
/// English one.
public protocol DeskRefusal: Error, CustomStringConvertible {
  var ground: RefusalGround { get }
  var chinese: String { get }
}

extension DeskRefusal {
  public func text(_ language: Language) -> String {
    language == .chinese ? chinese : description
  }
}

/// What kind of ground a desk refuses on.
public enum RefusalGround: Hashable, Sendable {
  /// What the entry is about is not there.
  case unknown
  /// One of the entry's values is wrong, or names what is not there.
  case value(Value)
  /// The state does not lead there.
  case state
  /// Another party has to say so.
  case party
  /// It is too late.
  case deadline
  /// It is too early.
  case tooEarly
  /// There is no such reason, or one is missing.
  case code
  /// A quota, a line, a seat or a headcount does not bear it.
  case capacity
  /// A rule of the mechanism is not met.
  case rule
  /// It goes step by step elsewhere.
  case stepwise
  /// It is on record already.
  case exists
  /// Somebody else was faster.
  case overtaken

  /// The value of an entry that is wrong, named as departments' systems name it.
  public enum Value: String, Sendable {
    case amount = "amount_wan"
    case rate = "rate_pct"
    case months
    case startsOn = "starts_on"
    case year
    case hostPost = "host_post"
    case institutionPost = "institution_post"
    case wishes
    case talent
    case lead, partner
    case attending
    case request, parcel, department, reason, note, result, until, due
    case to
    case heldOn = "held_on"
    case sessionOn = "session_on"
    case party, choices
    case uscc, expert, university, evidence
    case chain
    case publishedOn = "published_on"
  }
}
