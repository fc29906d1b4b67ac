/// Solves problems with unit uses on nested rows: flow, ties by lottery, sensitivity.
enum NestedSolver {
  static func solve(
    _ problem: Problem, _ forest: RowForest, _ options: SolveOptions
  ) -> KernelAnswer {
    var flow = NestedFlow(NestedInstance(problem, forest))
    let meter = WorkMeter(options)
    flow.serveAll(meter)
    flow.settlePotentials()
    flow.settleProfits()
    var chosen = flow.choice.array
    if meter.isOver {
      problem.fill(&chosen)
    } else {
      flow.checkInvariants()
      breakTies(&flow, meter)
      flow.checkInvariants()
      chosen = flow.choice.array
    }
    let hasEntryCosts = !meter.isOver && options.wantsEntryCosts
    return KernelAnswer(
      chosen: chosen, certificate: .price(scale: 1, rowPrices: flow.rowPrices),
      entryCosts: hasEntryCosts ? flow.entryCosts() : nil,
      entryRows: hasEntryCosts ? forest.leaf : nil,
      algorithm: "shortest augmenting paths on nested rows", ending: meter.ending,
      isProvedBest: !meter.isOver)
  }

  private static func breakTies(_ flow: inout NestedFlow, _ meter: WorkMeter) {
    var face = TightFace(of: flow)
    face.decideServed(&flow, meter)
    if !meter.isOver { face.decideOptions(&flow, meter) }
  }
}
