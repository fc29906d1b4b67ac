extension DesignationProblem {
  /// Reads `C B E m`, then B capacities, then C rows of B pair scores, then for each member
  /// `group amount` and B scores.
  init(_ scanner: inout InstanceScanner) throws(InstanceError) {
    let limit = Problem.indexLimit
    let groups = try scanner.integer32(below: limit, "the number of groups")
    let resources = try scanner.integer32(below: limit, "the number of resources")
    // Else a file of four words could announce two thousand million groups without a score.
    guard groups == 0 || resources >= 2 else {
      throw scanner.fault("each group needs two resources", "add resources or remove the groups")
    }
    let members = try scanner.integer32(below: limit, "the number of members")
    let groupLimit = try scanner.integer32(below: limit, "the most groups a resource")
    groupCount = Int(groups)
    capacities = try scanner.integers(resources) { "the capacity of resource \($0)" }
    // Only now is it sure that the file holds as many resources as it announces.
    groupLimits = [Int32](repeating: groupLimit, count: capacities.count)
    var pairScores: [Int64] = []
    for group in 0..<groups {
      pairScores += try scanner.integers(resources) {
        "the score of group \(group), resource \($0)"
      }
    }
    self.pairScores = pairScores
    var memberGroups: [Int32] = []
    var memberAmounts: [Int64] = []
    var memberScores: [Int64] = []
    for member in 0..<members {
      memberGroups.append(
        try scanner.integer32(below: groupCount, "the group of member \(member)"))
      memberAmounts.append(try scanner.integer(in: 1...Int64.max, "the amount of member \(member)"))
      memberScores += try scanner.integers(resources) {
        "the score of member \(member), resource \($0)"
      }
    }
    self.memberGroups = memberGroups
    self.memberAmounts = memberAmounts
    self.memberScores = memberScores
    lottery = ContentLottery.numbers(of: self)
  }
}

extension InstanceScanner {
  fileprivate mutating func integers(
    _ count: Int32, _ meaning: (Int32) -> String
  ) throws(InstanceError) -> [Int64] {
    var values: [Int64] = []
    for index in 0..<count { values.append(try integer(meaning(index))) }
    return values
  }
}
