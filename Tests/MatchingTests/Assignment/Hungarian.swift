/// The textbook Hungarian method on a dense matrix in O(n³), written apart from the kernel, as an
/// oracle for problems too large to enumerate. (Kuhn 1955; potentials and shortest paths as in
/// E. Lawler, "Combinatorial Optimization", 1976.)
enum Hungarian {
  /// The largest sum of scores of a partial assignment with capacities.
  static func optimum(_ rows: [Row], _ capacities: [Int]) -> Int {
    // One column a unit, and one worthless column a request for staying unserved.
    let columns = capacities.enumerated().flatMap { index, units in
      [Int](repeating: index, count: min(units, rows.count))
    }
    let width = columns.count + rows.count
    let matrix = rows.map { row in
      var best: [Int: Int] = [:]
      for option in row { best[option.resource] = max(best[option.resource] ?? -1, option.score) }
      return (0..<width).map { $0 < columns.count ? (best[columns[$0]] ?? -1) : 0 }
    }
    return -leastCost(matrix.map { $0.map { $0 < 0 ? 1 << 40 : -$0 } }, width: width)
  }

  private static func leastCost(_ cost: [[Int]], width: Int) -> Int {
    var rowPrice = [Int](repeating: 0, count: cost.count + 1)
    var columnPrice = [Int](repeating: 0, count: width + 1)
    var owner = [Int](repeating: 0, count: width + 1)
    for row in cost.indices {
      var previous = [Int](repeating: 0, count: width + 1)
      var least = [Int](repeating: Int.max, count: width + 1)
      var done = [Bool](repeating: false, count: width + 1)
      owner[0] = row + 1
      var column = 0
      while owner[column] != 0 {
        done[column] = true
        let current = owner[column]
        var step = Int.max
        var next = 0
        for candidate in 1...width where !done[candidate] {
          let slack = cost[current - 1][candidate - 1] - rowPrice[current] - columnPrice[candidate]
          if slack < least[candidate] {
            least[candidate] = slack
            previous[candidate] = column
          }
          if least[candidate] < step {
            step = least[candidate]
            next = candidate
          }
        }
        for candidate in 0...width {
          if done[candidate] {
            rowPrice[owner[candidate]] += step
            columnPrice[candidate] -= step
          } else if least[candidate] < Int.max {
            least[candidate] -= step
          }
        }
        column = next
      }
      while column != 0 {
        owner[column] = owner[previous[column]]
        column = previous[column]
      }
    }
    return (1...width).reduce(0) { owner[$1] == 0 ? $0 : $0 + cost[owner[$1] - 1][$1 - 1] }
  }
}
