/// Chooses the rows that are packed exactly instead of priced.
///
/// Problem: a set of rows without lower bounds such that no option uses two of them, for which
/// exact packings tighten the bound most. That is a heaviest independent set in the graph of rows
/// that share an option.
///
/// Notation: the weight of a row is Σ_o a_ok / upper_k, high where few options fill the row (a
/// parcel), low where many do (a county's quota): only lumpy rows gain by an exact packing.
///
/// Method: greedy by weight over the weight of the neighbours. On land the parcels win against the
/// quotas that run across them, although a quota alone is heavier than one parcel.
///
/// Complexity: O(uses · uses of an option + rows log rows) once a problem.
struct KeptRows {
  /// The rows that may be kept, the best first.
  private let order: [Int]
  private let neighbours: [[Int32]]

  init(_ problem: Problem, _ alive: [Bool], _ isNeeded: [Bool]) {
    let mayKeep = problem.rows.indices.map { isNeeded[$0] && problem.rows[$0].lower == 0 }
    let weights = Self.weights(problem, alive, mayKeep)
    let neighbours = Self.neighbours(problem, mayKeep)
    let merit = weights.indices.map { row in
      weights[row] / neighbours[row].reduce(weights[row]) { $0 + weights[Int($1)] }
    }
    self.neighbours = neighbours
    order = merit.indices.filter { mayKeep[$0] }.sorted { (-merit[$0], $0) < (-merit[$1], $1) }
  }

  /// Whether each row is kept.
  ///
  /// - Parameter leading: rows to keep before all others, as far as they may be kept at all.
  /// - Complexity: O(rows + neighbours of what is kept).
  func choose(leading: [Int] = []) -> [Bool] {
    var kept = [Bool](repeating: false, count: neighbours.count)
    var isBlocked = [Bool](repeating: true, count: neighbours.count)
    for row in order { isBlocked[row] = false }
    for row in leading + order where !isBlocked[row] && !kept[row] {
      kept[row] = true
      for other in neighbours[row] { isBlocked[Int(other)] = true }
    }
    return kept
  }

  private static func weights(_ problem: Problem, _ alive: [Bool], _ mayKeep: [Bool]) -> [Double] {
    var weights = [Double](repeating: 1e-9, count: problem.rowCount)
    for option in 0..<problem.optionCount where alive[option] {
      for use in problem.useRange(of: option) where mayKeep[Int(problem.useRows[use])] {
        let row = Int(problem.useRows[use])
        weights[row] += Double(problem.amount(ofUse: use)) / Double(max(1, problem.rows[row].upper))
      }
    }
    return weights
  }

  /// Rows that share an option, be it one that never fits: a certificate counts that one too.
  private static func neighbours(_ problem: Problem, _ mayKeep: [Bool]) -> [[Int32]] {
    var pairs: [UInt64] = []
    for option in 0..<problem.optionCount {
      let rows = problem.useRows[problem.useRange(of: option)].filter { mayKeep[Int($0)] }
      for row in rows {
        for other in rows where other != row {
          pairs.append(UInt64(UInt32(row)) << 32 | UInt64(UInt32(other)))
        }
      }
    }
    pairs.sort()
    var result = [[Int32]](repeating: [], count: problem.rowCount)
    var last: UInt64?
    for pair in pairs where pair != last {
      result[Int(pair >> 32)].append(Int32(truncatingIfNeeded: pair & 0xFFFF_FFFF))
      last = pair
    }
    return result
  }
}
