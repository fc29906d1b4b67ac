extension Problem {
  /// Which rows can never bind, even with a unit more.
  func slackRows() -> [Bool] {
    var most = [Int64](repeating: 0, count: rowCount)
    var largest = [Int64](repeating: 0, count: rowCount)
    var touched: [Int32] = []
    for request in 0..<requestCount {
      for option in options(of: request) {
        for use in useRange(of: option) {
          let row = Int(useRows[use])
          if largest[row] == 0 { touched.append(useRows[use]) }
          largest[row] = max(largest[row], amount(ofUse: use))
        }
      }
      for row in touched {
        most[Int(row)] += largest[Int(row)]
        largest[Int(row)] = 0
      }
      touched.removeAll(keepingCapacity: true)
    }
    return zip(rows, most).map { $0.effectivePenalty == 0 && $1 < $0.upper }
  }

  /// The options that no other option of their request dominates.
  ///
  /// - Precondition: the problem is in canonical order.
  func undominatedOptions(_ isSlack: [Bool]) -> [Int32] {
    hasUnitUses ? optionsOnDistinctRows() : undominatedByPairs(isSlack)
  }

  /// Of options of a request on the same rows the best one comes first.
  private func optionsOnDistinctRows() -> [Int32] {
    var kept: [Int32] = []
    kept.reserveCapacity(optionCount)
    for request in 0..<requestCount {
      let options = options(of: request)
      for option in options {
        if option > options.lowerBound, usesSameRows(option - 1, option) { continue }
        kept.append(Int32(option))
      }
    }
    return kept
  }

  @inline(__always)
  private func usesSameRows(_ a: Int, _ b: Int) -> Bool {
    let (first, second) = (useRange(of: a), useRange(of: b))
    guard first.count == second.count else { return false }
    for (x, y) in zip(first, second) where useRows[x] != useRows[y] { return false }
    return true
  }

  private func undominatedByPairs(_ isSlack: [Bool]) -> [Int32] {
    (0..<requestCount).flatMap { request -> [Int32] in
      let options = options(of: request)
      let isShort = options.count <= 32
      return options.filter { option in
        !(isShort && options.contains { dominates($0, option, isSlack) })
      }.map(Int32.init)
    }
  }

  /// Whether the first option is at least as good as the second and takes no more of any row. Uses
  /// are sorted by row.
  private func dominates(_ a: Int, _ b: Int, _ isSlack: [Bool]) -> Bool {
    guard a != b, scores[a] > scores[b] || (scores[a] == scores[b] && a < b) else { return false }
    var (uses, others) = (useRange(of: a), useRange(of: b))
    while true {
      while let use = uses.first, isSlack[Int(useRows[use])] { uses.removeFirst() }
      while let use = others.first, isSlack[Int(useRows[use])] { others.removeFirst() }
      guard let other = others.first else { return uses.isEmpty }
      let row = useRows[other]
      if let use = uses.first, useRows[use] == row {
        let isSame = amount(ofUse: use) == amount(ofUse: other)
        guard isSame || (amount(ofUse: use) < amount(ofUse: other) && isFreeToSpare(row)) else {
          return false
        }
        uses.removeFirst()
      } else if !isFreeToSpare(row) {
        return false
      }
      others.removeFirst()
    }
  }

  /// Whether using less of a row can never cost anything.
  private func isFreeToSpare(_ row: Int32) -> Bool { rows[Int(row)].effectivePenalty == 0 }

  /// The problem with some rows and options only.
  ///
  /// - Parameter places: the new index of each row, −1 where it is left out.
  func keeping(_ rowOrder: [Int32], _ options: [Int32], _ places: [Int32]) -> Problem {
    var starts: [Int32] = [0]
    starts.reserveCapacity(requestCount + 1)
    var next = 0
    for request in 0..<requestCount {
      let end = Int32(self.options(of: request).upperBound)
      while next < options.count, options[next] < end { next += 1 }
      starts.append(Int32(next))
    }
    var useStarts: [Int32] = [0]
    var keptRows: [Int32] = []
    var keptAmounts: [Int64] = []
    for option in options {
      for use in useRange(of: Int(option)) where places[Int(useRows[use])] >= 0 {
        keptRows.append(places[Int(useRows[use])])
        if !useAmounts.isEmpty { keptAmounts.append(useAmounts[use]) }
      }
      useStarts.append(Int32(keptRows.count))
    }
    return Problem(
      rows: rowOrder.map { rows[Int($0)] }, requestLottery: requestLottery, optionStart: starts,
      scores: CompactIntegers(options.lazy.map { scores[Int($0)] }), useStart: useStarts,
      useRows: keptRows,
      useAmounts: keptAmounts.allSatisfy { $0 == 1 } ? [] : keptAmounts)
  }
}
