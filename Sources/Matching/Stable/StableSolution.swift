/// How a stable matching is to be found.
public struct StableOptions: Sendable {
  /// The side for which the result is best among stable matchings (ties fallen by lottery).
  public enum Proposer: String, Sendable {
    case residents
    case hospitals
  }

  /// Who proposes.
  public var proposer: Proposer
  /// Whether ties are used to match more residents than falling them by lottery does. The matching
  /// is then still without blocking pairs, but best for neither side. Caps are not supported here:
  /// with caps it has no effect.
  public var matchesMore: Bool

  public init(proposer: Proposer = .residents, matchesMore: Bool = false) {
    self.proposer = proposer
    self.matchesMore = matchesMore
  }
}

/// A matching without blocking pairs.
public struct StableSolution: Sendable {
  /// For each resident a position in its own list, counted from 0, or −1.
  public let choices: [Int32]
  public let status: Solution.Status
  /// The algorithm that ran, for people and reports.
  public let algorithm: String
  /// How well residents did: place 1 is the best tier of a list.
  public let residentRanks: RankStatistics
  /// How well hospitals did, over all matched residents.
  public let hospitalRanks: RankStatistics

  /// The number of matched residents.
  public var assigned: Int { residentRanks.count }
}

/// How many got their first, second, … place; places are tiers of a list, counted from 1 without
/// gaps.
public struct RankStatistics: Hashable, Sendable {
  /// The number of matches at place i + 1.
  public private(set) var countByPlace: [Int] = []

  /// The number of matches.
  public var count: Int { countByPlace.reduce(0, +) }
  /// The sum of all places.
  public var sum: Int { countByPlace.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element } }
  /// The mean place, `nil` where nothing is matched.
  public var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

  mutating func add(place: Int) {
    while countByPlace.count < place { countByPlace.append(0) }
    countByPlace[place - 1] += 1
  }
}
