/// Families A (sparse assignment) and B (transportation): twenty candidates a request, a resource's
/// quality plus noise as score.
enum AssignmentFamilies {
  private static let draws = 20

  static func sparse(_ requests: Int, seed: UInt64) -> AssignmentRows {
    rows(requests, [Int](repeating: 1, count: requests), seed)
  }

  static func transportation(_ requests: Int, seed: UInt64) -> AssignmentRows {
    let count = Int((0.9 * Double(requests) / 25.5).rounded(.toNearestOrEven))
    let stream = SplitMix(seed: seed, stream: 4)
    return rows(requests, (0..<count).map { 1 + stream.below(50, $0) }, seed)
  }

  private static func rows(_ requests: Int, _ capacities: [Int], _ seed: UInt64) -> AssignmentRows {
    let quality = SplitMix(seed: seed, stream: 1)
    let draw = SplitMix(seed: seed, stream: 2)
    let noise = SplitMix(seed: seed, stream: 3)
    let qualities = capacities.indices.map { quality.below(500_000, $0) }
    var rows = AssignmentRows(capacities: capacities)
    rows.reserve(requests: requests, options: requests * draws)
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
