extension Problem {
  /// No sum that an algorithm or a check forms may pass this, which leaves a factor of two for the
  /// difference of two such sums.
  static let sumLimit: Int64 = 1 << 62

  func checkRows() throws(ProblemError) {
    for (index, row) in rows.enumerated() {
      for (name, value) in [
        ("lower bound", row.lower), ("upper bound", row.upper), ("penalty", row.penalty),
      ] where value < 0 {
        throw .negativeRowValue(row: index, name: name, value: value)
      }
    }
  }

  /// Refuses what could overflow: the objective, the use of a row, and the length of an alternating
  /// path, which visits each request and each row at most once.
  func checkSums() throws(ProblemError) {
    let limit = Int128(Problem.sumLimit)
    var shortfall: Int128 = 0
    var dearest: Int64 = 0
    for row in rows {
      shortfall += Int128(row.lower) * Int128(row.effectivePenalty)
      dearest = max(dearest, row.effectivePenalty)
    }
    guard shortfall < limit else { throw .sumTooLarge(what: "penalty times lower bound") }
    var best: Int128 = 0
    for request in 0..<requestCount {
      let top = options(of: request).reduce(0) { max($0, scores[$1]) }
      best += Int128(top)
      dearest = max(dearest, top)
    }
    guard best + shortfall < limit else { throw .sumTooLarge(what: "the sum of scores") }
    let steps = Int128(requestCount + rowCount + 2)
    guard steps * Int128(dearest) < limit else {
      throw .sumTooLarge(what: "scores and penalties along a chain of requests and rows")
    }
    try checkUses()
  }

  private func checkUses() throws(ProblemError) {
    guard !useAmounts.isEmpty else { return }
    var total = [Int64](repeating: 0, count: rowCount)
    for use in useRows.indices {
      let row = Int(useRows[use])
      let (sum, overflow) = total[row].addingReportingOverflow(useAmounts[use])
      guard !overflow, sum < Problem.sumLimit else {
        throw .sumTooLarge(what: "the amounts that options use of row \(row)")
      }
      total[row] = sum
    }
  }
}
