import Allocation
import ArgumentParser
import Dispatch
import Foundation
import Matching

struct SolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Run the engine alone on an instance file.",
    discussion: """
      Whitespace-separated integers; the first word names the form.

      alloc R K, K times `lower upper penalty`, then for each of R requests the number \
      of its options and for each option `score uses` and that many `row amount`. \
      `yaosu export-problem` writes this form.

      stable R H, H quotas, then for each resident and each hospital the length of its \
      list and that many `partner tier`. Ties are used to match more.

      designation C B E m, B capacities, C rows of B pair scores, then for each member \
      `group amount` and B scores.
      """)

  @Argument(help: "The instance file.")
  var file: String

  @Option(help: ArgumentHelp("Write each request's option (or -1) here.", valueName: "file"))
  var choices: String?

  @Option(help: ArgumentHelp("Write the prices of the certificate here.", valueName: "file"))
  var prices: String?

  @Option(help: ArgumentHelp("End the search after this many seconds.", valueName: "seconds"))
  var timeLimit: Double?

  @Option(help: "Threads to use; the answer does not depend on it.")
  var threads = 1

  @OptionGroup var output: OutputOptions

  private static let longestTimeLimit = 1_000_000.0

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1.") }
    if let timeLimit, !(timeLimit > 0 && timeLimit <= Self.longestTimeLimit) {
      throw ValidationError("--time-limit must be above 0 and at most 1000000 seconds.")
    }
  }

  func run() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let instance = try InstanceFile.read(file)
    // Nothing is written, and no time spent, for what cannot be written whole.
    if case .stable = instance, prices != nil { throw SolveFailure.noPrices(file: file) }
    for path in [choices, prices].compactMap(\.self) { try ResultFile.check(path) }
    let loaded = clock.now
    let answer = try EngineAnswer(instance, options: options(from: loaded))
    let solved = clock.now
    if let choices { try ResultFile.write(answer.choices, to: choices) }
    if let prices, let bytes = answer.prices { try ResultFile.write(bytes, to: prices) }
    let report = SolveReport(
      answer, read: start.duration(to: loaded), solve: loaded.duration(to: solved))
    try output.show(report) { report.lines }
  }

  private func options(from start: ContinuousClock.Instant) -> SolveOptions {
    let deadline = timeLimit.map { start.advanced(by: .seconds($0)) }
    // Who names a time wants it used.
    var options = SolveOptions(
      threads: threads, workLimit: deadline == nil ? nil : .max, wantsEntryCosts: false,
      shouldStop: deadline.map { deadline in { @Sendable in ContinuousClock.now >= deadline } })
    options.concurrentPerform = { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
    return options
  }
}

/// The engine's answer, as contract §2 names its parts.
struct SolveReport: Encodable {
  let status: String
  let objective: Int64
  let bound: Int64
  let gap: Int64
  let relativeGap: Double
  let algorithm: String
  let assigned: Int
  let readSeconds: Double
  let solveSeconds: Double
  /// Peak resident memory of the process.
  let peakMiB: Double

  init(_ answer: EngineAnswer, read: Duration, solve: Duration) {
    status = answer.status.rawValue
    objective = answer.objective
    bound = answer.bound
    gap = answer.bound - answer.objective
    relativeGap = Double(gap) / Double(max(1, abs(answer.objective)))
    algorithm = answer.algorithm
    assigned = answer.assigned
    readSeconds = read.inSeconds
    solveSeconds = solve.inSeconds
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    peakMiB = Double(usage.ru_maxrss) / 1024
  }

  var lines: [String] {
    [
      "\(status)  objective \(objective)  bound \(bound)  gap \(gap)  assigned \(assigned)",
      "\(algorithm); read \(readSeconds) s, solved \(solveSeconds) s, peak \(peakMiB) MiB",
    ]
  }
}
