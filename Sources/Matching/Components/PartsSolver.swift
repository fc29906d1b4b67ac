/// Solves the independent parts of a problem apart, perhaps at the same time, and puts the answers
/// together. Parts do not depend on each other, so that the result is the same either way.
enum PartsSolver {
  /// - Parameter solvePart: solves one part.
  static func solve(
    _ problem: Problem, _ parts: ProblemParts, _ options: SolveOptions,
    solvePart: @escaping @Sendable (Problem, SolveOptions) -> KernelAnswer
  ) -> KernelAnswer {
    let slots = AnswerSlots<KernelAnswer>(count: parts.count)
    var options = options
    // A part that goes on until it is stopped would leave no time to those after it.
    if options.workLimit == .max { options.workLimit = nil }
    let partOptions = options
    // Small parts first: when time runs out, most of them are done.
    let order = (0..<parts.count).sorted {
      (parts.requests[$0].count, $0) < (parts.requests[$1].count, $1)
    }
    let solveNext: @Sendable (Int) -> Void = { index in
      let part = order[index]
      var options = partOptions
      options.start = options.start.map { start in parts.requests[part].map { start[Int($0)] } }
      slots.fill(part, with: solvePart(parts.problem(part, of: problem), options))
    }
    if options.threads > 1, let perform = options.concurrentPerform {
      perform(parts.count, solveNext)
    } else {
      for index in order.indices { solveNext(index) }
    }
    return KernelAnswer(joining: slots.answers, parts, problem)
  }
}

extension KernelAnswer {
  /// Brings the answers of all parts back to the whole.
  init(joining answers: [KernelAnswer], _ parts: ProblemParts, _ problem: Problem) {
    var chosen = [Int32](repeating: -1, count: problem.requestCount)
    var entryCosts = [Int64](repeating: 0, count: problem.rowCount)
    var entryRows = [Int32](repeating: Int32(problem.rowCount), count: problem.optionCount)
    for (part, answer) in answers.enumerated() {
      let rows = parts.rows[part]
      var start: Int32 = 0
      for (place, request) in parts.requests[part].enumerated() {
        let options = problem.options(of: Int(request))
        let shift = Int32(options.lowerBound) - start
        if answer.chosen[place] >= 0 { chosen[Int(request)] = answer.chosen[place] + shift }
        for option in options {
          if let row = answer.entryRows?[option - Int(shift)], row < rows.count {
            entryRows[option] = rows[Int(row)]
          }
        }
        start += Int32(options.count)
      }
      for (place, cost) in (answer.entryCosts ?? []).enumerated() {
        entryCosts[Int(rows[place])] = cost
      }
    }
    let isExact = answers.allSatisfy { $0.entryCosts != nil }
    let solved = answers.filter { !$0.chosen.isEmpty }
    let names = Set(solved.map(\.algorithm)).sorted()
    self.init(
      chosen: chosen, certificate: Certificate(joining: answers, parts, problem),
      entryCosts: isExact ? entryCosts : nil, entryRows: isExact ? entryRows : nil,
      algorithm: names.joined(separator: "; ") + ", \(solved.count) parts",
      ending: answers.map(\.ending).max() ?? .complete,
      isProvedBest: answers.allSatisfy { $0.isProvedBest })
  }
}

extension Certificate {
  /// One certificate from those of all parts: a price form if all are, else the knapsack form, which
  /// contains the price form as the case without kept rows.
  fileprivate init(joining answers: [KernelAnswer], _ parts: ProblemParts, _ problem: Problem) {
    let scale = answers.reduce(1) { leastCommonMultiple($0, $1.certificate.scale) }
    var rowPrices = [Int64?](repeating: 0, count: problem.rowCount)
    var requestPrices = [Int64](repeating: 0, count: problem.requestCount)
    var keepsRows = false
    for (part, answer) in answers.enumerated() {
      let factor = scale / answer.certificate.scale
      for (row, price) in zip(parts.rows[part], answer.certificate.rowPrices) {
        rowPrices[Int(row)] = price.map { scaled($0, by: factor) }
      }
      guard case .knapsack(_, _, let prices) = answer.certificate else { continue }
      keepsRows = true
      for (request, price) in zip(parts.requests[part], prices) {
        requestPrices[Int(request)] = scaled(price, by: factor)
      }
    }
    guard keepsRows else {
      self = .price(scale: scale, rowPrices: rowPrices.map { $0 ?? 0 })
      return
    }
    for (part, answer) in answers.enumerated() {
      guard case .price = answer.certificate else { continue }
      for request in parts.requests[part] {
        requestPrices[Int(request)] = problem.margin(of: Int(request), rowPrices, scale)
      }
    }
    self = .knapsack(scale: scale, rowPrices: rowPrices, requestPrices: requestPrices)
  }
}

extension Problem {
  /// What a request gains at most at these prices, times the scale.
  fileprivate func margin(of request: Int, _ prices: [Int64?], _ scale: Int64) -> Int64 {
    let best = options(of: request).reduce(Int128(0)) { best, option in
      let cost = useRange(of: option).reduce(Int128(0)) {
        $0 + Int128(prices[Int(useRows[$1])] ?? 0) * Int128(amount(ofUse: $1))
      }
      return max(best, Int128(scores[option]) * Int128(scale) - cost)
    }
    return Int64(clamping: best)
  }
}

/// Clamped rather than trapping: a price too large for 64 bits proves a weaker bound, nothing wrong.
private func scaled(_ price: Int64, by factor: Int64) -> Int64 {
  Int64(clamping: Int128(price) * Int128(factor))
}

private func leastCommonMultiple(_ a: Int64, _ b: Int64) -> Int64 {
  var (x, y) = (a, b)
  while y != 0 { (x, y) = (y, x % y) }
  return a / x * b
}
