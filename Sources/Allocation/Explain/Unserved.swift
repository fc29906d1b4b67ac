import Foundation

/// Why a request got nothing, and what would have won.
public struct Unserved: Sendable {
  /// The codes of contract §5.
  public enum Reason: String, Codable, Sendable {
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

/// The least that would have changed the answer. Empty where nothing of the request's own would.
public struct SmallestChange: Hashable, Codable, Sendable {
  /// A higher score for an option that exists.
  public struct ScoreChange: Hashable, Codable, Sendable {
    public let resource: String
    public let score: Int64
    /// With this score the option wins.
    public let needed: Int64
  }

  /// One figure of the request relaxed.
  public struct RuleChange: Hashable, Codable, Sendable {
    public let rule: String
    public let resource: String
    public let from: String
    public let to: String
    /// The score that the option would then have.
    public let score: Int64
    /// What it takes to win; the change wins alone if `score` reaches it.
    public let needed: Int64?

    /// Whether this change alone would have won.
    public var wins: Bool { needed.map { score >= $0 } ?? false }
  }

  public let score: ScoreChange?
  public let rule: RuleChange?

  /// The change as JSON with sorted keys.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
