import Matching

/// Rows of candidates under construction: the shape of families A, B and the adversarial ones.
struct AssignmentRows {
  var optionStart: [Int32] = [0]
  var resources: [Int32] = []
  var scores: [Int32] = []
  var capacities: [Int64]

  init(capacities: [Int64]) { self.capacities = capacities }

  mutating func add(_ resource: Int, _ score: Int) {
    resources.append(Int32(resource))
    scores.append(Int32(score))
  }

  mutating func closeRow() { optionStart.append(Int32(resources.count)) }

  /// The rows as a problem of the kernel.
  func problem() throws -> AssignmentProblem {
    try AssignmentProblem(
      optionStart: optionStart, resources: resources, scores: .narrow(scores),
      capacities: capacities)
  }
}

/// Families A (sparse assignment) and B (transportation): twenty candidates a request, a resource's
/// quality plus noise as score.
enum AssignmentFamilies {
  private static let draws = 20

  static func sparse(_ requests: Int, seed: UInt64) -> AssignmentRows {
    rows(requests, [Int64](repeating: 1, count: requests), seed)
  }

  static func transportation(_ requests: Int, seed: UInt64) -> AssignmentRows {
    let count = Int((0.9 * Double(requests) / 25.5).rounded(.toNearestOrEven))
    let stream = SplitMix(seed: seed, stream: 4)
    return rows(requests, (0..<count).map { Int64(1 + stream.below(50, $0)) }, seed)
  }

  private static func rows(
    _ requests: Int, _ capacities: [Int64], _ seed: UInt64
  ) -> AssignmentRows {
    let quality = SplitMix(seed: seed, stream: 1)
    let draw = SplitMix(seed: seed, stream: 2)
    let noise = SplitMix(seed: seed, stream: 3)
    let qualities = capacities.indices.map { quality.below(500_000, $0) }
    var rows = AssignmentRows(capacities: capacities)
    rows.resources.reserveCapacity(requests * draws)
    rows.scores.reserveCapacity(requests * draws)
    rows.optionStart.reserveCapacity(requests + 1)
    for request in 0..<requests {
      let first = request * draws
      let drawn = (0..<draws).map { draw.below(capacities.count, first + $0) }.sorted()
      for (position, resource) in drawn.enumerated() {
        // Duplicates are dropped, but each keeps its place in the stream of noise.
        if position > 0 && drawn[position - 1] == resource { continue }
        rows.add(resource, 1 + qualities[resource] + noise.below(500_000, first + position))
      }
      rows.closeRow()
    }
    return rows
  }
}
