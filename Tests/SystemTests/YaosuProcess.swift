import Foundation
import Postgres

/// The binary, run from outside.
struct YaosuProcess {
  /// What a run of the binary left behind.
  struct Output: Sendable {
    let status: Int32
    let stdout: String
    let stderr: String

    /// The one JSON object on stdout.
    func json() throws -> [String: Any] {
      let value = try JSONSerialization.jsonObject(with: Data(stdout.utf8))
      guard let object = value as? [String: Any] else { throw CocoaError(.coderInvalidValue) }
      return object
    }
  }

  /// The environment of a run: nothing that names a database but what a test adds.
  static func environment(_ extra: [String: String]) -> [String: String] {
    ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("PG") && $0.key != "DATABASE_URL" && $0.key != "XDG_DATA_HOME" }
      .merging(extra) { _, new in new }
  }

  /// The variables that lead the binary to a test's database.
  static func environment(of pool: Pool) -> [String: String] {
    let names = ["host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"]
    var result: [String: String] = [:]
    for (keyword, name) in names { result[name] = pool.configuration.parameters[keyword] }
    return result
  }

  /// Runs the binary to its end.
  static func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Output {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let (out, err) = (folder.file("stdout"), folder.file("stderr"))
    let process = try start(
      arguments, environment: environment, stdout: out, stderr: err)
    await waitForExit(process)
    return Output(
      status: process.terminationStatus, stdout: try String(contentsOf: out, encoding: .utf8),
      stderr: try String(contentsOf: err, encoding: .utf8))
  }

  static func start(
    _ arguments: [String], environment: [String: String], stdout: URL, stderr: URL
  ) throws -> Process {
    let process = Process()
    process.executableURL = binary
    process.arguments = arguments
    process.environment = self.environment(environment)
    for file in [stdout, stderr] { try Data().write(to: file) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: stdout)
    process.standardError = try FileHandle(forWritingTo: stderr)
    try process.run()
    return process
  }

  static func waitForExit(_ process: Process) async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        process.waitUntilExit()
        continuation.resume()
      }
    }
  }

  /// The one that `YAOSU_BINARY` names (under a sanitizer, say), or the one beside the test bundle.
  private static let binary =
    ProcessInfo.processInfo.environment["YAOSU_BINARY"].map { URL(filePath: $0) }
    ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "yaosu")
}

/// A folder that only its owner may enter, as `mktemp -d` makes it.
struct TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "yaosu-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  func file(_ name: String) -> URL { url.appending(path: name) }

  func write(_ name: String, _ text: String) throws -> String {
    try text.write(to: file(name), atomically: true, encoding: .utf8)
    return file(name).path
  }

  func remove() { try? FileManager.default.removeItem(at: url) }
}
