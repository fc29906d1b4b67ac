/// A problem in an order that its content alone decides, and the way back.
///
/// Requests and rows are sorted by lottery number (equal numbers keep the order of input), uses by
/// row, and the options of a request by their rows, then by falling score. Solving in this order
/// makes the answer independent of the order of input, and gives ties their meaning: a smaller
/// index is a smaller lottery number.
struct CanonicalProblem: Sendable {
  let problem: Problem
  /// The original request at each place.
  let requests: [Int32]
  /// The original row at each place.
  let rows: [Int32]
  /// The original option (an index over all options) at each place; `nil` where none has moved.
  let options: [Int32]?

  /// - Complexity: O(n log n) in requests and rows, plus sorting each request's options; linear, and
  ///   without a copy, where the problem is in this order already.
  init(_ original: Problem) {
    if original.isCanonical {
      requests = original.requestLottery.indices.map(Int32.init)
      rows = original.rows.indices.map(Int32.init)
      (options, problem) = (nil, original)
      return
    }
    requests = CanonicalProblem.order(original.requestLottery)
    rows = CanonicalProblem.order(original.rows.map(\.lottery))
    var place = [Int32](repeating: 0, count: rows.count)
    for (index, row) in rows.enumerated() { place[Int(row)] = Int32(index) }
    let uses = CanonicalProblem.sortedUses(original, place)
    let order = CanonicalProblem.sortedOptions(original, requests, uses)
    problem = original.rearranged(requests: requests, rows: rows, options: order, uses: uses)
    options = order
  }

  private static func order(_ lottery: [UInt64]) -> [Int32] {
    let identity = lottery.indices.map(Int32.init)
    if zip(lottery, lottery.dropFirst()).allSatisfy({ $0 <= $1 }) { return identity }
    return identity.sorted { (lottery[Int($0)], $0) < (lottery[Int($1)], $1) }
  }

  /// The uses of all options with rows renumbered and sorted inside each option.
  private static func sortedUses(_ original: Problem, _ place: [Int32]) -> SortedUses {
    var rows = original.useRows.map { place[Int($0)] }
    var amounts = original.useAmounts
    for option in 0..<original.optionCount {
      let range = original.useRange(of: option)
      guard range.count > 1 else { continue }
      let order = range.sorted { rows[$0] < rows[$1] }
      let (newRows, newAmounts) = (order.map { rows[$0] }, order.map { original.amount(ofUse: $0) })
      rows.replaceSubrange(range, with: newRows)
      if !amounts.isEmpty { amounts.replaceSubrange(range, with: newAmounts) }
    }
    return SortedUses(rows: rows, amounts: amounts)
  }

  private static func sortedOptions(
    _ original: Problem, _ requests: [Int32], _ uses: SortedUses
  ) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(original.optionCount)
    func precedes(_ a: Int32, _ b: Int32) -> Bool {
      original.precedes(Int(a), Int(b), uses)
    }
    for request in requests {
      let options = original.options(of: Int(request)).map(Int32.init)
      let isSorted = zip(options, options.dropFirst()).allSatisfy(precedes)
      result += isSorted ? options : options.sorted(by: precedes)
    }
    return result
  }
}

extension Problem {
  /// Whether the first option comes before the second: by rows, then by falling score, then by
  /// amounts; options equal in all this keep the order of input.
  fileprivate func precedes(_ a: Int, _ b: Int, _ uses: SortedUses) -> Bool {
    let (first, second) = (useRange(of: a), useRange(of: b))
    for (x, y) in zip(first, second) where uses.rows[x] != uses.rows[y] {
      return uses.rows[x] < uses.rows[y]
    }
    if first.count != second.count { return first.count < second.count }
    if scores[a] != scores[b] { return scores[a] > scores[b] }
    if !uses.amounts.isEmpty {
      for (x, y) in zip(first, second) where uses.amounts[x] != uses.amounts[y] {
        return uses.amounts[x] < uses.amounts[y]
      }
    }
    return a < b
  }

