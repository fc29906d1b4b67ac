/// Groups that get exactly two resources each, and members who are then served by one of the two.
///
/// With y_gb = 1 where group g has resource b, and x_eb = 1 where member e is served by b:
///
///     maximise   Σ pair_gb y_gb + Σ score_eb x_eb
///     Σ_b y_gb = 2              each group has exactly two resources
///     Σ_g y_gb ≤ m_b            a resource has at most `groupLimits[b]` groups
///     Σ_b x_eb ≤ 1              a member is served once or not at all
///     x_eb ≤ y_gb               … by one of its group's two resources that does not refuse it
///     Σ_e amount_e x_eb ≤ capacity_b
///
/// ``Builder`` makes problems and checks them; ``check()`` says what the checks are.
public struct DesignationProblem: Sendable {
  /// The most groups that each resource may have.
  public let groupLimits: [Int32]
  /// The capacity of each resource, in units.
  public let capacities: [Int64]
  /// Points for each (group, resource) pair, group by group, at least 0.
  public let pairScores: [Int64]
  /// The group of each member.
  public let memberGroups: [Int32]
  /// The units that each member uses of the resource that serves it, at least 0.
  public let memberAmounts: [Int64]
  /// Points for each (member, resource) pair, member by member; 0 where the resource refuses.
  public let memberScores: [Int64]
  /// The number of groups.
  public let groupCount: Int
  /// The lottery numbers, or `nil` where the order of input decides between equals.
  public internal(set) var lottery: Lottery?

  /// Numbers that put groups, resources and members in the order that decides between equals; equal
  /// numbers fall back to the order of input.
  public struct Lottery: Hashable, Sendable {
    public var groups: [UInt64]
    public var resources: [UInt64]
    public var members: [UInt64]
  }

  /// The number of resources.
  public var resourceCount: Int { capacities.count }
  /// The number of members.
  public var memberCount: Int { memberGroups.count }

  /// The points for a group that has a resource.
  public func pairScore(group: Int, resource: Int) -> Int64 {
    pairScores[group * resourceCount + resource]
  }

  /// The points for a member served by a resource; 0 where it is refused.
  public func memberScore(member: Int, resource: Int) -> Int64 {
    memberScores[member * resourceCount + resource]
  }
}
