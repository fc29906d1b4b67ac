public import Postgres

/// A talent's way from hire to where they settle.
public struct Placement: Hashable, Decodable, Sendable {
  /// The states; where each leads is data (`rotation.placement_arrow`).
  public enum State: String, CaseIterable, Codable, Sendable {
    case offered, recruited, placed
    case termEnding = "term_ending"
    case chosen, settled, left, lapsed
  }

  /// What a talent chooses at the term's end.
  public enum Choice: String, CaseIterable, Codable, Sendable {
    /// With the host: the post is freed.
    case stay
    /// An institution post, the promised one or a better-liked one.
    case institutionPost = "institution_post"
    /// Longer at the host; the promise is kept.
    case extend
    case leave
  }

  /// How an interim review ends.
  public enum Grade: String, CaseIterable, Codable, Sendable {
    case excellent, qualified, unqualified
  }

  public let placementID: Int
  public let jurisdiction: String
  /// The talent's code.
  public let talent: String
  /// The talent's major, which an institution post has to take.
  public let major: String
  /// Where the talent works now.
  public let hostPost: String
  /// Since when, or from when on.
  public let hostSince: DateOnly
  /// The post whose headcount is kept for the talent's return.
  public let institutionPost: String
  public let startsOn: DateOnly
  /// The first day that is no longer part of the term.
  public let endsOn: DateOnly
  public let state: State
  public let stateOn: DateOnly
  public let choice: Choice?
  /// Institution posts wished for at the term's end, the most welcome first.
  public let wishes: [String]
  /// The new end of a term that will be extended.
  public let extendedTo: DateOnly?
  /// Where the talent has settled, if at an institution.
  public let settledPost: String?
  /// Excellent 2, qualified 1, unqualified −1, added up.
  public let reviewPoints: Int
  /// Reviews that have come into sight so far, held or not.
  public let reviewsPlanned: Int
  /// When the last of them is due.
  public let lastReviewDue: DateOnly?
}

/// What dates alone do to a placement.
struct PlacementStep: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// The talent begins at the host.
    case begin
    /// The choice is open.
    case termEnding
    /// What was chosen comes true.
    case endTerm
  }

  let kind: Kind
  /// The day that brings the step about, whenever a night notices it.
  let on: DateOnly
}

/// The clocks of placements, from the policy.
struct PlacementClocks: Sendable {
  /// Months between reviews.
  let review: Int
  /// Days before a review is due by which somebody is reminded.
  let reviewNotice: Int
  /// Days before the term's end from which the talent may choose.
  let termEnding: Int
  /// Months of a placement at most, extensions included.
  let longest: Int

  /// - Throws: ``PolicyError``.
  init(_ policy: Policy) throws {
    review = max(1, try policy.count("rotation.clock.review"))
    reviewNotice = try policy.count("rotation.clock.review_notice")
    termEnding = try policy.count("rotation.clock.term_ending")
    longest = try RotationLimits(policy).months.upperBound
  }

  /// The next step that a date brings; `nil` where none does.
  func next(_ placement: Placement) -> PlacementStep? {
    switch placement.state {
    case .recruited:
      PlacementStep(kind: .begin, on: max(placement.startsOn, placement.stateOn))
    case .placed:
      PlacementStep(kind: .termEnding, on: max(choiceOpens(placement), placement.stateOn))
    case .termEnding, .chosen:
      PlacementStep(kind: .endTerm, on: max(placement.endsOn, placement.stateOn))
    case .offered, .settled, .left, .lapsed: nil
    }
  }

  /// From when the talent may choose.
  func choiceOpens(_ placement: Placement) -> DateOnly {
    placement.endsOn.adding(days: -termEnding)
  }

  /// The reviews that come into sight by a date and are not planned yet, by number. What is planned
  /// stays, whatever policy comes into force later.
  func reviews(of placement: Placement, by date: DateOnly) -> [(number: Int, dueOn: DateOnly)] {
    guard [.placed, .termEnding, .chosen].contains(placement.state) else { return [] }
    let coming = reviewDays(of: placement).prefix { $0.adding(days: -reviewNotice) <= date }
    return coming.enumerated().map { (placement.reviewsPlanned + $0.offset + 1, $0.element) }
  }

  /// The days of the reviews that are not planned yet: each so many months from the term's first day.
  func reviewDays(of placement: Placement) -> [DateOnly] {
    let planned = placement.lastReviewDue ?? placement.startsOn
    return stride(from: review, through: max(review, longest), by: review)
      .map { placement.startsOn.adding(months: $0) }
      .filter { planned < $0 && $0 < placement.endsOn }
  }
}
