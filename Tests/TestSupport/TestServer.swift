internal import FoundationEssentials
internal import Glibc
public import Postgres
internal import Synchronization

/// One private server for the whole test process: started at first use, gone when the process ends.
public enum TestServer {
  /// How to reach the server's database `yaosu` as its superuser.
  ///
  /// - Throws: ``PostgresError`` when the server cannot be started.
  public static func configuration() async throws -> Configuration {
    try await shared.value.configuration
  }

  private static let shared = Task {
    removeLeftovers()
    let folder = "\(prefix)\(getpid())"
    let server = try await PrivateServer.start(folder: folder, durability: .fast)
    running.withLock { $0 = (server, folder) }
    atexit { TestServer.shutDown() }
    return server
  }

  private static let prefix = "/tmp/yaosu-test."
  private static let running = Mutex<(server: PrivateServer, folder: String)?>(nil)

  private static func shutDown() {
    let last = running.withLock { state in
      defer { state = nil }
      return state
    }
    guard let last else { return }
    try? last.server.stopBlocking()
    try? FileManager.default.removeItem(atPath: last.folder)
  }

  /// Servers of test runs that were killed before they could clean up.
  private static func removeLeftovers() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
    for name in names where "/tmp/\(name)".hasPrefix(prefix) {
      guard let process = Int32(name.dropFirst("yaosu-test.".count)), kill(process, 0) != 0 else {
        continue
      }
      let folder = "/tmp/\(name)"
      if (try? PrivateServer.stopIfUnused(folder: folder)) == true {
        try? FileManager.default.removeItem(atPath: folder)
      }
    }
  }
}
