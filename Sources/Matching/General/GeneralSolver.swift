/// Solves problems of any structure: prices, then search at those prices, with a certified gap.
enum GeneralSolver {
  /// Solves a problem in canonical order.
  ///
  /// - Complexity: at most the work limit of `options`, else ``defaultWork(_:)``.
  static func solve(_ problem: Problem, _ options: SolveOptions) -> KernelAnswer {
    let model = GeneralModel(problem)
    let meter = WorkMeter(
      limit: options.workLimit ?? defaultWork(model),
      patience: options.workLimit == nil ? patience(model) : nil, shouldStop: options.shouldStop)
    let search = GeneralSearch(problem, model, meter, options)
    if let start = options.start { search.keep(model.choices(of: problem, from: start)) }
    search.run()
    return KernelAnswer(
      chosen: search.chosen, certificate: search.certificate(),
      entryCosts: nil, entryRows: nil, algorithm: "prices, packings and local search",
      ending: meter.ending, isProvedBest: search.isProvedBest)
  }

  /// Steps that a search takes at most if the caller names no limit: about eight seconds for 100 to
  /// 1,000 requests that cannot be proved, half a minute for 10,000, and no more beyond 50,000.
  static func defaultWork(_ model: GeneralModel) -> Int64 {
    let requests = min(Int64(model.requestCount), crowd)
    return 50_000_000 + 12_000_000 * min(requests, 125) + 500_000 * min(requests, 1000)
      + 200_000 * requests
  }

  /// It ends earlier where progress has stopped: after two or three seconds for up to 400 requests,
  /// unless the gap is wide; see ``GeneralSearch/breed()``.
  private static func patience(_ model: GeneralModel) -> WorkMeter.Patience {
    WorkMeter.Patience(
      least: 250_000_000 + 30_000 * min(Int64(model.requestCount), crowd), factor: 2)
  }

  private static let crowd: Int64 = 50_000
}
