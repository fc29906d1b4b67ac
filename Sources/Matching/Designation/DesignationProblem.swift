/// Groups that get exactly two resources each, and members who are then served by one of the two.
///
/// Maximise the scores of the chosen (group, resource) pairs plus those of served members, within
/// the resources' capacities and a limit on groups a resource.
public struct DesignationProblem: Sendable {
  /// The most groups that one resource may have.
  public let groupLimit: Int32
  /// The capacity of each resource, in units.
  public let capacities: [Int64]
  /// Scores of (group, resource) pairs, group by group.
  public let pairScores: [Int64]
  /// The group of each member.
  public let memberGroups: [Int32]
  /// The units that each member uses of the resource that serves it.
  public let memberAmounts: [Int64]
  /// Scores of (member, resource) pairs, member by member; 0 where the resource refuses.
  public let memberScores: [Int64]

  /// The number of resources.
  public var resourceCount: Int { capacities.count }
  /// The number of groups.
  public let groupCount: Int
  /// The number of members.
  public var memberCount: Int { memberGroups.count }
}
