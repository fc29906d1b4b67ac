internal import Logging
public import Postgres
internal import Synchronization

/// A database for one test, dropped afterwards. Tests run side by side.
///
/// ```swift
/// try await TestDatabase.with { pool in … }                       // empty
/// try await TestDatabase.with(template: .migrated) { pool in … }  // a clone
/// ```
public enum TestDatabase {
  /// A database that is made once in a test process and cloned for each test.
  public struct Template: Sendable {
    let name: String
    let prepare: @Sendable (Configuration) async throws -> Void

    /// - Parameters:
    ///   - name: lower-case letters and digits; one name stands for one content.
    ///   - prepare: fills the empty database, and closes its connections before it returns.
    public init(
      _ name: String, prepare: @escaping @Sendable (Configuration) async throws -> Void
    ) {
      self.name = "template_" + name
      self.prepare = prepare
    }
  }

  /// Runs a test on a database of its own.
  ///
  /// - Parameter template: what to clone; by default the database is empty.
  public static func with<R>(
    template: Template? = nil, options: PoolOptions = PoolOptions(maximumConnections: 8),
    on isolation: isolated (any Actor)? = #isolation, _ body: (Pool) async throws -> R
  ) async throws -> R {
    try await turnstile.pass { try await admitted(template, options, on: isolation, body) }
  }

  private static func admitted<R>(
    _ template: Template?, _ options: PoolOptions, on isolation: isolated (any Actor)?,
    _ body: (Pool) async throws -> R
  ) async throws -> R {
    let server = try await TestServer.configuration()
    if let template { try await prepared(template, server) }
    let name = "test_\(serial.add(1, ordering: .relaxed).newValue)"
    try await create(name, from: template?.name ?? "template0", server)
    let pool = Pool(server.database(name), options: options, logger: quiet)
    do {
      let result = try await body(pool)
      try await drop(pool, name, server)
      return result
    } catch {
      try? await drop(pool, name, server)
      throw error
    }
  }

  private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private static let serial = Atomic(0)
  private static let turnstile = Turnstile(places: 8)
  private static let templates = Guarded<[String: Task<Void, any Error>]>([:])

  private static func prepared(_ template: Template, _ server: Configuration) async throws {
    let task = templates.withLock { templates in
      if let known = templates[template.name] { return known }
      let task = Task {
        try await create(template.name, from: "template0", server)
        try await template.prepare(server.database(template.name))
      }
      templates[template.name] = task
      return task
    }
    try await task.value
  }

  private static func create(
    _ name: String, from template: String, _ server: Configuration
  ) async throws {
    let connection = try await Connection.connect(server)
    defer { connection.close() }
    // The template's own sessions may need a moment to end on the server's side.
    let retry = RetryPolicy(attempts: 50)
    for attempt in 1...retry.attempts {
      do {
        try await connection.execute(
          "CREATE DATABASE \(identifier: [name]) TEMPLATE \(identifier: [template])")
        return
      } catch let error as PostgresError
        where error.sqlState == "55006" && attempt < retry.attempts
      {
        try await retry.sleep(.milliseconds(20))
      }
    }
  }

  private static func drop(_ pool: Pool, _ name: String, _ server: Configuration) async throws {
    await pool.close()
    let connection = try await Connection.connect(server)
    defer { connection.close() }
    try await connection.execute("DROP DATABASE \(identifier: [name]) WITH (FORCE)")
  }
}
