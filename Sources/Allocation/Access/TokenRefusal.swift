public import Postgres

/// Why a token is not issued or revoked, and what would help.
public enum TokenRefusal: Error, Hashable, Sendable {
  case unknownDepartment(String, near: [String])
  /// The department is at work in several prefectures; a token is for one of them.
  case severalPlaces(String, known: [String])
  case unknownPlace(String, known: [String])
  /// Institutions of one name in two prefectures are two institutions.
  case everywhere(String, known: [String])
  case expired(DateOnly)
  case unknownToken(Int)
  case revoked(Int)
  /// Unknown, expired or revoked; with the token's beginning.
  case notValid(String)
}

extension TokenRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownDepartment(let code, let near):
      "there is no department \(code)"
        + (near.isEmpty
          ? ": counties, banks, universities and institutions come with their registry rows"
          : "; did you mean \(near.joined(separator: ", "))?")
    case .severalPlaces(let code, let known):
      "\(code) is at work in \(known.joined(separator: ", ")): name one with --jurisdiction, "
        + "or all of them with --jurisdiction all"
    case .unknownPlace(let place, let known):
      "“\(place)” is no prefecture of this department; known are "
        + (known.isEmpty ? "none yet" : known.joined(separator: ", "))
    case .everywhere(let code, let known):
      "\(code) in \(known.joined(separator: " and ")) need not be the same institution: "
        + "name one with --jurisdiction"
    case .expired(let day): "\(day) has passed: --expires needs a day to come"
    case .unknownToken(let id): "there is no token \(id): see `yaosu token list`"
    case .notValid(let hint): "the token \(hint) is unknown, expired or revoked"
    case .revoked(let id): "token \(id) is revoked already"
    }
  }
}
