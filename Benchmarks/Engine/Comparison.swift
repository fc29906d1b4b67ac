import FoundationEssentials
import Glibc

/// Runs the engine and its peers on the same files, each solve in a process of its own, so that peak
/// memory is the solve's and nobody's cache is warmed by another.
struct Comparison {
  /// Solves of each instance, of which the median counts.
  var repetitions = 3
  /// Seeds from 1 on, for the instances that have checkpoints.
  var seeds: UInt64 = 1
  /// The limit of peers that search until they are stopped.
  var peerSeconds = 60
  /// Whether peers run at all.
  var hasPeers = true
  /// Bars that were missed, stretch goals left out.
  private(set) var missed: [String] = []
  /// Instances of which bars could not be judged, for want of a peer's answer.
  private(set) var unjudged: [String] = []

  /// Measures a standard row or one like it on seed 1, then the checkpoints on the other seeds.
  mutating func run(_ row: Row, seed: UInt64 = 1) throws {
    let path = try makeInstance(row, seed)
    defer { unlink(path) }
    try run(row, path, seed)
    guard seeds > 1 else { return }
    for checkpoint in row.checkpoints { try runSeeds(row, checkpoint.limit, checkpoint.bars) }
  }

  /// Measures an instance that is a file already.
  mutating func run(_ row: Row, _ path: String, _ seed: UInt64) throws {
    let peers = hasPeers ? try measurePeers(row, path) : []
    if !row.bars.isEmpty || row.checkpoints.isEmpty {
      let ours = try median { try engine(path, limit: nil) }
      report(row, "yaosu", ours, beside: peers.first)
      judge(row, row.bars, ours, beside: peers.first, seed)
    }
    for (limit, bars) in row.checkpoints {
      let ours = try median { try engine(path, limit: limit) }
      report(row, "yaosu by \(limit) s", ours, beside: nil)
      judge(row, bars, ours, beside: nil, seed)
    }
  }

  private func measurePeers(_ row: Row, _ path: String) throws -> [Measurement] {
    try row.peers.compactMap { peer in
      guard let command = peer.command(path, limit: peerSeconds) else { return nil }
      let name = peer.isLimited ? "\(peer.rawValue), \(peerSeconds) s" : peer.rawValue
      do {
        let result = try median(of: peer.isLimited ? 1 : repetitions) { try child(command) }
        report(row, name, result, beside: nil)
        return result
      } catch BenchmarkError.child(let what) {
        print("\(row.name): \(name) gives no answer (\(what))")
        return nil
      }
    }
  }

  /// The gap of the median seed against the bars' gaps.
  private mutating func runSeeds(_ row: Row, _ limit: Double, _ bars: [Bar]) throws {
    var runs: [Measurement] = []
    for seed in 1...seeds {
      let path = try makeInstance(row, seed)
      defer { unlink(path) }
      runs.append(try engine(path, limit: limit))
      report(row, "by \(limit) s, seed \(seed)", runs[runs.count - 1], beside: nil)
    }
    let median = runs.sorted { $0.gap < $1.gap }[runs.count / 2]
    let gaps = bars.map { Bar(gap: $0.gap, isStretch: $0.isStretch) }
    judge(row, gaps, median, beside: nil, 1, "median of \(seeds) seeds: ")
  }

  private func makeInstance(_ row: Row, _ seed: UInt64) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("yaosu-\(getpid())-\(row.family)-\(row.size)-\(seed)").path
    // In a process of its own: what a large instance leaves in memory would stay for the whole run.
    _ = try output([Self.program, "generate", row.family, row.size, path, String(seed)])
    return path
  }
}

// MARK: - Measuring

extension Comparison {
  private static var program: String { CommandLine.arguments[0] }

  private func engine(_ path: String, limit: Double?) throws -> Measurement {
    try child([Self.program, "solve", path] + (limit.map { [String($0)] } ?? []))
  }

  /// The run with the median wall time.
  private func median(
    of count: Int? = nil, _ measure: () throws -> Measurement
  ) rethrows -> Measurement {
    let runs = try (0..<(count ?? repetitions)).map { _ in try measure() }
    return runs.sorted { $0.wall < $1.wall }[runs.count / 2]
  }

  private func child(_ command: [String]) throws -> Measurement {
    try Measurement(line: try output(command))
  }

  private func output(_ command: [String]) throws -> String {
    let quoted = command.map { "'" + $0.replacing("'", with: #"'\''"#) + "'" }
    guard let pipe = popen(quoted.joined(separator: " "), "r") else {
      throw BenchmarkError.child(command.joined(separator: " "))
    }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
      output += buffer.prefix(count)
    }
    guard pclose(pipe) == 0 else {
      throw BenchmarkError.child(command.joined(separator: " "))
    }
    return String(decoding: output, as: UTF8.self)
  }
}

// MARK: - Reporting

extension Comparison {
  static let header =
    "instance            solver                      objective      gap     wall s      cpu s     MiB"

  private func report(
    _ row: Row, _ solver: String, _ result: Measurement, beside peer: Measurement?
  ) {
    var line = column(row.name, width: 20) + column(solver, width: 22)
    line += column(Double(result.objective), digits: 0, width: 15)
    line += column(100 * result.gap, digits: 3, width: 8) + "%"
    line += column(result.wall, digits: 4, width: 11)
    line += column(result.processor, digits: 4, width: 11)
    line += column(result.peakMiB, digits: 0, width: 8)
    if let peer {
      line += " | \(column(peer.wall / result.wall, digits: 2))x as fast"
      line += ", 1/\(column(peer.peakMiB / result.peakMiB, digits: 2)) of the memory"
    }
    print(line)
    // A long run is watched through a pipe.
    fflush(nil)
  }

  private mutating func judge(
    _ row: Row, _ bars: [Bar], _ ours: Measurement, beside peer: Measurement?, _ seed: UInt64,
    _ label: String = ""
  ) {
    // Who proves more than another's answer has found a fault in one of them.
    if let peer, ours.bound < peer.objective || peer.bound < ours.objective {
      missed.append("\(row.name): answers contradict each other")
      print("  ANSWERS CONTRADICT EACH OTHER")
    }
    if peer == nil, bars.contains(where: \.needsPeer) { unjudged.append(row.name) }
    for bar in bars {
      let kind = bar.isStretch ? "stretch" : "bar"
      for (text, isMet) in bar.verdicts(ours, beside: peer, seed: seed) {
        print("  \(kind): \(label)\(text): \(isMet ? "met" : "NOT MET")")
        if !isMet && !bar.isStretch { missed.append("\(row.name): \(label)\(text)") }
      }
    }
  }
}
