/// Why a designation problem cannot be solved. Indices count from 0.
public enum DesignationProblemError: Error, Hashable, Sendable {
  /// What a fault is about.
  public enum Subject: Hashable, Sendable {
    case group(Int)
    case resource(Int)
    case member(Int)
  }

  /// The limit of groups a resource is below 0 or above 2³¹ − 1.
  case groupLimit(Int)
  /// A group or member does not have one score for each resource.
  case scoreCount(of: Subject, expected: Int, found: Int)
  /// A member's group does not exist.
  case unknownGroup(member: Int, group: Int)
  /// A capacity, amount or score is below 0.
  case negative(what: String, of: Subject, value: Int64)
  /// A sum over the problem could pass 2⁵², so that results might not be exact.
  case sumTooLarge(what: String)
  /// An index over them would not fit in 32 bits.
  case tooMany(what: String)
  /// There are groups but not two resources to give them.
  case fewerThanTwoResources(Int)
  /// The limits leave fewer places than two for each group.
  case tooFewPlaces(needed: Int, found: Int)
}

extension DesignationProblemError: CustomStringConvertible {
  /// What is wrong, where, and what would put it right.
  public var description: String {
    switch self {
    case .groupLimit(let value):
      "the most groups a resource is \(value); it must be from 0 to 2147483647"
    case .scoreCount(let subject, let expected, let found):
      "\(subject): it has \(found) scores; give one for each of the \(expected) resources"
    case .unknownGroup(let member, let group):
      "member \(member): there is no group \(group); groups are counted from 0"
    case .negative(let what, let subject, let value):
      "\(subject): \(what) is \(value); it must be 0 or more"
    case .sumTooLarge(let what):
      "\(what) could pass 2^52; use a coarser unit"
    case .tooMany(let what):
      "there are more than 2147483645 \(what); split the problem"
    case .fewerThanTwoResources(let count):
      "each group needs two resources, but there are only \(count); add resources"
    case .tooFewPlaces(let needed, let found):
      """
      the groups need \(needed) places but the resources offer \(found); \
      raise the limit of groups a resource or add resources
      """
    }
  }
}

extension DesignationProblemError.Subject: CustomStringConvertible {
  public var description: String {
    switch self {
    case .group(let index): "group \(index)"
    case .resource(let index): "resource \(index)"
    case .member(let index): "member \(index)"
    }
  }
}
