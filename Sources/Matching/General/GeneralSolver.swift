/// Solves problems of any structure: prices, then search at those prices, with a certified gap.
enum GeneralSolver {
  static func solve(_ problem: Problem, _ options: SolveOptions) -> KernelAnswer {
    let model = GeneralModel(problem)
    let meter = WorkMeter(
      limit: options.workLimit ?? defaultWork(model), shouldStop: options.shouldStop)
    let search = GeneralSearch(model, meter)
    search.run()
    return KernelAnswer(
      chosen: search.chosen(for: problem), certificate: search.certificate(for: problem),
      entryCosts: nil, entryRows: nil, algorithm: "prices, packings and local search",
      ending: meter.ending)
  }

  static func defaultWork(_ model: GeneralModel) -> Int64 {
    400_000_000 + 1_000_000 * Int64(model.requestCount)
  }
}
