package import Matching

/// A designation problem as plain values, easy to make up, shuffle and read.
package struct DesignationDraft {
  package struct Resource {
    package var capacity: Int64
    /// The most groups of this resource; nil where the common limit holds.
    package var limit: Int?
    package var lottery: UInt64

    package init(capacity: Int64, limit: Int? = nil, lottery: UInt64) {
      (self.capacity, self.limit, self.lottery) = (capacity, limit, lottery)
    }
  }
  package struct Group {
    package var pairScores: [Int64]
    package var lottery: UInt64

    package init(pairScores: [Int64], lottery: UInt64) {
      (self.pairScores, self.lottery) = (pairScores, lottery)
    }
  }
  package struct Member {
    package var group: Int
    package var amount: Int64
    package var scores: [Int64]
    package var lottery: UInt64

    package init(group: Int, amount: Int64, scores: [Int64], lottery: UInt64) {
      (self.group, self.amount) = (group, amount)
      (self.scores, self.lottery) = (scores, lottery)
    }
  }

  package var limit: Int
  package var resources: [Resource] = []
  package var groups: [Group] = []
  package var members: [Member] = []

  package init(
    limit: Int, resources: [Resource] = [], groups: [Group] = [], members: [Member] = []
  ) {
    (self.limit, self.resources) = (limit, resources)
    (self.groups, self.members) = (groups, members)
  }

  /// The most groups that a resource may have.
  package func limit(of resource: Int) -> Int { resources[resource].limit ?? limit }

  package func build() throws -> DesignationProblem {
    var builder = DesignationProblem.Builder(groupLimit: limit)
    for resource in resources {
      builder.addResource(
        capacity: resource.capacity, groupLimit: resource.limit, lottery: resource.lottery)
    }
    for group in groups { builder.addGroup(pairScores: group.pairScores, lottery: group.lottery) }
    for member in members {
      builder.addMember(
        group: member.group, amount: member.amount, scores: member.scores, lottery: member.lottery)
    }
    return try builder.build()
  }
}

extension DesignationDraft {
  /// Few of everything, with ties, refusals, zero amounts and tight capacities; always feasible.
  package static func small(
    seed: Int, groups: Int = 3, resources: Int = 4, members: Int = 6, score: Int = 12
  ) -> DesignationDraft {
    var random = SplitMix(seed: seed)
    let groupCount = random.below(groups) + 1
    let resourceCount = random.below(resources - 1) + 2
    let least = (2 * groupCount + resourceCount - 1) / resourceCount
    var draft = DesignationDraft(limit: least + random.below(2))
    // Fewer groups than the limit cannot fill it, so that room may still lack.
    if resourceCount * min(draft.limit, groupCount) < 2 * groupCount { draft.limit = groupCount }
    for _ in 0..<resourceCount {
      draft.resources.append(Resource(capacity: Int64(random.below(14)), lottery: random.next()))
    }
    let pairScore = random.chance(percent: 20) ? 1 : 2 * score
    for _ in 0..<groupCount {
      let scores = (0..<resourceCount).map { _ in Int64(random.below(pairScore)) }
      draft.groups.append(Group(pairScores: scores, lottery: random.next()))
    }
    for _ in 0..<random.below(members + 1) {
      let scores = (0..<resourceCount).map { _ in
        random.chance(percent: 25) ? 0 : Int64(random.below(score))
      }
      draft.members.append(
        Member(
          group: random.below(groupCount), amount: Int64(random.below(8)), scores: scores,
          lottery: random.next()))
    }
    return draft
  }

  /// A small one whose resources have limits of their own; always feasible.
  package static func uneven(seed: Int) -> DesignationDraft {
    var draft = small(seed: seed, groups: 4)
    var random = SplitMix(seed: seed + 77)
    for resource in draft.resources.indices {
      draft.resources[resource].limit = random.below(draft.groups.count + 1)
    }
    func places() -> Int {
      draft.resources.indices.reduce(0) { $0 + min(draft.limit(of: $1), draft.groups.count) }
    }
    while places() < 2 * draft.groups.count {
      let resource = random.below(draft.resources.count)
      draft.resources[resource].limit = draft.limit(of: resource) + 1
    }
    return draft
  }

