package import Matching

/// Recomputes what the engine claims from the draft alone, sharing no code with it.
package enum DesignationRecount {
  /// What a designation earns, or `nil` where it breaks a rule.
  package static func objective(_ draft: DesignationDraft, _ solution: DesignationSolution)
    -> Int64?
  {
    guard solution.pairs.count == draft.groups.count,
      solution.choices.count == draft.members.count
    else { return nil }
    var free = draft.resources.map(\.capacity)
    var guests = [Int](repeating: 0, count: free.count)
    var total: Int64 = 0
    for (group, pair) in zip(draft.groups, solution.pairs) {
      guard pair.first != pair.second else { return nil }
      for resource in [Int(pair.first), Int(pair.second)] {
        guest(&guests, resource)
        total += group.pairScores[resource]
      }
    }
    for (member, choice) in zip(draft.members, solution.choices) where choice != -1 {
      let pair = solution.pairs[member.group]
      guard choice == pair.first || choice == pair.second else { return nil }
      guard member.scores[Int(choice)] > 0 else { return nil }
      free[Int(choice)] -= member.amount
      total += member.scores[Int(choice)]
    }
    return free.allSatisfy { $0 >= 0 }
      && guests.indices.allSatisfy { guests[$0] <= draft.limit(of: $0) }
      ? total : nil
  }

  private static func guest(_ guests: inout [Int], _ resource: Int) { guests[resource] += 1 }

  /// The published bound at the certificate's prices, rounded down.
  package static func bound(_ draft: DesignationDraft, _ certificate: DesignationCertificate)
    -> Int64
  {
    let scale = certificate.scale
    var total: Int64 = 0
    for (b, resource) in draft.resources.enumerated() {
      total += certificate.capacityPrices[b] * resource.capacity
      total += certificate.placePrices[b] * Int64(draft.limit(of: b))
    }
    for (g, group) in draft.groups.enumerated() {
      var best = Int64.min
      for b in draft.resources.indices {
        for other in draft.resources.indices where other != b {
          var worth: Int64 = 0
          for r in [b, other] {
            worth += group.pairScores[r] * scale - certificate.placePrices[r]
            worth +=
              certificate.pairPrices[g * draft.resources.count + r] * draft.resources[r].capacity
          }
          for member in draft.members where member.group == g {
            var margin: Int64 = 0
            for r in [b, other] where member.scores[r] > 0 {
              let price =
                certificate.capacityPrices[r]
                + certificate.pairPrices[g * draft.resources.count + r]
              margin = max(margin, member.scores[r] * scale - price * member.amount)
            }
            worth += margin
          }
          best = max(best, worth)
        }
      }
      total += best
    }
    return Int64((Double(total) / Double(scale)).rounded(.down))
  }
}

/// Every designation of a small problem, tried one by one.
package struct DesignationBruteForce {
  private let draft: DesignationDraft
  private var pairs: [(Int, Int)] = []
  private var guests: [Int]
  private var free: [Int64]
  package private(set) var best: Int64?

  package init(_ draft: DesignationDraft) {
    self.draft = draft
    guests = [Int](repeating: 0, count: draft.resources.count)
    free = draft.resources.map(\.capacity)
    choosePair(0)
  }

  private mutating func choosePair(_ earned: Int64) {
    guard pairs.count < draft.groups.count else { return serve(0, earned) }
    let scores = draft.groups[pairs.count].pairScores
    for a in scores.indices {
      for b in scores.indices
      where b > a && guests[a] < draft.limit(of: a) && guests[b] < draft.limit(of: b) {
        guests[a] += 1
        guests[b] += 1
        pairs.append((a, b))
        choosePair(earned + scores[a] + scores[b])
        pairs.removeLast()
        guests[a] -= 1
        guests[b] -= 1
      }
    }
  }

  private mutating func serve(_ member: Int, _ earned: Int64) {
    guard member < draft.members.count else {
      best = max(best ?? earned, earned)
      return
    }
    serve(member + 1, earned)
    let (group, amount) = (draft.members[member].group, draft.members[member].amount)
    for resource in [pairs[group].0, pairs[group].1] {
      let score = draft.members[member].scores[resource]
      guard score > 0, free[resource] >= amount else { continue }
      free[resource] -= amount
      serve(member + 1, earned + score)
      free[resource] += amount
    }
  }
}
