/// Solves problems whose options pair rows of two kinds: an exact flow, with prices.
enum PairedSolver {
  /// Steps from which the flow would take longer than the general way: about ten seconds.
  private static let workLimit = 1_000_000_000

  /// - Returns: `nil` if the problem is not of this structure, or too large for it.
  /// - Complexity: O(requests · rows that requests may have).
  static func solve(_ problem: Problem, _ options: SolveOptions) -> KernelAnswer? {
    guard let pairing = RowPairing(problem) else { return nil }
    let arcs = pairing.left.rows.count + pairing.right.rows.count + problem.rowCount
    guard arcs.multipliedReportingOverflow(by: problem.requestCount).partialValue < workLimit
    else { return nil }
    var flow = PairedFlow(problem, pairing)
    let meter = WorkMeter(options)
    flow.serveAll(meter)
    var chosen = flow.chosen(pairing)
    if meter.isOver {
      problem.fill(&chosen)
    } else {
      chosen = byLottery(chosen, problem)
    }
    return KernelAnswer(
      chosen: chosen,
      certificate: .price(scale: 1, rowPrices: flow.rowPrices(problem, pairing)),
      entryCosts: nil, entryRows: nil, algorithm: "shortest augmenting paths on paired rows",
      ending: meter.ending, isProvedBest: !meter.isOver)
  }

  /// Even exchanges in favour of the smaller lottery number; see ``LotteryPass``.
  private static func byLottery(_ chosen: [Int32], _ problem: Problem) -> [Int32] {
    let model = GeneralModel(problem)
    let inside = chosen.enumerated().map { request, option in
      option < 0 ? -1 : option - problem.optionStart[request]
    }
    let moved = LotteryPass.run(model, model.choices(of: problem, from: inside))
    var result = [Int32](repeating: -1, count: problem.requestCount)
    for (request, option) in moved.enumerated() where option >= 0 {
      result[Int(model.sourceRequest[request])] = model.sourceOption[Int(option)]
    }
    return result
  }
}