  /// As many resources as a province has banks, each with room for a twentieth of a group's members.
  package static func wide(seed: Int) -> DesignationDraft {
    let (groups, resources, members) = (6, 220, 4_200)
    var random = SplitMix(seed: seed)
    var draft = DesignationDraft(limit: 3)
    for _ in 0..<resources {
      draft.resources.append(
        Resource(capacity: Int64(12_000 + random.below(18_000)), lottery: random.next()))
    }
    for _ in 0..<groups {
      let scores = (0..<resources).map { _ in
        Int64(random.chance(percent: 25) ? 1_000 + random.below(20_000) : 0)
      }
      draft.groups.append(Group(pairScores: scores, lottery: random.next()))
    }
    for _ in 0..<members {
      let amount = 10 + random.below(1_500)
      let worth = 3 + random.below(7)
      let scores = (0..<resources).map { _ in
        random.chance(percent: 45) ? 0 : Int64(amount * worth * (20 + random.below(70)) / 100)
      }
      draft.members.append(
        Member(
          group: random.below(groups), amount: Int64(amount), scores: scores,
          lottery: random.next()))
    }
    return draft
  }

  /// Larger than any exhaustive search can do, in the proportions of chains and banks.
  ///
  /// - Parameter unit: what a small amount is, so that capacities are some 60 to 150 of it.
  package static func medium(seed: Int, unit: Int = 10) -> DesignationDraft {
    var random = SplitMix(seed: seed)
    var draft = DesignationDraft(limit: 3)
    for _ in 0..<9 {
      draft.resources.append(
        Resource(capacity: Int64((60 + random.below(90)) * unit), lottery: random.next()))
    }
    for _ in 0..<8 {
      let scores = (0..<9).map { _ in Int64(random.below(5000)) }
      draft.groups.append(Group(pairScores: scores, lottery: random.next()))
    }
    for _ in 0..<70 {
      let scores = (0..<9).map { _ in
        random.chance(percent: 20) ? 0 : Int64(random.below(1000))
      }
      draft.members.append(
        Member(
          group: random.below(8), amount: Int64(unit + random.below(49 * unit)), scores: scores,
          lottery: random.next()))
    }
    return draft
  }

  /// The same problem in another order, with the new place of each group, resource and member.
  package struct Shuffle {
    package var draft: DesignationDraft
    package var groupPlace: [Int]
    package var resourcePlace: [Int]
    package var memberPlace: [Int]
  }

  package func shuffled(using random: inout SplitMix) -> Shuffle {
    let resourceOrder = resources.indices.shuffled(using: &random)
    let groupOrder = groups.indices.shuffled(using: &random)
    let memberOrder = members.indices.shuffled(using: &random)
    func inverse(_ order: [Int]) -> [Int] {
      var place = [Int](repeating: 0, count: order.count)
      for (new, old) in order.enumerated() { place[old] = new }
      return place
    }
    let groupPlace = inverse(groupOrder)
    let moved = DesignationDraft(
      limit: limit, resources: resourceOrder.map { resources[$0] },
      groups: groupOrder.map { old in
        Group(
          pairScores: resourceOrder.map { groups[old].pairScores[$0] }, lottery: groups[old].lottery
        )
      },
      members: memberOrder.map { old in
        let member = members[old]
        return Member(
          group: groupPlace[member.group], amount: member.amount,
          scores: resourceOrder.map { member.scores[$0] }, lottery: member.lottery)
      })
    return Shuffle(
      draft: moved, groupPlace: groupPlace, resourcePlace: inverse(resourceOrder),
      memberPlace: inverse(memberOrder))
  }
}
