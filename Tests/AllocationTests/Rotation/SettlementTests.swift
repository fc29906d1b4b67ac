import Postgres
import Testing

@testable import Allocation

@Suite("settlement at the term's end")
struct SettlementTests {
  private func placement(
    _ id: Int, own: String, wishes: [String], points: Int = 0
  ) -> Placement {
    let day = RotationFixture.day("2028-12-01")
    return Placement(
      placementID: id, jurisdiction: "341800", talent: "RC-\(id)", major: "0802", hostPost: "RH-1",
      hostSince: day, institutionPost: own, startsOn: RotationFixture.day("2026-12-01"),
      endsOn: day, state: .chosen, stateOn: day, choice: .institutionPost, wishes: wishes,
      extendedTo: nil, settledPost: nil, reviewPoints: points, reviewsPlanned: 0,
      lastReviewDue: nil)
  }

  private func granted(_ placements: [Placement], free: [String: Int] = [:]) throws -> [String] {
    try Settlement(of: placements, free: free, seed: "s").granted()
      .sorted { $0.placement < $1.placement }.map(\.post)
  }

  @Test("Nobody loses the post that was kept, whatever others wish")
  func promise() throws {
    let all = (1...3).map { placement($0, own: "BZ-\($0)", wishes: ["BZ-1"], points: $0) }
    #expect(try granted(all) == ["BZ-1", "BZ-2", "BZ-3"])
  }

  @Test("Whoever wishes for the post that was kept before others gets it")
  func ownFirst() throws {
    let free = ["BZ-9": 1]
    for wishes in [["BZ-1", "BZ-9"], ["BZ-1"], ["BZ-8", "BZ-1", "BZ-9"], []] {
      #expect(
        try granted([placement(1, own: "BZ-1", wishes: wishes, points: 2)], free: free) == ["BZ-1"])
    }
    let later = placement(1, own: "BZ-1", wishes: ["BZ-9", "BZ-1"])
    #expect(try granted([later], free: free) == ["BZ-9"])
  }

  @Test("Two who like each other's post swap")
  func swap() throws {
    #expect(
      try granted([
        placement(1, own: "BZ-1", wishes: ["BZ-2"]), placement(2, own: "BZ-2", wishes: ["BZ-1"]),
      ]) == ["BZ-2", "BZ-1"])
  }

  @Test("A free head goes to the better reviewed, then to whoever wishes more, then by lottery")
  func priority() throws {
    let reviewed = [
      placement(1, own: "BZ-1", wishes: ["BZ-9"], points: 2),
      placement(2, own: "BZ-2", wishes: ["BZ-8", "BZ-9"], points: 3),
    ]
    #expect(try granted(reviewed, free: ["BZ-9": 1]) == ["BZ-1", "BZ-9"])
    let ranked = [
      placement(1, own: "BZ-1", wishes: ["BZ-9"]),
      placement(2, own: "BZ-2", wishes: ["BZ-8", "BZ-9"]),
    ]
    #expect(try granted(ranked, free: ["BZ-9": 1]) == ["BZ-9", "BZ-2"])
    let tied = (1...2).map { placement($0, own: "BZ-\($0)", wishes: ["BZ-9"]) }
    let winner = (1...2).min {
      Lottery.number(seed: "s", subject: "RC-\($0)")
        < Lottery.number(seed: "s", subject: "RC-\($1)")
    }
    #expect(
      try granted(tied, free: ["BZ-9": 1]) == (winner == 1 ? ["BZ-9", "BZ-2"] : ["BZ-1", "BZ-9"]))
    #expect(try granted(tied.reversed(), free: ["BZ-9": 1]) == granted(tied, free: ["BZ-9": 1]))
  }

  @Test(
    "Random settlements: one post each, within quotas, no promise lost, no blocking pair",
    arguments: 0..<30)
  func stable(seed: Int) throws {
    var random = SplitMix(seed: seed)
    let posts = (1...4).map { "BZ-\($0)" }
    let placements = (1...8).map { id in
      placement(
        id, own: posts[Int.random(in: 0..<4, using: &random)],
        wishes: Array(posts.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random))),
        points: Int.random(in: -2...2, using: &random))
    }
    let free = Dictionary(
      uniqueKeysWithValues: posts.map { ($0, Int.random(in: -1...1, using: &random)) })
    let settlement = Settlement(of: placements, free: free, seed: "\(seed)")
    let granted = try settlement.granted()
    #expect(granted.map(\.placement).sorted() == Array(1...8))
    for (post, quota) in settlement.quotas { #expect(granted.count { $0.post == post } <= quota) }
    let got = Dictionary(uniqueKeysWithValues: granted.map { ($0.placement, $0) })
    for placement in placements {
      let own = placement.institutionPost
      let liked = placement.wishes.prefix { $0 != own } + [own]
      #expect(got[placement.placementID].map { liked.contains($0.post) } == true)
    }
    for wish in settlement.wishes {
      guard let own = got[wish.placement], wish.position < own.position else { continue }
      let holders = granted.filter { $0.post == wish.post }
      #expect(holders.count == settlement.quotas[wish.post])
      #expect(holders.allSatisfy { $0.priority < wish.priority })
    }
  }
}
