public import Postgres

/// A graduate whom the city would hire: in rotation the talent is the request.
public struct Talent: Hashable, Codable, Sendable {
  public var code: String
  public var degree: Degree
  /// Code of a class of majors (专业类).
  public var major: String
  /// The county the talent comes from; `nil` where it is not told.
  public var homeRegion: String?
  /// Counties the talent would work in, the most welcome first.
  public var regions: [String]
  public var availableFrom: DateOnly
}

/// Seats that an enterprise offers to talents.
public struct HostPost: Hashable, Codable, Sendable {
  public var number: String
  public var uscc: String
  /// The enterprise's name.
  public var enterprise: String
  /// The county of the enterprise.
  public var region: String
  /// Majors that the enterprise's chain wants; empty where it is on no chain.
  public var chainMajors: [String]
  public var majors: [String]
  public var minDegree: Degree
  public var minSeats: Int
  public var maxSeats: Int
  /// Seats that placements and live offers hold, where most of them overlap.
  public var heldSeats: Int
  public var startOn: DateOnly
  /// Length of a placement.
  public var months: Int
}

/// A post of a public institution that is kept for a talent's return.
public struct InstitutionPost: Hashable, Codable, Sendable {
  public var code: String
  public var institution: String
  public var region: String
  public var majors: [String]
  /// Headcount neither occupied nor promised, in the month ahead that has the least of it.
  public var freeHeadcount: Int
}

/// A talent and a host post that must not be brought together again.
public struct TalentHost: Hashable, Comparable, Codable, Sendable {
  public var talent: String
  public var hostPost: String

  public init(talent: String, hostPost: String) {
    self.talent = talent
    self.hostPost = hostPost
  }

  public static func < (left: TalentHost, right: TalentHost) -> Bool {
    (left.talent, left.hostPost) < (right.talent, right.hostPost)
  }
}

/// Academic degrees.
public enum Degree: String, CaseIterable, Codable, Sendable {
  case doctor, master, bachelor

  /// 1 for the lowest.
  public var level: Int {
    switch self {
    case .doctor: 3
    case .master: 2
    case .bachelor: 1
    }
  }

  /// Steps from the lowest degree to the highest.
  static let span = 2
}
