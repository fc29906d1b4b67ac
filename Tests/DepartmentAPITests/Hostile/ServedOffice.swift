import Foundation
import Postgres
import TestSupport

/// `yaosu serve` as a process of its own on a test's database: the binary that the tests were built with,
/// or the one that `YAOSU_BINARY` names (a release build, one under a sanitizer).
final class ServedOffice: Sendable {
  let port: UInt16
  private let process: Process
  private let log: URL

  static let binary: URL = {
    if let named = ProcessInfo.processInfo.environment["YAOSU_BINARY"] {
      return URL(filePath: named)
    }
    return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "yaosu")
  }()

  struct Failed: Error { let said: String }

  init(on database: Pool) async throws {
    log = FileManager.default.temporaryDirectory.appending(path: "yaosu-serve-\(UUID().uuidString)")
    try Data().write(to: log)
    process = Process()
    process.executableURL = Self.binary
    process.arguments = ["serve", "--port", "0", "--rate", "0"]
    var environment = ProcessInfo.processInfo.environment
    for (keyword, name) in [
      "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE",
    ] {
      environment[name] = database.configuration.parameters[keyword]
    }
    process.environment = environment.filter { $0.key != "DATABASE_URL" }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
    var found: UInt16?
    let (log, process) = (log, process)
    do {
      try await eventually("the service listens") {
        found = Self.port(in: (try? String(contentsOf: log, encoding: .utf8)) ?? "")
        return found != nil || !process.isRunning
      }
    } catch {
      process.terminate()
      throw error
    }
    guard let found else { throw Failed(said: try String(contentsOf: log, encoding: .utf8)) }
    port = found
  }

  private static func port(in text: String) -> UInt16? {
    guard let line = text.split(separator: "\n").first(where: { $0.contains("listening on") })
    else {
      return nil
    }
    return line.split(separator: ":").last.flatMap { UInt16($0.prefix { $0.isNumber }) }
  }

  var isRunning: Bool { process.isRunning }

  /// What it has logged so far.
  var said: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

  /// SIGTERM.
  ///
  /// - Returns: the exit status; a signal's number below 0.
  func stop() async -> Int32 {
    process.terminate()
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        self.process.waitUntilExit()
        continuation.resume()
      }
    }
    try? FileManager.default.removeItem(at: log)
    return process.terminationReason == .exit
      ? process.terminationStatus : -process.terminationStatus
  }
}
