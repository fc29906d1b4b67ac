public import Postgres

/// The office's database, reached in the service's role.
public struct Database: Sendable {
  /// Connections in the role `yaosu_service`, which may not change the schema.
  public let pool: Pool
  let login: Configuration

  /// Opens a location for the length of `body`: starts the private server where one is wanted, and
  /// leaves it again.
  ///
  /// - Parameter onSignal: what SIGINT and SIGTERM do while a private server runs.
  /// - Throws: ``PostgresError`` if the database cannot be reached or the server not be started.
  public static func with<R: Sendable>(
    _ location: Location, onSignal: SignalPolicy = .stopServer,
    _ body: @Sendable (Database) async throws -> R
  ) async throws -> R {
    switch location {
    case .given(let configuration):
      return try await with(configuration, body)
    case .privateServer(let folder):
      let watch = onSignal == .stopServer ? SignalWatch() : nil
      defer { watch?.cancel() }
      let server = try await PrivateServer.start(folder: folder)
      watch?.arm { try? server.stopBlocking() }
      do {
        let result = try await with(server.configuration, body)
        await watch?.waitIfEnding()
        try await server.stop()
        return result
      } catch {
        await watch?.waitIfEnding()
        try? await server.stop()
        throw error
      }
    }
  }

  private static func with<R: Sendable>(
    _ configuration: Configuration, _ body: @Sendable (Database) async throws -> R
  ) async throws -> R {
    let database = Database(login: configuration)
    do {
      let result = try await body(database)
      await database.pool.close()
      return result
    } catch {
      await database.pool.close()
      throw error
    }
  }

  /// - Parameter configuration: as the login role; sessions then take on the service's role.
  public init(login configuration: Configuration) {
    var login = configuration
    login.settings["TimeZone"] = "Asia/Shanghai"
    login.settings["DateStyle"] = "ISO, YMD"
    // The statement of a process that is gone ends, and with it what it has locked.
    let check = "client_connection_check_interval"
    if login.parameters["options"]?.contains(check) != true { login.settings[check] = "2s" }
    self.login = login
    pool = Pool(login.role("yaosu_service"))
  }

  /// What a program needs in its environment to reach the same database over libpq.
  public var environment: [String: String] { login.libpqEnvironment }
}

extension Database {
  /// Where the database is.
  public enum Location: Sendable {
    /// The one that the environment names.
    case given(Configuration)
    /// A private server with its data in a folder.
    case privateServer(folder: String)

    /// - Parameters:
    ///   - dataFolder: the folder of the private server, if the user named one.
    ///   - environment: the process's environment; see contract §1.
    /// - Throws: ``PostgresError`` if `DATABASE_URL` is no address.
    public init(dataFolder: String?, environment: [String: String]) throws {
      if let dataFolder {
        self = .privateServer(folder: dataFolder)
      } else if Configuration.isGiven(in: environment) {
        self = .given(try Configuration(environment: environment))
      } else {
        self = .privateServer(folder: PrivateServer.defaultFolder(environment: environment))
      }
    }
  }
}