  /// Whether requests, rows, uses and options are in canonical order already.
  fileprivate var isCanonical: Bool {
    guard isRising(requestLottery), isRising(rows.lazy.map(\.lottery)) else { return false }
    for option in scores.indices {
      for use in useRange(of: option).dropFirst() where useRows[use - 1] > useRows[use] {
        return false
      }
    }
    let uses = SortedUses(rows: useRows, amounts: useAmounts)
    for request in 0..<requestCount {
      for option in options(of: request).dropFirst() where !precedes(option - 1, option, uses) {
        return false
      }
    }
    return true
  }

  private func isRising(_ lottery: some Collection<UInt64>) -> Bool {
    zip(lottery, lottery.dropFirst()).allSatisfy { $0 <= $1 }
  }
}

/// Uses of a problem after renumbering, addressed by the original ranges.
struct SortedUses {
  let rows: [Int32]
  /// Empty where every amount is 1.
  let amounts: [Int64]
}

extension Problem {
  fileprivate func rearranged(
    requests: [Int32], rows rowOrder: [Int32], options: [Int32], uses: SortedUses
  ) -> Problem {
    var starts: [Int32] = [0]
    starts.reserveCapacity(requestCount + 1)
    for request in requests {
      starts.append(starts[starts.count - 1] + Int32(self.options(of: Int(request)).count))
    }
    var useStarts: [Int32] = [0]
    useStarts.reserveCapacity(optionCount + 1)
    var useRows: [Int32] = []
    useRows.reserveCapacity(uses.rows.count)
    var useAmounts: [Int64] = []
    useAmounts.reserveCapacity(uses.amounts.count)
    for option in options {
      let range = useRange(of: Int(option))
      useRows += uses.rows[range]
      if !uses.amounts.isEmpty { useAmounts += uses.amounts[range] }
      useStarts.append(Int32(useRows.count))
    }
    return Problem(
      rows: rowOrder.map { rows[Int($0)] },
      requestLottery: requests.map { requestLottery[Int($0)] },
      optionStart: starts, scores: CompactIntegers(options.lazy.map { scores[Int($0)] }),
      useStart: useStarts, useRows: useRows, useAmounts: useAmounts)
  }
}

extension CanonicalProblem {
  /// Choices of the canonical problem, as options counted inside each original request.
  ///
  /// - Parameter chosen: for each canonical request its option over all canonical options, or −1.
  func originalChoices(_ chosen: [Int32], in original: Problem) -> [Int32] {
    var result = [Int32](repeating: -1, count: chosen.count)
    for (place, option) in chosen.enumerated() where option >= 0 {
      let request = Int(requests[place])
      let place = options?[Int(option)] ?? option
      result[request] = place - original.optionStart[request]
    }
    return result
  }

  /// Choices inside each original request, as choices inside each canonical one.
  func canonicalChoices(_ choices: [Int32], of original: Problem) -> [Int32] {
    requests.enumerated().map { place, request in
      let choice = choices[Int(request)]
      guard choice >= 0, let options else { return choice }
      let chosen = original.optionStart[Int(request)] + choice
      return Int32(options[problem.options(of: place)].firstIndex(of: chosen) ?? 0)
        - problem.optionStart[place]
    }
  }

  /// One value a row, from canonical to original order.
  func originalRows<Value>(_ values: [Value], default value: Value) -> [Value] {
    var result = [Value](repeating: value, count: values.count)
    for (place, row) in rows.enumerated() { result[Int(row)] = values[place] }
    return result
  }

  /// For each original option its entry row in original order; −1 where it has none.
  func originalEntryRows(_ leaves: [Int32]) -> [Int32] {
    var result = [Int32](repeating: -1, count: leaves.count)
    for (place, leaf) in leaves.enumerated() where Int(leaf) < rows.count {
      result[Int(options?[place] ?? Int32(place))] = rows[Int(leaf)]
    }
    return result
  }
}
