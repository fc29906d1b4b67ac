/// Solves problems with unit uses on nested rows: flow, ties by lottery, sensitivity.
enum NestedSolver {
  static func solve(
    _ problem: Problem, _ forest: RowForest, _ options: SolveOptions
  ) -> KernelAnswer {
    var flow = NestedFlow(problem, forest)
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
      algorithm: "shortest augmenting paths on nested rows", ending: ending)
  }

  private static func breakTies(_ flow: inout NestedFlow) {
    var face = TightFace(of: flow)
    face.decideServed(&flow)
    face.decideOptions(&flow)
  }
}

/// What an algorithm finds, in canonical order.
struct KernelAnswer {
  /// For each request its option over all options, or −1.
  let chosen: [Int32]
  let certificate: Certificate
  let entryCosts: [Int64]?
  /// For each option the row at which it enters, the number of rows where it has none.
  let entryRows: [Int32]?
  let algorithm: String
  let ending: Ending
}

/// Why an algorithm ended.
enum Ending {
  /// It had nothing left to do.
  case complete
  /// The work that the options allow was spent.
  case workLimit
  /// The caller's ``SolveOptions/shouldStop`` said so.
  case stopped
}
