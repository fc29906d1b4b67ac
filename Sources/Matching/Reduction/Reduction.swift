/// What can be left out of a problem before it is solved, and how it is put back.
///
/// - Rows that can never bind: without a penalty for shortfalls, and with room for every request's
///   largest use and a unit more. Their price is 0.
/// - Dominated options: another option of the request scores at least as much and uses no more of any
///   row (of equals the first in canonical order stays). At prices ≥ 0 they gain no more than the
///   other, so that prices of the reduced problem prove the bound of the whole. With unit uses only
///   options on the same rows count, which are neighbours in canonical order: that takes linear
///   time, and the rows keep their nesting. Only where that leaves a problem that is solved exactly:
///   elsewhere a certificate may pack rows, a packing may hold two options of one request, and the
///   prices must have seen every option that the packing will.
///
/// Requests with one option need no treatment of their own: they are one-option parts or go through
/// the same prices as all others.
///
/// - Complexity: O(uses + pairs of options of requests with up to 32 options).
struct Reduction {
  let problem: Problem
  /// The original row at each place.
  private let rows: [Int32]
  /// The original option at each place.
  private let options: [Int32]
  /// The place of each original row, −1 where it was left out.
  private let placeOfRow: [Int32]

  /// `nil` if nothing can be left out.
  ///
  /// - Precondition: the problem is in canonical order.
  init?(_ original: Problem) {
    let isSlack = original.slackRows()
    let options = original.undominatedOptions(isSlack)
    if options.count < original.optionCount {
      let reduction = Reduction(original, isSlack, options)
      if reduction.problem.isExact {
        self = reduction
        return
      }
    }
    guard isSlack.contains(true) else { return nil }
    self = Reduction(original, isSlack, (0..<original.optionCount).map(Int32.init))
  }

  private init(_ original: Problem, _ isSlack: [Bool], _ options: [Int32]) {
    var places = [Int32](repeating: -1, count: original.rowCount)
    var rows: [Int32] = []
    for row in 0..<original.rowCount where !isSlack[row] {
      places[row] = Int32(rows.count)
      rows.append(Int32(row))
    }
    (self.rows, self.options, placeOfRow) = (rows, options, places)
    problem = original.keeping(rows, options, places)
  }

  /// Choices inside each request of the original, without those that were left out.
  func reducedChoices(_ choices: [Int32], of original: Problem) -> [Int32] {
    choices.enumerated().map { request, choice in
      let chosen = original.optionStart[request] + choice
      let kept = problem.options(of: request)
      guard choice >= 0, let place = options[kept].firstIndex(of: chosen) else { return -1 }
      return Int32(place - kept.lowerBound)
    }
  }

  /// The answer for the original problem.
  func undo(_ answer: KernelAnswer, in original: Problem) -> KernelAnswer {
    // An option that was left out enters where another on the same rows does; with several units that
    // other may be on other rows.
    let isExact = original.hasUnitUses || options.count == original.optionCount
    return KernelAnswer(
      chosen: answer.chosen.map { $0 < 0 ? -1 : options[Int($0)] },
      certificate: undo(answer.certificate, in: original),
      entryCosts: isExact ? answer.entryCosts.map { entryCosts($0, in: original) } : nil,
      entryRows: isExact ? answer.entryRows.map { entryRows($0, in: original) } : nil,
      algorithm: answer.algorithm, ending: answer.ending, isProvedBest: answer.isProvedBest)
  }

  private func undo(_ certificate: Certificate, in original: Problem) -> Certificate {
    switch certificate {
    case .price(let scale, let prices):
      return .price(scale: scale, rowPrices: placeOfRow.map { $0 < 0 ? 0 : prices[Int($0)] })
    case .knapsack(let scale, let prices, let requestPrices):
      return .knapsack(
        scale: scale, rowPrices: placeOfRow.map { $0 < 0 ? 0 : prices[Int($0)] },
        requestPrices: requestPrices)
    }
  }

  /// A row left out costs what the next row above it costs.
  private func entryCosts(_ costs: [Int64], in original: Problem) -> [Int64] {
    let forest = RowForest(original)
    return placeOfRow.indices.map { row in
      var current = row
      while current < placeOfRow.count, placeOfRow[current] < 0 {
        current = forest.map { Int($0.parent[current]) } ?? placeOfRow.count
      }
      return current < placeOfRow.count ? costs[Int(placeOfRow[current])] : 0
    }
  }

  /// An option left out enters where the one before it on the same rows does.
  private func entryRows(_ entries: [Int32], in original: Problem) -> [Int32] {
    let none = Int32(original.rowCount)
    var result = [Int32](repeating: none, count: original.optionCount)
    var next = 0
    for option in result.indices {
      if next < options.count, Int(options[next]) == option {
        if Int(entries[next]) < rows.count { result[option] = rows[Int(entries[next])] }
        next += 1
      } else {
        result[option] = result[option - 1]
      }
    }
    return result
  }
}
