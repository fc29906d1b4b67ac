public import Postgres

/// What an enterprise asks for: a researcher of some fields for some days a month.
public struct ExpertRequest: Hashable, Codable, Sendable {
  public var number: String
  public var uscc: String
  /// The enterprise's name.
  public var enterprise: String
  /// The county of the enterprise.
  public var region: String
  public var fields: [String]
  public var minTitle: Title
  /// Days a month.
  public var daysPerMonth: Int
  public var startOn: DateOnly
  /// Length of the term.
  public var months: Int
}

/// A researcher who may be seconded.
public struct Expert: Hashable, Codable, Sendable {
  public var code: String
  /// The university's ten-digit code.
  public var university: String
  public var title: Title
  public var fields: [String]
  /// Counties the expert would serve in, the most welcome first.
  public var regions: [String]
  public var availableFrom: DateOnly
  /// Days a month.
  public var daysPerMonth: Int
  public var pastProjects: Int
  /// Whether a live offer or a commitment holds the expert already.
  public var isEngaged: Bool
}

/// A university, and how many of its experts it would still send.
public struct University: Hashable, Codable, Sendable {
  public var code: String
  /// Experts it sends at most.
  public var maxExperts: Int
  /// Experts of it that are engaged already.
  public var engaged: Int
}

/// A request and an expert that must not be brought together.
public struct ExpertPair: Hashable, Comparable, Codable, Sendable {
  public var request: String
  public var expert: String

  public init(request: String, expert: String) {
    self.request = request
    self.expert = expert
  }

  public static func < (left: ExpertPair, right: ExpertPair) -> Bool {
    (left.request, left.expert) < (right.request, right.expert)
  }
}

/// A conflict of interest between the enterprise of a request and an expert, with what it rests on.
public struct ExpertConflict: Hashable, Comparable, Codable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    case founded, owned
  }

  public var pair: ExpertPair
  public var kind: Kind
  public var evidence: String
  public var since: DateOnly

  public init(pair: ExpertPair, kind: Kind, evidence: String, since: DateOnly) {
    self.pair = pair
    self.kind = kind
    self.evidence = evidence
    self.since = since
  }

  public static func < (left: ExpertConflict, right: ExpertConflict) -> Bool {
    (left.pair, left.since, left.kind.rawValue, left.evidence)
      < (right.pair, right.since, right.kind.rawValue, right.evidence)
  }
}

/// A rank that one side has filed for the other.
public struct FiledRank: Hashable, Comparable, Codable, Sendable {
  public enum Side: String, Codable, Sendable {
    case enterprise, expert
  }

  public var side: Side
  public var pair: ExpertPair
  /// 1 for the most wanted.
  public var rank: Int

  public init(side: Side, pair: ExpertPair, rank: Int) {
    self.side = side
    self.pair = pair
    self.rank = rank
  }

  public static func < (left: FiledRank, right: FiledRank) -> Bool {
    (left.side.rawValue, left.pair, left.rank) < (right.side.rawValue, right.pair, right.rank)
  }
}

/// Academic and engineering titles. A lecturer and an engineer stand level.
public enum Title: String, CaseIterable, Codable, Sendable {
  case professor
  case associateProfessor = "associate_professor"
  case lecturer
  case engineer

  /// 1 for the lowest.
  public var level: Int {
    switch self {
    case .professor: 3
    case .associateProfessor: 2
    case .lecturer, .engineer: 1
    }
  }

  /// Steps from the lowest title to the highest.
  static let span = 2
}
