/// A designation problem in an order that its content alone decides, and the way back.
///
/// Groups and resources are sorted by lottery number, members by group and then lottery number;
/// equal numbers keep the order of input. Solving in this order makes the answer independent of the
/// order of input.
struct CanonicalDesignation: Sendable {
  let problem: DesignationProblem
  /// The original group at each place.
  let groups: [Int32]
  /// The original resource at each place.
  let resources: [Int32]
  /// The original member at each place.
  let members: [Int32]
  /// Members of group g are `memberStart[g] ..< memberStart[g + 1]`.
  let memberStart: [Int]

  /// - Complexity: O(n log n) in groups, resources and members, plus the scores.
  init(_ original: DesignationProblem) {
    groups = CanonicalDesignation.order(original.lottery?.groups, original.groupCount)
    resources = CanonicalDesignation.order(original.lottery?.resources, original.resourceCount)
    let groupPlace = CanonicalDesignation.places(groups)
    let drawn = CanonicalDesignation.order(original.lottery?.members, original.memberCount)
    var start = [Int](repeating: 0, count: original.groupCount + 1)
    for group in original.memberGroups { start[groupPlace[Int(group)] + 1] += 1 }
    for group in 0..<original.groupCount { start[group + 1] += start[group] }
    var next = start
    var order = [Int32](repeating: 0, count: drawn.count)
    for member in drawn {
      let place = groupPlace[Int(original.memberGroups[Int(member)])]
      order[next[place]] = member
      next[place] += 1
    }
    members = order
    memberStart = start
    problem = original.rearranged(
      groups: groups, resources: resources, members: order, groupPlace: groupPlace)
  }

  private static func order(_ lottery: [UInt64]?, _ count: Int) -> [Int32] {
    let identity = (0..<count).map { Int32($0) }
    guard let lottery else { return identity }
    return identity.sorted { (lottery[Int($0)], $0) < (lottery[Int($1)], $1) }
  }

  private static func places(_ order: [Int32]) -> [Int] {
    var places = [Int](repeating: 0, count: order.count)
    for (place, index) in order.enumerated() { places[Int(index)] = place }
    return places
  }
}

extension DesignationProblem {
  fileprivate func rearranged(
    groups: [Int32], resources: [Int32], members: [Int32], groupPlace: [Int]
  ) -> DesignationProblem {
    func rows(_ order: [Int32], _ scores: [Int64]) -> [Int64] {
      var result: [Int64] = []
      result.reserveCapacity(scores.count)
      for row in order {
        let start = Int(row) * resourceCount
        for resource in resources { result.append(scores[start + Int(resource)]) }
      }
      return result
    }
    return DesignationProblem(
      groupLimits: resources.map { groupLimits[Int($0)] },
      capacities: resources.map { capacities[Int($0)] },
      pairScores: rows(groups, pairScores),
      memberGroups: members.map { Int32(groupPlace[Int(memberGroups[Int($0)])]) },
      memberAmounts: members.map { memberAmounts[Int($0)] },
      memberScores: rows(members, memberScores), groupCount: groupCount)
  }
}

extension CanonicalDesignation {
  /// The pairs of a designation in original order.
  func originalPairs(_ pairs: [ResourcePair]) -> [DesignationSolution.Pair] {
    var result = [DesignationSolution.Pair](
      repeating: .init(first: 0, second: 0), count: pairs.count)
    for (place, pair) in pairs.enumerated() {
      let swaps =
        problem.pairScore(group: place, resource: Int(pair.high))
        > problem.pairScore(group: place, resource: Int(pair.low))
      let (first, second) = swaps ? (pair.high, pair.low) : (pair.low, pair.high)
      result[Int(groups[place])] = DesignationSolution.Pair(
        first: resources[Int(first)], second: resources[Int(second)])
    }
    return result
  }

  /// The members' resources in original order.
  func originalChoices(_ choices: [Int32]) -> [Int32] {
    var result = [Int32](repeating: -1, count: choices.count)
    for (place, choice) in choices.enumerated() where choice >= 0 {
      result[Int(members[place])] = resources[Int(choice)]
    }
    return result
  }

  /// The prices in original order.
  func originalCertificate(_ certificate: DesignationCertificate) -> DesignationCertificate {
    DesignationCertificate(
      scale: certificate.scale, capacityPrices: perResource(certificate.capacityPrices),
      placePrices: perResource(certificate.placePrices),
      pairPrices: rows(certificate.pairPrices, groups))
  }

  /// The prices of a packing certificate in original order.
  func originalPacking(
    _ certificate: DesignationPackingCertificate
  ) -> DesignationPackingCertificate {
    DesignationPackingCertificate(
      scale: certificate.scale, pairPrices: rows(certificate.pairPrices, groups),
      memberPrices: rows(certificate.memberPrices, members))
  }

  private func perResource(_ values: some Sequence<Int64>) -> [Int64] {
    var result = [Int64](repeating: 0, count: resources.count)
    for (place, value) in values.enumerated() { result[Int(resources[place])] = value }
    return result
  }

  /// Rows of one value a resource, from canonical to original order.
  private func rows(_ values: [Int64], _ order: [Int32]) -> [Int64] {
    var result = [Int64](repeating: 0, count: values.count)
    for (place, row) in order.enumerated() {
      let start = place * resources.count
      for (column, resource) in resources.enumerated() {
        result[Int(row) * resources.count + Int(resource)] = values[start + column]
      }
    }
    return result
  }
}
