import Dispatch
import Glibc
import Matching

/// The engine on one file, as `yaosu solve` runs it.
enum EngineRun {
  /// Solves a file and checks the answer.
  ///
  /// - Parameter limit: seconds after which a search ends, nil for none.
  static func measure(_ path: String, limit: Double?) throws -> Measurement {
    switch try read(path) {
    case .allocation(let problem): try measure(problem, options(limit), path)
    case .designation(let problem): try measure(problem, options(limit), path)
    case .stable(let problem): try measure(problem, path)
    }
  }

  static func read(_ path: String) throws -> Instance {
    guard let file = fopen(path, "r") else { throw BenchmarkError.file(path) }
    defer { fclose(file) }
    return try Instance(size: nil) { fread($0.baseAddress, 1, $0.count, file) }
  }

  private static func options(_ limit: Double?) -> SolveOptions {
    let deadline = limit.map { seconds(CLOCK_MONOTONIC) + $0 }
    var options = SolveOptions(
      threads: 2, workLimit: limit == nil ? nil : .max, wantsEntryCosts: false,
      shouldStop: deadline.map { deadline in { @Sendable in seconds(CLOCK_MONOTONIC) >= deadline } }
    )
    options.concurrentPerform = { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
    return options
  }

  private static func measure(
    _ problem: Problem, _ options: SolveOptions, _ path: String
  ) throws -> Measurement {
    var solution: Solution?
    let measurement = try Measurement {
      let found = try Engine.solve(problem, options: options)
      solution = found
      return (Int(found.objective), Int(found.bound))
    }
    guard let solution, problem.objective(of: solution.choices) == solution.objective,
      try solution.certificate.bound(for: problem) == Int128(solution.bound)
    else { throw BenchmarkError.wrong(path) }
    return measurement
  }

  /// What anyone recomputes from prices counts here, even where packings prove more.
  private static func measure(
    _ problem: DesignationProblem, _ options: SolveOptions, _ path: String
  ) throws -> Measurement {
    var solution: DesignationSolution?
    let measurement = try Measurement {
      let found = try Engine.solve(problem, options: options)
      solution = found
      return (Int(found.objective), Int(found.bound))
    }
    guard let solution, try solution.certificate.bound(for: problem) == Int128(solution.bound)
    else { throw BenchmarkError.wrong(path) }
    return measurement
  }

  private static func measure(_ problem: StableProblem, _ path: String) throws -> Measurement {
    var solution: StableSolution?
    let measurement = Measurement {
      let found = Engine.solve(problem, options: StableOptions(matchesMore: true))
      solution = found
      return (found.assigned, found.assigned)
    }
    guard let solution, problem.blockingPairs(of: solution.choices).isEmpty
    else { throw BenchmarkError.wrong("a pair blocks in \(path)") }
    return measurement
  }
}
