/// Prices that prove a tighter bound on small designation problems, as exact integers.
///
/// Every decision is made twice, by the group and by the resource, and the prices make up for where
/// they differ. The bound is true for any prices, so that nobody need trust how they were found; see
/// ``bound(for:)``.
public struct DesignationPackingCertificate: Hashable, Sendable {
  /// The denominator of all prices, at least 1.
  public let scale: Int64
  /// v: for each (group, resource) pair, group by group, what the resource charges the group.
  public let pairPrices: [Int64]
  /// w: for each (member, resource) pair, member by member, the part of its score that counts for
  /// its group instead of the resource; meaningless where the resource refuses.
  public let memberPrices: [Int64]

  public init(scale: Int64, pairPrices: [Int64], memberPrices: [Int64]) {
    self.scale = scale
    self.pairPrices = pairPrices
    self.memberPrices = memberPrices
  }
}

extension DesignationPackingCertificate {
  /// The bound on every designation of `problem` that these prices prove, in points, rounded down.
  ///
  ///     Σ_g max over pairs {b, b'} of v_gb + v_gb' + Σ_e max(0, w_eb, w_eb')
  ///     + Σ_b max over at most m groups g of Σ_g (pair_gb − v_gb)
  ///           + the best 0/1 packing of their members, at score_eb − w_eb, into capacity_b
  ///
  /// - Throws: ``DesignationCertificateError`` for a wrong number of prices or sums that could
  ///   overflow.
  /// - Complexity: O(members · resources² + members · m · Σ capacities).
  public func bound(for problem: DesignationProblem) throws(DesignationCertificateError) -> Int128 {
    try checkPrices(problem)
    var members = [[Int]](repeating: [], count: problem.groupCount)
    for (member, group) in problem.memberGroups.enumerated() { members[Int(group)].append(member) }
    var total: Int128 = 0
    for group in members.indices { total += bestPair(problem, group, members[group]) }
    for resource in 0..<problem.resourceCount {
      total += Int128(bestPacking(problem, resource, members))
    }
    let (quotient, remainder) = total.quotientAndRemainder(dividingBy: Int128(scale))
    return remainder < 0 ? quotient - 1 : quotient
  }

  private func checkPrices(_ problem: DesignationProblem) throws(DesignationCertificateError) {
    guard scale > 0 else { throw .scaleNotPositive(scale) }
    for (what, count, expected) in [
      ("pair prices", pairPrices.count, problem.pairScores.count),
      ("member prices", memberPrices.count, problem.memberScores.count),
    ] where count != expected {
      throw .wrongCount(what: what, expected: expected, found: count)
    }
    var most: Int128 = 0
    for (score, price) in zip(problem.pairScores, pairPrices) {
      most += (Int128(score) * Int128(scale)).magnitudeValue + Int128(price).magnitudeValue
    }
    for (score, price) in zip(problem.memberScores, memberPrices) {
      most += (Int128(score) * Int128(scale)).magnitudeValue + Int128(price).magnitudeValue
    }
    let widest = problem.capacities.reduce(0, max)
    guard most < 1 << 62, widest < 1 << 24 else { throw .overflow }
  }

  private func bestPair(_ problem: DesignationProblem, _ group: Int, _ members: [Int]) -> Int128 {
    let count = problem.resourceCount
    let own = pairPrices[group * count..<(group + 1) * count].map { Int128($0) }
    let margins = (0..<count).map { resource in
      members.map { member in
        let score = problem.memberScore(member: member, resource: resource)
        return score > 0 ? max(0, memberPrices[member * count + resource]) : 0
      }
    }
    var best: Int128?
    for first in 0..<count {
      for second in (first + 1)..<max(count, first + 1) {
        var worth: Int64 = 0
        for index in members.indices { worth += max(margins[first][index], margins[second][index]) }
        let sum = own[first] + own[second] + Int128(worth)
        best = max(best ?? sum, sum)
      }
    }
    return best ?? 0
  }

  /// The best choice of at most m groups and packing of their members, times the scale.
  private func bestPacking(
    _ problem: DesignationProblem, _ resource: Int, _ members: [[Int]]
  ) -> Int64 {
    let capacity = Int(problem.capacities[resource])
    let limit = min(Int(problem.groupLimits[resource]), problem.groupCount)
    var best = [[Int64]](
      repeating: [Int64](repeating: 0, count: capacity + 1), count: limit + 1)
    for group in members.indices where limit > 0 {
      let pair = group * problem.resourceCount + resource
      let worth = problem.pairScores[pair] * scale - pairPrices[pair]
      let items = members[group].compactMap { item(problem, $0, resource) }
      guard items.reduce(worth, { $0 + $1.profit }) > 0 else { continue }
      for k in (1...limit).reversed() {
        var row = best[k - 1]
        for item in items {
          for c in stride(from: capacity, through: item.amount, by: -1) {
            row[c] = max(row[c], row[c - item.amount] + item.profit)
          }
        }
        for c in 0...capacity { best[k][c] = max(best[k][c], row[c] + worth) }
      }
    }
    return best[limit][capacity]
  }

  /// A member that a resource would gain by serving.
  private func item(
    _ problem: DesignationProblem, _ member: Int, _ resource: Int
  ) -> (amount: Int, profit: Int64)? {
    let score = problem.memberScore(member: member, resource: resource)
    let amount = problem.memberAmounts[member]
    let profit = score * scale - memberPrices[member * problem.resourceCount + resource]
    guard score > 0, profit > 0, amount <= problem.capacities[resource] else { return nil }
    return (Int(amount), profit)
  }
}

extension Int128 {
  fileprivate var magnitudeValue: Int128 { self < 0 ? 0 - self : self }
}
