/// Instances that are hard for auctions or for augmenting paths, in the shape of family A.
enum AdversarialFamilies {
  static let names = [
    "equal", "equal-short", "three-scores", "two-scores", "near-ties", "geometric", "huge-scores",
    "separable", "chain", "rising", "falling", "ladder", "few", "few-equal", "few-small", "wide",
    "tall", "hub", "hub-equal", "single", "single-equal", "popular", "overloaded", "identical",
    "blocks", "neighbours", "plane", "products", "products-falling", "dense-small", "offset",
  ]

  /// The size at which an instance is comparable to family A's of the same name: dense ones have
  /// size² options.
  static func isDense(_ name: String) -> Bool {
    ["separable", "products", "products-falling", "dense-small", "offset"].contains(name)
  }

  static func rows(_ name: String, _ size: Int, seed: UInt64) -> AssignmentRows? {
    let random = SplitMix(seed: seed, stream: 1)
    let draw = SplitMix(seed: seed, stream: 2)
    func score(below bound: Int) -> (Int) -> Int { { 1 + random.below(bound, $0) } }
    switch name {
    case "equal": return sparse(size, size, 20, draw) { _ in 500_000 }
    case "equal-short": return sparse(size, size * 9 / 10, 5, draw) { _ in 500_000 }
    case "three-scores": return sparse(size, size, 20, draw, score(below: 3))
    case "two-scores": return sparse(size, size, 20, draw) { 1 + 999 * random.below(2, $0) }
    case "near-ties": return sparse(size, size, 20, draw) { 1_000_000 + random.below(3, $0) }
    case "geometric": return sparse(size, size, 20, draw) { 1 << random.below(20, $0) }
    case "huge-scores":
      return sparse(size, size, 20, draw) { Int(random.bits($0) >> 24) }
    case "overloaded": return sparse(size, size / 10, 20, draw, score(below: 1_000_000))
    case "popular": return popular(size, draw, score(below: 1_000_000))
    case "chain": return path(size) { _, _ in 500_000 }
    case "rising": return path(size) { request, step in 8 * (request + step) + 1 }
    case "falling": return path(size) { request, step in 8 * (size - request) - step }
    case "ladder": return band(size) { request, step in 1000 + request + step }
    case "few": return full(size, 5, size / 6, score(below: 1_000_000))
    case "few-equal": return full(size, 5, size / 6) { _ in 500_000 }
    case "few-small": return full(size, 50, size / 60, score(below: 100))
    case "wide": return full(size, 10, size / 12, score(below: 1_000_000))
    case "tall": return full(10, size, 1, score(below: 1_000_000))
    case "identical": return full(size, 20, size / 25) { 1000 * (1 + $0 % 20) }
    case "hub": return hub(size) { 600_000 + random.below(100_000, $0) }
    case "hub-equal": return hub(size) { _ in 600_000 }
    case "single": return full(size, 1, size / 2, score(below: 1_000_000))
    case "single-equal": return full(size, 1, size / 2) { _ in 500_000 }
    case "blocks": return blocks(size, score(below: 1_000_000))
    case "neighbours": return neighbours(size, random)
    case "plane": return plane(size, random)
    case "separable":
      return full(size, size, 1) { 1 + random.below(9999, $0 / size) + draw.below(9999, $0 % size) }
    case "products": return full(size, size, 1) { ($0 / size + 1) * ($0 % size + 1) }
    case "products-falling":
      return full(size, size, 1) { size * size + 1 - ($0 / size + 1) * ($0 % size + 1) }
    case "dense-small": return full(size, size, 1, score(below: 100))
    case "offset": return full(size, size, 1) { 100 * size - random.below(100, $0) }
    default: return nil
    }
  }
}

extension AdversarialFamilies {
  private static func sparse(
    _ size: Int, _ resources: Int, _ draws: Int, _ draw: SplitMix, _ score: (Int) -> Int
  ) -> AssignmentRows {
    var rows = AssignmentRows(capacities: [Int](repeating: 1, count: resources))
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
    var rows = AssignmentRows(capacities: [Int](repeating: 1, count: size))
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
    var rows = AssignmentRows(capacities: [Int](repeating: capacity, count: resources))
    for request in 0..<size {
      for resource in 0..<resources { rows.add(resource, score(request * resources + resource)) }
      rows.closeRow()
    }
    return rows
  }

  private static func hub(_ size: Int, _ score: (Int) -> Int) -> AssignmentRows {
    var rows = AssignmentRows(
      capacities: [size / 2] + [Int](repeating: 1, count: size))
    for request in 0..<size {
      rows.add(0, score(request))
      rows.add(1 + request, 300_000)
      rows.add(1 + (request + 1) % size, 300_000)
      rows.closeRow()
    }
    return rows
  }

  private static func neighbours(_ size: Int, _ random: SplitMix) -> AssignmentRows {
    var rows = AssignmentRows(capacities: [Int](repeating: 1, count: size))
    for request in 0..<size {
      let home = random.below(size, request)
      for resource in max(0, home - 10)..<min(size, home + 10) {
        rows.add(resource, 1_000_000 - 10_000 * abs(resource - home))
      }
      rows.closeRow()
    }
    return rows
  }

  /// Resources drawn by the cube of an even distribution: a few are on nearly every list.
  private static func popular(
    _ size: Int, _ draw: SplitMix, _ score: (Int) -> Int
  ) -> AssignmentRows {
    let draws = 20
    var rows = AssignmentRows(capacities: [Int](repeating: 1, count: size))
    for request in 0..<size {
      let drawn = (0..<draws).map { step in
        let place = draw.below(1 << 20, request * draws + step)
        return (((place * place) >> 20) * place * size) >> 40
      }
      for (step, resource) in Set(drawn).sorted().enumerated() {
        rows.add(resource, score(request * draws + step))
      }
      rows.closeRow()
    }
    return rows
  }

  /// Twenty candidates in a row, beginning with the request's own number.
  private static func band(_ size: Int, _ score: (Int, Int) -> Int) -> AssignmentRows {
    var rows = AssignmentRows(capacities: [Int](repeating: 1, count: size))
    for request in 0..<size {
      for step in 0..<min(20, size - request) { rows.add(request + step, score(request, step)) }
      rows.closeRow()
    }
    return rows
  }

  /// Complete blocks of fifty by fifty that know nothing of each other.
  private static func blocks(_ size: Int, _ score: (Int) -> Int) -> AssignmentRows {
    let side = 50
    var rows = AssignmentRows(capacities: [Int](repeating: 1, count: size))
    for request in 0..<size {
      let first = request / side * side
      for resource in first..<min(first + side, size) {
        rows.add(resource, score(request * side + resource - first))
      }
      rows.closeRow()
    }
    return rows
  }

  /// Requests at random places of a square grid of resources, who like what is near.
  private static func plane(_ size: Int, _ random: SplitMix) -> AssignmentRows {
    let side = Int(Double(size).squareRoot())
    var rows = AssignmentRows(capacities: [Int](repeating: 1, count: side * side))
    for request in 0..<(side * side) {
      let (x, y) = (random.below(side, 2 * request), random.below(side, 2 * request + 1))
      for row in max(0, y - 2)...min(side - 1, y + 2) {
        for column in max(0, x - 2)...min(side - 1, x + 2) {
          let (dx, dy) = (column - x, row - y)
          rows.add(row * side + column, 1_000_000 - 1000 * (dx * dx + dy * dy))
        }
      }
      rows.closeRow()
    }
    return rows
  }
}
