import FoundationEssentials

/// A solver of others, or plain code written for the comparison, that runs in a process of its own.
enum Peer: String, CaseIterable {
  case flow = "OR-Tools flow"
  case networkSimplex = "LEMON simplex"
  case highs = "HiGHS"
  case constraints = "CP-SAT"
  case arrays = "plain C++"

  /// Whether the peer searches until its limit, so that a run is made once and judged by its answer.
  var isLimited: Bool { self == .highs || self == .constraints }

  /// The command that solves a file, nil where the peer is not installed.
  func command(_ path: String, limit: Int) -> [String]? {
    let folder = ProcessInfo.processInfo.environment["PEERS"] ?? ".build-peers"
    let (program, arguments) =
      switch self {
      case .flow: ("python", [Peer.script, "flow", path])
      case .networkSimplex: ("network_simplex", [path])
      case .highs: ("python", [Peer.script, "highs", path, String(limit)])
      case .constraints: ("python", [Peer.script, "cpsat", path, String(limit)])
      case .arrays: ("deferred_acceptance", [path])
      }
    let executable = "\(folder)/bin/\(program)"
    guard FileManager.default.isExecutableFile(atPath: executable) else { return nil }
    return [executable] + arguments
  }

  private static let script = "Benchmarks/Engine/peers/peers.py"
}
