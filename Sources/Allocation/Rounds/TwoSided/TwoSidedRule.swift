/// By what rule a round decides where both sides may file ranks.
public enum TwoSidedRule: String, CaseIterable, Codable, Sendable {
  /// No request and resource would both rather have each other; of such matchings the best for
  /// requests.
  case stable
  /// The highest total score, whatever the ranks.
  case optimal
}

extension RoundProblem {
  /// The ranks that the two sides have filed for a pair, 1 the best; `nil` where a side filed none.
  public struct Ranks: Hashable, Sendable {
    /// The resource's place on the request's list.
    public let byRequest: Int?
    /// The request's place on the resource's list.
    public let byResource: Int?

    public init(byRequest: Int? = nil, byResource: Int? = nil) {
      self.byRequest = byRequest
      self.byResource = byResource
    }
  }
}

/// How one side grades a pair: what it has filed comes first, in order of rank; the rest follows by
/// score. Equal grades are a tie, which the lottery breaks.
///
/// Grades compare across resources too, as a cap over several of them needs.
struct Grade: Hashable, Comparable {
  let rank: Int?
  let score: Int64

  /// Whether this grade is the better one.
  static func < (left: Grade, right: Grade) -> Bool {
    switch (left.rank, right.rank) {
    case (let left?, let right?): left < right
    case (.some, nil): true
    case (nil, .some): false
    case (nil, nil): left.score > right.score
    }
  }

  /// Among filed ranks the score does not count.
  init(rank: Int?, score: Int64) {
    self.rank = rank
    self.score = rank == nil ? score : 0
  }
}

extension RoundProblem.Option {
  /// How the request grades the resource.
  var gradeByRequest: Grade { Grade(rank: ranks.byRequest, score: score) }
  /// How the resource grades the request.
  var gradeByResource: Grade { Grade(rank: ranks.byResource, score: score) }
}
