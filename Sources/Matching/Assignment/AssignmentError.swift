/// Why the assignment kernel refuses a problem.
package enum AssignmentError: Error, Equatable, Sendable {
  /// `optionStart` does not begin at 0, falls, or does not end at the number of options and scores.
  case shape
  /// 2³¹ − 1 or more requests, or options and resources together.
  case tooMany
  /// An option names a resource that does not exist.
  case unknownResource(option: Int)
  /// A capacity below 0.
  case negativeCapacity(resource: Int)
  /// A score below 0.
  case negativeScore
  /// A score above 2⁶⁰, or scores whose sum could pass 2⁶².
  case scoreTooLarge
}

extension AssignmentError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .shape: "option starts do not match the options"
    case .tooMany: "2147483647 or more requests, or options and resources together"
    case .unknownResource(let option): "option \(option) names a resource that does not exist"
    case .negativeCapacity(let resource): "resource \(resource) has a capacity below 0"
    case .negativeScore: "a score is below 0"
    case .scoreTooLarge: "scores are so large that their sum could overflow"
    }
  }
}
