import Foundation

/// Runs the kernel and its peers on the same files, by turns, each in its own process.
struct Comparison {
  /// The Python of the peers' environment, nil where none is installed.
  let python: String?
  let repetitions: Int

  /// The medians of every contestant on one instance.
  func run(_ name: String, size: String, seed: UInt64) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("yaosu-\(name)-\(size)-\(seed).asg").path
    try Family.text(name, size: size, seed: seed).write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try run(label: "\(name) \(size)", path: path)
  }

  func run(label: String, path: String) throws {
    var ours: [Measurement] = []
    var peers: [Measurement] = []
    for _ in 0..<repetitions {
      ours.append(try measure(CommandLine.arguments[0], ["solve", path]))
      if let python { peers.append(try measure(python, [Self.script, "ortools", path])) }
    }
    report(label, Self.median(ours), peers.isEmpty ? nil : Self.median(peers))
  }

  static let header =
    "instance                     objective     wall s  cpu s   MiB | OR-Tools: wall s  cpu s   MiB | ratio wall   cpu   memory"

  private static let script = "Benchmarks/Engine/peers.py"

  private func report(_ label: String, _ ours: Measurement, _ peer: Measurement?) {
    var line = label.padding(toLength: 24, withPad: " ", startingAt: 0)
    line += String(
      format: " %15ld %8.4f %8.4f %6.0f", ours.objective, ours.wall, ours.processor, ours.peakMiB)
    if let peer {
      line += String(
        format: " | %15.4f %8.4f %6.0f | %8.1fx %6.1fx %6.1fx", peer.wall, peer.processor,
        peer.peakMiB, peer.wall / ours.wall, peer.processor / ours.processor,
        peer.peakMiB / ours.peakMiB)
      if peer.objective != ours.objective { line += "  OBJECTIVES DIFFER: \(peer.objective)" }
    }
    print(line)
    // A long run is watched through a pipe.
    fflush(nil)
  }

  private func measure(_ command: String, _ arguments: [String]) throws -> Measurement {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let line = String(decoding: output, as: UTF8.self)
    guard process.terminationStatus == 0, let measurement = Measurement(line: line) else {
      throw BenchmarkError.child(([command] + arguments).joined(separator: " "))
    }
    return measurement
  }

  /// The run with the median wall time.
  private static func median(_ runs: [Measurement]) -> Measurement {
    runs.sorted { $0.wall < $1.wall }[runs.count / 2]
  }
}
