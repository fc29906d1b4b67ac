import FoundationEssentials
import Glibc
import Matching

let usageText = """
  usage: BenchmarkEngine compare [FLAG]... [FAMILY | FAMILY:SIZE[:SEED] | FILE]...
           the engine beside its peers; without names, everything that a bar is set for
           --gate            exit with 1 if a bar is missed (stretch goals do not count)
           --repeat N        solves of which the median counts (3)
           --seeds N         also the gaps of seeds 1 to N, where solves have a limit (1)
           --peer-seconds N  limit of peers that search until they are stopped (60)
           --no-peers        the engine alone
         BenchmarkEngine generate FAMILY SIZE FILE [SEED]   writes an instance
         BenchmarkEngine solve FILE [SECONDS]               objective bound wall cpu peak-MiB
         BenchmarkEngine kernel FAMILY SIZE [SEED]          the assignment kernel, with its work
         BenchmarkEngine known FOLDER [SECONDS]             known answers of a folder's index.csv
  Families: A, B, C, D, Es, Et; adversarial: \(AdversarialFamilies.names.joined(separator: ", ")).
  Peers run where `make bench-peers` has put them; the folder may be named by PEERS.
  """

func compare(_ arguments: [String]) throws -> Int32 {
  var comparison = Comparison()
  var (names, isGate, rest): ([String], Bool, [String]) = ([], false, arguments.reversed())
  func number(_ flag: String) throws -> Int {
    guard let value = rest.popLast().flatMap({ Int($0) }), value > 0 else {
      throw BenchmarkError.usage("\(flag) needs a number above 0")
    }
    return value
  }
  while let argument = rest.popLast() {
    switch argument {
    case "--gate": isGate = true
    case "--no-peers": comparison.hasPeers = false
    case "--repeat": comparison.repetitions = try number(argument)
    case "--seeds": comparison.seeds = UInt64(try number(argument))
    case "--peer-seconds": comparison.peerSeconds = try number(argument)
    case _ where argument.hasPrefix("--"): throw BenchmarkError.usage("no flag \(argument)")
    default: names.append(argument)
    }
  }
  print(Comparison.header)
  if names.isEmpty { for row in Row.standard { try comparison.run(row) } }
  for name in names { try compare(name, &comparison) }
  print(comparison.missed.isEmpty ? "every bar met" : "bars missed:")
  for bar in comparison.missed { print("  \(bar)") }
  if !comparison.unjudged.isEmpty {
    print("not judged without a peer: \(comparison.unjudged.joined(separator: ", "))")
  }
  return isGate && !comparison.missed.isEmpty ? 1 : 0
}

/// Compares a family's standard rows, one row, or a file.
func compare(_ name: String, _ comparison: inout Comparison) throws {
  let parts = name.split(separator: ":").map(String.init)
  if FileManager.default.fileExists(atPath: name) {
    let file = URL(filePath: name).deletingPathExtension().lastPathComponent
    return try comparison.run(Row(family: file, size: ""), name, 0)
  }
  guard parts.count > 1 else {
    let rows = Row.standard.filter { $0.family == name }
    guard !rows.isEmpty else { throw BenchmarkError.usage("no file and no family \(name)") }
    for row in rows { try comparison.run(row) }
    return
  }
  let standard = Row.standard.first { $0.family == parts[0] && $0.size == parts[1] }
  try comparison.run(
    standard ?? Row(family: parts[0], size: parts[1]),
    seed: parts.count > 2 ? UInt64(parts[2]) ?? 1 : 1)
}

/// Solves rows by the assignment kernel alone and prints its counts of steps.
func runKernel(_ family: String, _ size: String, _ seed: UInt64) throws {
  guard let problem = try Family.rows(family, size: size, seed: seed)?.problem() else {
    throw BenchmarkError.usage("\(family) is no family of the assignment kernel")
  }
  var work: AssignmentSolution.Work?
  let measurement = Measurement {
    let solution = AssignmentSolver.solve(problem, AssignmentOptions(firstServed: true))
    work = solution.work
    return (Int(solution.objective), Int(solution.objective))
  }
  print(measurement.line)
  if let work { print(work) }
}

func main(_ arguments: [String]) throws -> Int32 {
  func argument(_ place: Int) -> String? {
    arguments.indices.contains(place) ? arguments[place] : nil
  }
  func seed(_ place: Int) -> UInt64 { argument(place).flatMap { UInt64($0) } ?? 1 }
  switch (arguments.first, arguments.count) {
  case ("compare", _): return try compare(Array(arguments.dropFirst()))
  case ("generate", 4...5):
    try Family.text(arguments[1], size: arguments[2], seed: seed(4)).write(to: arguments[3])
  case ("solve", 2...3):
    print(try EngineRun.measure(arguments[1], limit: argument(2).flatMap { Double($0) }).line)
  case ("kernel", 3...4): try runKernel(arguments[1], arguments[2], seed(3))
  case ("known", 2...3):
    let limit = argument(2).flatMap { Double($0) } ?? 60
    return try KnownAnswers.check(arguments[1], limit: limit).isEmpty ? 0 : 1
  default: throw BenchmarkError.usage("what to do?")
  }
  return 0
}

do {
  exit(try main(Array(CommandLine.arguments.dropFirst())))
} catch {
  let message = "\(error)\n"
  write(STDERR_FILENO, message, message.utf8.count)
  exit(2)
}
