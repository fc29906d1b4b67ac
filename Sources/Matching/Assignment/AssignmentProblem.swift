/// Requests that each want one unit of one resource: the input of the assignment kernel.
///
/// Options are stored row by row: request r owns the options `optionStart[r] ..< optionStart[r + 1]`,
/// and option o is worth `scores[o]` points and takes one unit of `resources[o]`. A request takes at
/// most one option; staying unserved is worth 0. Capacities are in units, scores in points.
package struct AssignmentProblem: Sendable {
  /// The first option of each request, and the number of options at the end.
  package let optionStart: [Int32]
  /// The resource of each option.
  package let resources: [Int32]
  /// The score of each option, at least 0.
  package let scores: CompactIntegers
  /// The units of each resource, at least 0.
  package let capacities: [Int64]

  /// The number of requests.
  package var requestCount: Int { optionStart.count - 1 }
  /// The number of resources.
  package var resourceCount: Int { capacities.count }
  /// The number of options.
  package var optionCount: Int { resources.count }

  /// Checks and keeps a problem.
  ///
  /// - Throws: `AssignmentError` where the arrays do not fit together or a limit is passed: requests
  ///   and options + resources below 2³¹ − 1, scores from 0 to 2⁶⁰ points, and requests ×
  ///   largest score at most 2⁶², so that no sum can overflow.
  /// - Complexity: O(requests + resources + options).
  package init(
    optionStart: [Int32], resources: [Int32], scores: CompactIntegers, capacities: [Int64]
  ) throws(AssignmentError) {
    self.optionStart = optionStart
    self.resources = resources
    self.scores = scores
    self.capacities = capacities
    try checkShape()
    try checkRange()
  }

  private func checkShape() throws(AssignmentError) {
    guard optionStart.first == 0, scores.count == optionCount else { throw .shape }
    guard optionCount + capacities.count < Int32.max, optionStart.count < Int32.max
    else { throw .tooMany }
    var previous: Int32 = 0
    for start in optionStart {
      guard start >= previous else { throw .shape }
      previous = start
    }
    guard Int(previous) == optionCount else { throw .shape }
  }

  private func checkRange() throws(AssignmentError) {
    let bound = Int32(capacities.count)
    for (option, resource) in resources.enumerated() where resource < 0 || resource >= bound {
      throw .unknownResource(option: option)
    }
    for (resource, capacity) in capacities.enumerated() where capacity < 0 {
      throw .negativeCapacity(resource: resource)
    }
    let (largest, least) = (scores.max() ?? 0, scores.min() ?? 0)
    guard least >= 0 else { throw .negativeScore }
    guard largest <= 1 << 60 else { throw .scoreTooLarge }
    let (sum, overflow) = largest.multipliedReportingOverflow(by: Int64(requestCount))
    guard !overflow, sum <= 1 << 62 else { throw .scoreTooLarge }
  }
}
