internal import Dispatch
internal import Glibc

/// A PostgreSQL server of our own, for those who have none: installed binaries, a data folder, a
/// unix socket, no TCP.
///
/// Several processes on one data folder share one server: the first starts it, the last stops it.
/// Whoever dies without ``stop()`` is not counted any more; a server that so lost its last user is
/// taken over by the next. Run as root, the server runs as user `postgres`, also where that user
/// may not enter the folders above.
public final class PrivateServer: Sendable {
  /// How much a crash may cost.
  public enum Durability: Sendable {
    /// For real data: the server's own defaults.
    case durable
    /// For tests: nothing waits for the disk, a crash may lose everything.
    case fast
  }

  /// How to reach the database `yaosu` on this server, as its superuser.
  public let configuration: Configuration
  private let folder: ServerFolder
  private let hold: Guarded<ServerHold?>

  private init(configuration: Configuration, folder: ServerFolder, hold: ServerHold) {
    self.configuration = configuration
    self.folder = folder
    self.hold = Guarded(hold)
  }

  /// `$XDG_DATA_HOME/yaosu`, by default `~/.local/share/yaosu`.
  public static func defaultFolder(environment: [String: String]) -> String {
    if let base = environment["XDG_DATA_HOME"], base.hasPrefix("/") { return base + "/yaosu" }
    return (environment["HOME"] ?? "/root") + "/.local/share/yaosu"
  }

  /// Joins the folder's server, starting it (and making the folder) where needed.
  ///
  /// - Throws: ``PostgresError`` of kind `privateServer` that names the cause and the remedy.
  public static func start(
    folder path: String, durability: Durability = .durable
  ) async throws -> PrivateServer {
    let (folder, hold, socket) = try await blocking {
      let folder = try ServerFolder(path)
      let hold = try ServerHold(folder)
      return (folder, hold, try hold.enter(durability))
    }
    let configuration = Configuration(parameters: [
      "host": socket, "port": "5432", "user": "postgres", "dbname": "yaosu",
    ])
    let server = PrivateServer(configuration: configuration, folder: folder, hold: hold)
    try await createDatabase(configuration)
    return server
  }

  /// Leaves the server, and stops it when nobody else uses it. Idempotent.
  ///
  /// - Throws: ``PostgresError`` of kind `privateServer` when the server does not stop.
  public func stop() async throws {
    try await Self.blocking { [self] in try stopBlocking() }
  }

  /// As ``stop()``, on the calling thread: for exit handlers.
  public func stopBlocking() throws {
    let taken = hold.withLock { hold in
      defer { hold = nil }
      return hold
    }
    try taken?.leave()
  }

  /// Stops a server that was left running by users who died, such as a killed test run.
  ///
  /// - Returns: whether nobody uses the folder.
  @discardableResult
  public static func stopIfUnused(folder path: String) throws -> Bool {
    try ServerHold(ServerFolder(path)).stopIfUnused()
  }

  /// The server's process, for tests that kill it.
  public var processID: Int32? { folder.runningServer()?.process }

  private static func createDatabase(_ configuration: Configuration) async throws {
    let connection = try await Connection.connect(configuration.database("postgres"))
    defer { connection.close() }
    let known = try await connection.query("SELECT 1 FROM pg_database WHERE datname = 'yaosu'")
    guard known.isEmpty else { return }
    do {
      try await connection.execute("CREATE DATABASE yaosu")
    } catch let error as PostgresError where ["42P04", "23505"].contains(error.sqlState) {
      // Another process that joined at the same time was quicker.
    }
  }

  private static func blocking<R: Sendable>(
    _ body: @escaping @Sendable () throws -> R
  ) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
    }
  }
}

extension PostgresError {
  static func privateServer(_ cause: String, remedy: String) -> PostgresError {
    var error = PostgresError(.privateServer, "\(cause); \(remedy)")
    error.hint = remedy
    return error
  }
}
