@testable import Matching

/// A small deterministic source of numbers for seeded problems.
struct SeededNumbers {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(max(bound, 1)))
  }
}

/// One row of a problem: its options as (resource, score).
typealias Row = [(resource: Int, score: Int)]

func problem(_ rows: [Row], capacities: [Int]) throws -> AssignmentProblem {
  var start: [Int32] = [0]
  for row in rows { start.append((start.last ?? 0) + Int32(row.count)) }
  return try AssignmentProblem(
    optionStart: start, resources: rows.flatMap { $0.map { Int32($0.resource) } },
    scores: CompactIntegers(rows.flatMap { $0.map { Int64($0.score) } }),
    capacities: capacities.map(Int64.init))
}

/// A random problem of at most the given size; ranges are drawn too, so that ties are common.
func randomRows(
  _ numbers: inout SeededNumbers, requests: Int, resources: Int, capacity: Int
) -> (rows: [Row], capacities: [Int]) {
  let resourceCount = 1 + numbers.below(resources)
  let scoreRange = [2, 4, 20, 1000][numbers.below(4)]
  let rows = (0..<numbers.below(requests + 1)).map { _ in
    (0..<numbers.below(2 * resourceCount)).map { _ in
      (resource: numbers.below(resourceCount), score: numbers.below(scoreRange))
    }
  }
  return (rows, (0..<resourceCount).map { _ in numbers.below(capacity + 1) })
}

/// Tries every allocation: the best sum of scores, and the lexicographically first served set
/// (as a string of 1 and 0) among the best allocations.
struct AssignmentBruteForce {
  private(set) var objective = -1
  private(set) var firstServed = ""

  init(_ rows: [Row], _ capacities: [Int]) {
    var left = capacities
    visit(rows[...], &left, 0, "")
  }

  private mutating func visit(
    _ rows: ArraySlice<Row>, _ left: inout [Int], _ sum: Int, _ served: String
  ) {
    guard let row = rows.first else {
      if sum > objective || (sum == objective && served > firstServed) {
        objective = sum
        firstServed = served
      }
      return
    }
    for option in row where left[option.resource] > 0 {
      left[option.resource] -= 1
      visit(rows.dropFirst(), &left, sum + option.score, served + "1")
      left[option.resource] += 1
    }
    visit(rows.dropFirst(), &left, sum, served + "0")
  }
}

extension AssignmentSolution {
  /// Who is served, as a string of 1 and 0.
  var served: String { String(choices.map { $0 < 0 ? "0" : "1" }) }
}
