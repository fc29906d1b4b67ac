extension Solution {
  /// Brings an algorithm's answer back to the problem's own order, and judges it by the problem and
  /// the certificate alone.
  ///
  /// - Parameters:
  ///   - start: what the answer must not be worse than.
  ///   - isTimeOver: whether the caller's time was over at the end, whoever noticed.
  init(
    _ answer: KernelAnswer, _ canonical: CanonicalProblem, _ problem: Problem,
    start: [Int32]? = nil, isTimeOver: Bool = false
  ) {
    let found = canonical.originalChoices(answer.chosen, in: problem)
    let isStartBetter = start.map { problem.objective(of: $0) > problem.objective(of: found) }
    choices = isStartBetter == true ? start ?? found : found
    certificate = answer.certificate.rearranged(by: canonical)
    entryCosts = answer.entryCosts.map { canonical.originalRows($0, default: 0) }
    entryRows = answer.entryRows.map { canonical.originalEntryRows($0) }
    algorithm = answer.algorithm
    objective = problem.objective(of: choices)
    // Prices an algorithm made are admissible; were they not, no bound would be claimed at all.
    bound = (try? certificate.bound(for: problem)).map(Int64.init(clamping:)) ?? .max
    isProvedBest = answer.isProvedBest || bound == objective
    status =
      switch (bound == objective, answer.ending == .stopped || (isTimeOver && !isProvedBest)) {
      case (true, _): .optimal
      case (false, true): .timeLimit
      case (false, false): .within
      }
  }
}

extension Certificate {
  fileprivate func rearranged(by canonical: CanonicalProblem) -> Certificate {
    switch self {
    case .price(let scale, let prices):
      return .price(scale: scale, rowPrices: canonical.originalRows(prices, default: 0))
    case .knapsack(let scale, let prices, let requestPrices):
      var original = requestPrices
      for (place, request) in canonical.requests.enumerated() {
        original[Int(request)] = requestPrices[place]
      }
      return .knapsack(
        scale: scale, rowPrices: canonical.originalRows(prices, default: nil),
        requestPrices: original)
    }
  }
}
