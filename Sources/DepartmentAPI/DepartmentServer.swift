public import Hummingbird
public import Logging
public import Postgres

/// The HTTP service. For now it says only that it is alive; the departments' resources come with
/// the department API.
public struct DepartmentServer: Sendable {
  private let pool: Pool
  private let address: String
  private let port: Int
  private let logger: Logger
  private let onListening: @Sendable (_ port: Int) async -> Void

  /// - Parameters:
  ///   - pool: connections in the service's role.
  ///   - address: the address to listen on.
  ///   - port: the port to listen on; 0 lets the system choose.
  ///   - onListening: told the port once requests are served.
  public init(
    pool: Pool, address: String, port: Int, logger: Logger,
    onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) {
    self.pool = pool
    self.address = address
    self.port = port
    self.logger = logger
    self.onListening = onListening
  }

  /// The application: a service that runs until it is asked to shut down, and then finishes the
  /// requests in flight.
  public func application() -> some ApplicationProtocol {
    Application(
      router: router(),
      configuration: .init(address: .hostname(address, port: port), serverName: "yaosu"),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
      logger: logger)
  }

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.get("/healthz") { _, _ in Health.alive }
    return router
  }
}

/// Whether the process is alive. Says nothing about the database: a restart would not mend that.
struct Health: ResponseEncodable, Sendable {
  let status: String

  static let alive = Health(status: "alive")
}
