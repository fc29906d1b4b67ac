import Foundation

/// Why a request got nothing, and what would have won.
public struct Unserved: Sendable {
  /// The codes of contract §5.
  public enum Reason: String, CaseIterable, Codable, Sendable {
    case noOption = "no_option"
    case outbid, quota, capacity, declined, unstable
  }

  /// The request, counted from 0 in the round.
  public let request: Int
  public let reason: Reason
  /// The row that stood in the way, by name.
  public let row: String?
  public let smallestChange: SmallestChange
  /// The explanation, by language.
  public let explanation: [Language: String]
}

/// The least that would have changed the answer: each entry alone would have won. Empty where
/// nothing of the request's own would.
public struct SmallestChange: Hashable, Codable, Sendable {
  /// A higher score for an option that exists.
  public struct ScoreChange: Hashable, Codable, Sendable {
    public let resource: String
    public let score: Int64
    /// With this score the option wins, whatever the lottery says. Where the round's answer is proved
    /// by prices alone a lower one does not; elsewhere an exchange proves that this one does.
    public let needed: Int64
  }

  /// The smallest change of one figure of the request that would have won.
  public struct RuleChange: Hashable, Codable, Sendable {
    public let rule: String
    public let resource: String
    public let from: String
    public let to: String
    /// The score that the winning option would then have.
    public let score: Int64
    /// A score from which that option wins; `nil` where the change is proved by solving again, which
    /// tells that `score` wins, and not which lower one would.
    public let needed: Int64?
    /// The nearest value that was tried and does not win, where the search ended before it met `to`.
    public var fails: String?
    /// How far the figure moves, with its sign, in the rule's own step; `nil` where it has none.
    public var difference: String?
    /// Whether no smaller change of the figure wins in a what-if on the round's answer. `false` where one
    /// step less was tried and does not win, but not every other smaller change; `nil` where nobody has tried.
    public var isLeast: Bool?
  }

  /// The option that lacks the fewest points, if the request has options.
  public let score: ScoreChange?
  /// For each figure that the enterprise can change, the smallest change that would have won.
  public let figures: [RuleChange]

  /// Reads what ``json`` wrote.
  public init?(json: String) {
    guard let change = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else {
      return nil
    }
    self = change
  }

  public init(score: ScoreChange?, figures: [RuleChange]) {
    self.score = score
    self.figures = figures
  }

  /// The change as JSON with sorted keys.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
