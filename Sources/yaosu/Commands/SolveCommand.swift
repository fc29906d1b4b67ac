import Allocation
import ArgumentParser
import Foundation
import Matching

struct SolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Run the engine alone on an instance file.",
    discussion: """
      Whitespace-separated integers. `alloc R K`, K times `lower upper penalty`, then for each of R \
      requests the number of its options and for each option `score uses` and that many \
      `row amount`. `yaosu export-problem` writes this form.
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
    let instance = try read()
    let loaded = clock.now
    guard case .allocation(let problem) = instance else {
      throw SolveFailure.unsupported(file: file)
    }
    let deadline = timeLimit.map { loaded.advanced(by: .seconds($0)) }
    let options = SolveOptions(
      threads: threads, wantsEntryCosts: false,
      shouldStop: deadline.map { deadline in { @Sendable in ContinuousClock.now >= deadline } })
    let solution = try Engine.solve(problem, options: options)
    let solved = clock.now
    try write(solution.choiceBytes, to: choices)
    try write(solution.priceBytes, to: prices)
    let report = SolveReport(
      solution, read: start.duration(to: loaded), solve: loaded.duration(to: solved))
    try output.show(report) { report.lines }
  }

  private func read() throws -> Instance {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: file))
    } catch {
      throw SolveFailure.unreadable(file: file, what: error.localizedDescription)
    }
    do {
      return try Instance(parsing: [UInt8](data))
    } catch {
      throw SolveFailure.malformed(file: file, error)
    }
  }

  private func write(_ bytes: [UInt8], to path: String?) throws {
    guard let path else { return }
    try Data(bytes).write(to: URL(filePath: path), options: .atomic)
  }
}

/// Why an instance file gives no answer.
enum SolveFailure: Error, CustomStringConvertible {
  case unreadable(file: String, what: String)
  case malformed(file: String, InstanceError)
  case unsupported(file: String)

  var description: String {
    switch self {
    case .unreadable(let file, let what): "\(file): \(what)"
    case .malformed(let file, let error): "\(file): \(error)"
    case .unsupported(let file): "\(file): the engine solves `alloc` instances only, for now"
    }
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

  init(_ solution: Solution, read: Duration, solve: Duration) {
    status = solution.status.rawValue
    objective = solution.objective
    bound = solution.bound
    gap = solution.gap
    relativeGap = solution.relativeGap
    algorithm = solution.algorithm
    assigned = solution.assigned
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
