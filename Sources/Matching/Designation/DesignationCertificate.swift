/// Prices that prove a bound on every designation, as exact integers: price = integer / scale.
///
/// The bound is true for any prices that are at least 0, so that nobody need trust how they were
/// found; see ``bound(for:)``.
public struct DesignationCertificate: Hashable, Sendable {
  /// The denominator of all prices, at least 1.
  public let scale: Int64
  /// λ: for each resource the price of a unit of its capacity.
  public let capacityPrices: [Int64]
  /// μ: for each resource the price of one of its places for groups.
  public let placePrices: [Int64]
  /// ν: for each (group, resource) pair, group by group, the price of a unit of the capacity that
  /// the group may use there only if it has the resource.
  public let pairPrices: [Int64]

  public init(
    scale: Int64, capacityPrices: [Int64], placePrices: [Int64], pairPrices: [Int64]
  ) {
    self.scale = scale
    self.capacityPrices = capacityPrices
    self.placePrices = placePrices
    self.pairPrices = pairPrices
  }
}

/// Why a designation certificate proves nothing for a problem.
public enum DesignationCertificateError: Error, Hashable, Sendable {
  /// The scale is below 1.
  case scaleNotPositive(Int64)
  /// The number of prices does not fit the problem.
  case wrongCount(what: String, expected: Int, found: Int)
  /// A price is below 0.
  case negativePrice(what: String, index: Int, price: Int64)
  /// The bound does not fit in 128 bits; honest prices never come near.
  case overflow
}

extension DesignationCertificate {
  /// The bound on every designation of `problem` that these prices prove, in points, rounded down
  /// (objectives are integers).
  ///
  /// This reads the published definition and shares nothing with any algorithm:
  ///
  ///     Σ_b λ_b·capacity_b + Σ_b μ_b·m_b + Σ_g max over pairs {b, b'} of
  ///       (pair_gb − μ_b + ν_gb·capacity_b) + (the same for b')
  ///       + Σ over the members e of g of max(0, the better of score − (λ + ν)·amount at b and b')
  ///
  /// where a resource that refuses a member offers it nothing.
  ///
  /// - Throws: ``DesignationCertificateError`` where the prices are not admissible.
  /// - Complexity: O(members · resources²).
  public func bound(for problem: DesignationProblem) throws(DesignationCertificateError) -> Int128 {
    try checkPrices(problem)
    var sum = CheckedSum()
    for (resource, capacity) in problem.capacities.enumerated() {
      sum.add(capacityPrices[resource], capacity)
      sum.add(placePrices[resource], Int64(problem.groupLimits[resource]))
    }
    var membersOfGroup = [[Int]](repeating: [], count: problem.groupCount)
    for (member, group) in problem.memberGroups.enumerated() {
      membersOfGroup[Int(group)].append(member)
    }
    for (group, members) in membersOfGroup.enumerated() {
      sum.add(bestPair(problem, group, members, &sum))
    }
    guard !sum.didOverflow else { throw .overflow }
    let (quotient, remainder) = sum.value.quotientAndRemainder(dividingBy: Int128(scale))
    return remainder < 0 ? quotient - 1 : quotient
  }

  private func checkPrices(_ problem: DesignationProblem) throws(DesignationCertificateError) {
    guard scale > 0 else { throw .scaleNotPositive(scale) }
    let pairs = problem.groupCount * problem.resourceCount
    for (what, prices, expected) in [
      ("capacity prices", capacityPrices, problem.resourceCount),
      ("place prices", placePrices, problem.resourceCount),
      ("pair prices", pairPrices, pairs),
    ] {
      guard prices.count == expected else {
        throw .wrongCount(what: what, expected: expected, found: prices.count)
      }
      if let index = prices.firstIndex(where: { $0 < 0 }) {
        throw .negativePrice(what: what, index: index, price: prices[index])
      }
    }
  }

  /// The best pair's worth for a group, times the scale.
  private func bestPair(
    _ problem: DesignationProblem, _ group: Int, _ members: [Int], _ sum: inout CheckedSum
  ) -> Int128 {
    let count = problem.resourceCount
    var own = [Int128](repeating: 0, count: count)
    var margins: [[Int128]] = []
    for resource in 0..<count {
      let pair = group * count + resource
      var worth = CheckedSum()
      worth.add(problem.pairScores[pair], scale)
      worth.add(-Int128(placePrices[resource]))
      worth.add(pairPrices[pair], problem.capacities[resource])
      own[resource] = worth.value
      margins.append(members.map { margin(problem, $0, resource, pair, &worth) })
      sum.didOverflow = sum.didOverflow || worth.didOverflow
    }
    var best: Int128?
    for first in 0..<count {
      for second in (first + 1)..<max(count, first + 1) {
        var worth = own[first] + own[second]
        for index in members.indices { worth += max(margins[first][index], margins[second][index]) }
        best = max(best ?? worth, worth)
      }
    }
    return best ?? 0
  }

  /// What a member adds at a resource, times the scale, at least 0.
  private func margin(
    _ problem: DesignationProblem, _ member: Int, _ resource: Int, _ pair: Int,
    _ checked: inout CheckedSum
  ) -> Int128 {
    let score = problem.memberScore(member: member, resource: resource)
    guard score > 0 else { return 0 }
    var worth = CheckedSum()
    worth.add(score, scale)
    let price = Int128(capacityPrices[resource]) + Int128(pairPrices[pair])
    worth.add(-price * Int128(problem.memberAmounts[member]))
    // Margins are added up unchecked, 2³¹ of them at most.
    let isSafe = !worth.didOverflow && worth.value >> 94 <= 0
    checked.didOverflow = checked.didOverflow || !isSafe
    return max(0, worth.value)
  }
}

/// A sum of 128 bits that remembers whether it ever came near overflowing.
private struct CheckedSum {
  private(set) var value: Int128 = 0
  var didOverflow = false

  mutating func add(_ a: Int64, _ b: Int64) { add(Int128(a) * Int128(b)) }

  mutating func add(_ term: Int128) {
    let (sum, overflow) = value.addingReportingOverflow(term)
    value = sum
    if overflow || sum.magnitude >> 120 != 0 { didOverflow = true }
  }
}
