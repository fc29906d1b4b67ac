/// Instances that are hard for auctions or for augmenting paths, in the shape of family A.
enum AdversarialFamilies {
  static let names = [
    "equal", "equal-short", "three-scores", "chain", "rising", "falling", "few", "few-equal",
    "few-small", "hub", "hub-equal", "single", "single-equal", "neighbours", "products",
    "products-falling", "dense-small", "offset",
  ]

  /// The size at which an instance is comparable to family A's of the same name: dense ones have
  /// size² options.
  static func isDense(_ name: String) -> Bool {
    ["products", "products-falling", "dense-small", "offset"].contains(name)
  }

  static func rows(_ name: String, _ size: Int, seed: UInt64) -> AssignmentRows? {
    let random = SplitMix(seed: seed, stream: 1)
    let draw = SplitMix(seed: seed, stream: 2)
    switch name {
    case "equal": return sparse(size, size, 20, draw) { _ in 500_000 }
    case "equal-short": return sparse(size, size * 9 / 10, 5, draw) { _ in 500_000 }
    case "three-scores": return sparse(size, size, 20, draw) { 1 + random.below(3, $0) }
    case "chain": return path(size) { _, _ in 500_000 }
    case "rising": return path(size) { request, step in 8 * (request + step) + 1 }
    case "falling": return path(size) { request, step in 8 * (size - request) - step }
    case "few": return full(size, 5, size / 6) { 1 + random.below(1_000_000, $0) }
    case "few-equal": return full(size, 5, size / 6) { _ in 500_000 }
    case "few-small": return full(size, 50, size / 60) { 1 + random.below(100, $0) }
    case "hub": return hub(size) { 600_000 + random.below(100_000, $0) }
    case "hub-equal": return hub(size) { _ in 600_000 }
    case "single": return full(size, 1, size / 2) { 1 + random.below(1_000_000, $0) }
    case "single-equal": return full(size, 1, size / 2) { _ in 500_000 }
    case "neighbours": return neighbours(size, random)
    case "products": return full(size, size, 1) { ($0 / size + 1) * ($0 % size + 1) }
    case "products-falling":
      return full(size, size, 1) { size * size + 1 - ($0 / size + 1) * ($0 % size + 1) }
    case "dense-small": return full(size, size, 1) { 1 + random.below(100, $0) }
    case "offset": return full(size, size, 1) { 100 * size - random.below(100, $0) }
    default: return nil
    }
  }

  private static func sparse(
    _ size: Int, _ resources: Int, _ draws: Int, _ draw: SplitMix, _ score: (Int) -> Int
  ) -> AssignmentRows {
    var rows = AssignmentRows(capacities: [Int64](repeating: 1, count: resources))
    for request in 0..<size {
      let first = request * draws
      let drawn = (0..<draws).map { draw.below(resources, first + $0) }.sorted()
      for (position, resource) in drawn.enumerated()
      where position == 0 || drawn[position - 1] != resource {
        rows.add(resource, score(first + position))
      }
      rows.closeRow()
    }
    return rows
  }

  private static func path(_ size: Int, _ score: (Int, Int) -> Int) -> AssignmentRows {
    var rows = AssignmentRows(capacities: [Int64](repeating: 1, count: size))
    for request in 0..<size {
      rows.add(request, score(request, 0))
      if request + 1 < size { rows.add(request + 1, score(request, 1)) }
      rows.closeRow()
    }
    return rows
  }

  private static func full(
    _ size: Int, _ resources: Int, _ capacity: Int, _ score: (Int) -> Int
  ) -> AssignmentRows {
    var rows = AssignmentRows(capacities: [Int64](repeating: Int64(capacity), count: resources))
    for request in 0..<size {
      for resource in 0..<resources { rows.add(resource, score(request * resources + resource)) }
      rows.closeRow()
    }
    return rows
  }

  private static func hub(_ size: Int, _ score: (Int) -> Int) -> AssignmentRows {
    var rows = AssignmentRows(
      capacities: [Int64(size / 2)] + [Int64](repeating: 1, count: size))
    for request in 0..<size {
      rows.add(0, score(request))
      rows.add(1 + request, 300_000)
      rows.add(1 + (request + 1) % size, 300_000)
      rows.closeRow()
    }
    return rows
  }

  private static func neighbours(_ size: Int, _ random: SplitMix) -> AssignmentRows {
    var rows = AssignmentRows(capacities: [Int64](repeating: 1, count: size))
    for request in 0..<size {
      let home = random.below(size, request)
      for resource in max(0, home - 10)..<min(size, home + 10) {
        rows.add(resource, 1_000_000 - 10_000 * abs(resource - home))
      }
      rows.closeRow()
    }
    return rows
  }
}
