import Foundation
import Matching

let usageText = """
  usage: BenchmarkEngine compare [NAME:SIZE[:SEED] | FILE]...   kernel against peers, as ratios
         BenchmarkEngine generate NAME SIZE FILE [SEED]         writes an instance
         BenchmarkEngine solve FILE [FLAG]...                   objective, wall s, cpu s, peak MiB
  Flags: --work prints counts of steps, --first-served and --price-range ask for more.
  Names: A, B, C, D, Es, Et; adversarial: \(AdversarialFamilies.names.joined(separator: ", ")).
  Peers run where PEERS_PYTHON or .build-peers/bin/python has OR-Tools (`make bench-peers`).
  """

/// The comparison of `compare` without arguments: the families, then every adversarial instance.
let standardRuns =
  ["A:10000", "A:100000", "B:10000", "B:100000"]
  + AdversarialFamilies.names.map { $0 + (AdversarialFamilies.isDense($0) ? ":1000" : ":10000") }

func compare(_ wanted: [String]) throws {
  let python = ProcessInfo.processInfo.environment["PEERS_PYTHON"] ?? ".build-peers/bin/python"
  let found = FileManager.default.isExecutableFile(atPath: python)
  let repetitions = Int(ProcessInfo.processInfo.environment["REPEAT"] ?? "") ?? 3
  let comparison = Comparison(python: found ? python : nil, repetitions: repetitions)
  if !found { print("no peers: `make bench-peers` installs them") }
  print(Comparison.header)
  for run in wanted.isEmpty ? standardRuns : wanted {
    let parts = run.split(separator: ":").map(String.init)
    if parts.count == 1 {
      let name = URL(fileURLWithPath: run).deletingPathExtension().lastPathComponent
      try comparison.run(label: name, path: run)
    } else {
      let seed = parts.count > 2 ? UInt64(parts[2]) ?? 1 : 1
      try comparison.run(parts[0], size: parts[1], seed: seed)
    }
  }
}

func main(_ arguments: [String]) throws {
  switch (arguments.first, arguments.count) {
  case ("compare", _): try compare(Array(arguments.dropFirst()))
  case ("generate", 4), ("generate", 5):
    let seed = arguments.count == 5 ? UInt64(arguments[4]) ?? 1 : 1
    try Family.text(arguments[1], size: arguments[2], seed: seed).write(to: arguments[3])
  case ("solve", 2...):
    let flags = arguments.dropFirst(2)
    let options = AssignmentOptions(
      firstServed: flags.contains("--first-served"), priceRange: flags.contains("--price-range"))
    let (measurement, work) = try Measurement.solving(arguments[1], options)
    print(measurement.line)
    if flags.contains("--work") { print(work) }
  default: throw BenchmarkError.usage
  }
}

do {
  try main(Array(CommandLine.arguments.dropFirst()))
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(2)
}
