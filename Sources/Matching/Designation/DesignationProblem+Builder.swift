extension DesignationProblem {
  /// Collects resources, then groups, then members, and checks the whole once.
  ///
  /// ```swift
  /// var builder = DesignationProblem.Builder(groupLimit: 3)
  /// let bank = builder.addResource(capacity: 20_000, lottery: 7)
  /// let partner = builder.addResource(capacity: 9_000, lottery: 2)
  /// let chain = builder.addGroup(pairScores: [4_100, 900], lottery: 3)
  /// builder.addMember(group: chain, amount: 300, scores: [610, 0], lottery: 1)
  /// let problem = try builder.build()
  /// ```
  public struct Builder {
    private let groupLimit: Int
    private var groupLimits: [Int] = []
    private var capacities: [Int64] = []
    private var pairRows: [[Int64]] = []
    private var memberGroups: [Int] = []
    private var memberAmounts: [Int64] = []
    private var memberRows: [[Int64]] = []
    private var lottery = Lottery(groups: [], resources: [], members: [])

    /// - Parameter groupLimit: the most groups of a resource that has no limit of its own.
    public init(groupLimit: Int) { self.groupLimit = groupLimit }

    /// Adds a resource and returns its index.
    ///
    /// - Parameters:
    ///   - capacity: units, at least 0.
    ///   - own: the most groups that this resource may have, if not as many as the others.
    @discardableResult
    public mutating func addResource(
      capacity: Int64, groupLimit own: Int? = nil, lottery number: UInt64
    ) -> Int {
      groupLimits.append(own ?? groupLimit)
      capacities.append(capacity)
      lottery.resources.append(number)
      return capacities.count - 1
    }

    /// Adds a group and returns its index.
    ///
    /// - Parameter pairScores: points for each resource, at least 0.
    @discardableResult
    public mutating func addGroup(pairScores: [Int64], lottery number: UInt64) -> Int {
      pairRows.append(pairScores)
      lottery.groups.append(number)
      return pairRows.count - 1
    }

    /// Adds a member and returns its index.
    ///
    /// - Parameters:
    ///   - group: the index of its group.
    ///   - amount: units that it uses of the resource that serves it, at least 0.
    ///   - scores: points for each resource, at least 0; 0 where the resource refuses.
    @discardableResult
    public mutating func addMember(
      group: Int, amount: Int64, scores: [Int64], lottery number: UInt64
    ) -> Int {
      memberGroups.append(group)
      memberAmounts.append(amount)
      memberRows.append(scores)
      lottery.members.append(number)
      return memberGroups.count - 1
    }

    /// Checks the whole and returns it.
    ///
    /// - Throws: ``DesignationProblemError``.
    /// - Complexity: linear in the scores.
    public consuming func build() throws(DesignationProblemError) -> DesignationProblem {
      var limits: [Int32] = []
      for value in groupLimits {
        guard let limit = Int32(exactly: value) else { throw .groupLimit(value) }
        limits.append(limit)
      }
      for (group, row) in pairRows.enumerated() where row.count != capacities.count {
        throw .scoreCount(
          of: .group(group), expected: capacities.count, found: row.count)
      }
      for (member, row) in memberRows.enumerated() {
        guard row.count == capacities.count else {
          throw .scoreCount(of: .member(member), expected: capacities.count, found: row.count)
        }
        guard pairRows.indices.contains(memberGroups[member]) else {
          throw .unknownGroup(member: member, group: memberGroups[member])
        }
      }
      var problem = DesignationProblem(
        groupLimits: limits, capacities: capacities, pairScores: pairRows.flatMap(\.self),
        memberGroups: memberGroups.map { Int32(truncatingIfNeeded: $0) },
        memberAmounts: memberAmounts, memberScores: memberRows.flatMap(\.self),
        groupCount: pairRows.count)
      problem.lottery = lottery
      try problem.check()
      return problem
    }
  }
}
