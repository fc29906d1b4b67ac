import Matching
import Postgres

/// Who gets which institution post when several terms end on one day: a small stable round.
///
/// Each talent lists posts, the promised one last unless listed before. A post takes those to whom it is promised
/// before all others, then the better reviewed, then whoever wishes for it more, then by lottery. So
/// nobody loses a promise, and nobody would rather have a post that goes to somebody after them.
struct Settlement: Sendable {
  /// One talent's wish for one post.
  struct Wish: Hashable, Sendable {
    let placement: Int
    /// From 1.
    let position: Int
    let post: String
    let isOwn: Bool
    let reviewPoints: Int
    let lottery: UInt64

    /// The order in which a post takes those who wish for it.
    var priority: (Int, Int, Int, UInt64) {
      (isOwn ? 0 : 1, -reviewPoints, position, lottery)
    }
  }

  let wishes: [Wish]
  /// What each post can take: the talents' own promises and the headcount that is free.
  let quotas: [String: Int]

  /// - Parameters:
  ///   - free: headcount neither occupied nor promised, by post, in every month ahead.
  ///   - seed: of the lottery.
  init(of placements: [Placement], free: [String: Int], seed: String) {
    wishes = placements.flatMap { placement in
      Self.wishedPosts(placement).enumerated().map { index, post in
        Wish(
          placement: placement.placementID, position: index + 1, post: post,
          isOwn: post == placement.institutionPost, reviewPoints: placement.reviewPoints,
          lottery: Lottery.number(seed: seed, subject: placement.talent))
      }
    }
    let own = Dictionary(grouping: placements, by: \.institutionPost).mapValues(\.count)
    quotas = Dictionary(
      uniqueKeysWithValues: Set(wishes.map(\.post)).map { post in
        (post, max(0, free[post] ?? 0) + (own[post] ?? 0))
      })
  }

  /// The posts that talents may get.
  static func posts(of placements: [Placement]) -> [String] {
    Set(placements.flatMap(wishedPosts)).sorted(byText: { $0 })
  }

  /// As wished for; whoever does not name the promised post falls back on it.
  private static func wishedPosts(_ placement: Placement) -> [String] {
    let own = placement.institutionPost
    return placement.wishes.contains(own) ? placement.wishes : placement.wishes + [own]
  }

  /// The wishes that come true, one a talent.
  ///
  /// - Throws: `StableProblemError`, which the construction leaves no cause for.
  func granted() throws -> [Wish] {
    let posts = quotas.keys.sorted(byText: { $0 })
    let byPlacement = Dictionary(grouping: wishes, by: \.placement)
    let talents = byPlacement.keys.sorted()
    let postNumbers = Dictionary(uniqueKeysWithValues: zip(posts, posts.indices))
    let talentNumbers = Dictionary(uniqueKeysWithValues: zip(talents, talents.indices))
    var builder = StableProblem.Builder()
    for post in posts {
      let wanting = wishes.filter { $0.post == post }.sorted { $0.priority < $1.priority }
      builder.addHospital(
        quota: quotas[post] ?? 0, lottery: 0,
        list: wanting.enumerated().compactMap { tier, wish in
          talentNumbers[wish.placement].map { .init(party: $0, tier: tier) }
        })
    }
    for talent in talents {
      let own = byPlacement[talent] ?? []
      builder.addResident(
        lottery: own.first?.lottery ?? 0,
        list: own.compactMap { wish in
          postNumbers[wish.post].map { .init(party: $0, tier: wish.position) }
        })
    }
    let choices = Engine.solve(try builder.build()).choices
    return zip(talents, choices).compactMap { talent, choice in
      let own = byPlacement[talent] ?? []
      return own.indices.contains(Int(choice)) ? own[Int(choice)] : nil
    }
  }
}
