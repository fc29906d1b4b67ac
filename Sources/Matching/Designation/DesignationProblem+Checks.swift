extension DesignationProblem {
  /// No sum of scores, of amounts or of capacities may pass this: far above any real money or
  /// points, and small enough that a price times a capacity times a scale stays exact in 128 bits.
  static let sumLimit: Int64 = 1 << 52

  /// Checks that every value is admissible, that no sum can overflow, and that each group can have
  /// two resources.
  ///
  /// - Throws: ``DesignationProblemError``, which names the first fault.
  /// - Complexity: linear in the scores.
  public func check() throws(DesignationProblemError) {
    try checkCounts()
    try checkValues()
    try checkSums()
    try checkRoom()
  }

  private func checkCounts() throws(DesignationProblemError) {
    let limit = Problem.indexLimit
    for value in groupLimits where value < 0 { throw .groupLimit(Int(value)) }
    for (count, name) in [
      (groupCount, "groups"), (resourceCount, "resources"), (memberCount, "members"),
    ] where count >= limit {
      throw .tooMany(what: name)
    }
    guard groupCount * (resourceCount + 1) < limit else { throw .tooMany(what: "pair scores") }
    guard memberCount * (resourceCount + 1) < limit else { throw .tooMany(what: "member scores") }
    for (member, group) in memberGroups.enumerated() where !(0..<groupCount).contains(Int(group)) {
      throw .unknownGroup(member: member, group: Int(group))
    }
  }

  private func checkValues() throws(DesignationProblemError) {
    for (resource, value) in capacities.enumerated() where value < 0 {
      throw .negative(what: "the capacity", of: .resource(resource), value: value)
    }
    for (index, value) in pairScores.enumerated() where value < 0 {
      throw .negative(
        what: "the score for resource \(index % resourceCount)",
        of: .group(index / resourceCount), value: value)
    }
    for (member, value) in memberAmounts.enumerated() where value < 0 {
      throw .negative(what: "the amount", of: .member(member), value: value)
    }
    for (index, value) in memberScores.enumerated() where value < 0 {
      throw .negative(
        what: "the score for resource \(index % resourceCount)",
        of: .member(index / resourceCount), value: value)
    }
  }

  private func checkSums() throws(DesignationProblemError) {
    func isSafe(_ values: [Int64]) -> Bool {
      var sum: Int64 = 0
      for value in values {
        guard value < DesignationProblem.sumLimit else { return false }
        sum += value
        guard sum < DesignationProblem.sumLimit else { return false }
      }
      return true
    }
    guard isSafe(capacities) else { throw .sumTooLarge(what: "the sum of capacities") }
    guard isSafe(memberAmounts) else { throw .sumTooLarge(what: "the sum of amounts") }
    guard isSafe(bestOfRows(pairScores) + bestOfRows(pairScores) + bestOfRows(memberScores)) else {
      throw .sumTooLarge(what: "the sum of scores")
    }
  }

  private func bestOfRows(_ scores: [Int64]) -> [Int64] {
    guard resourceCount > 0 else { return [] }
    return stride(from: 0, to: scores.count, by: resourceCount).map { start in
      scores[start..<start + resourceCount].reduce(0, max)
    }
  }

  /// Two different resources for each group exist exactly where the limits leave 2C places, of which
  /// no resource can offer one group two (Gale and Ryser, with equal rows; Σ min(m_b, k) is concave
  /// in k, so that what holds for all groups holds for fewer).
  private func checkRoom() throws(DesignationProblemError) {
    guard groupCount > 0 else { return }
    guard resourceCount >= 2 else { throw .fewerThanTwoResources(resourceCount) }
    let places = groupLimits.reduce(0) { $0 + min(Int($1), groupCount) }
    guard places >= 2 * groupCount else {
      throw .tooFewPlaces(needed: 2 * groupCount, found: places)
    }
  }
}
