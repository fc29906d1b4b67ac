/// Solves problems with unit uses on nested rows: flow, ties by lottery, sensitivity.
enum NestedSolver {
  static func solve(
    _ problem: Problem, _ forest: RowForest, _ options: SolveOptions
  ) -> KernelAnswer {
    var flow = NestedFlow(NestedInstance(problem, forest))
    let ending = flow.serveAll(within: options)
    flow.settlePotentials()
    flow.settleProfits()
    if ending == .complete {
      flow.checkInvariants()
      breakTies(&flow)
      flow.checkInvariants()
    }
    let hasEntryCosts = ending == .complete && options.wantsEntryCosts
    return KernelAnswer(
      chosen: flow.choice.array, certificate: .price(scale: 1, rowPrices: flow.rowPrices),
      entryCosts: hasEntryCosts ? flow.entryCosts() : nil,
      entryRows: hasEntryCosts ? forest.leaf : nil,
      algorithm: "shortest augmenting paths on nested rows", ending: ending,
      isProvedBest: ending == .complete)
  }

  private static func breakTies(_ flow: inout NestedFlow) {
    var face = TightFace(of: flow)
    face.decideServed(&flow)
    face.decideOptions(&flow)
  }
}
