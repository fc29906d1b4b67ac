internal import Allocation
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
public import Logging
internal import NIOCore
public import Postgres
public import ServiceLifecycle

/// The HTTP service of departments, banks, universities and county offices.
public struct DepartmentServer: Sendable {
  private let pool: Pool
  private let address: String
  private let port: Int
  private let limits: ServerLimits
  private let tls: TLSIdentity?
  private let provider: IdentityProvider?
  private let crossOrigin: CrossOrigin
  private let logger: Logger
  private let requireSchema: @Sendable () async throws -> Void
  private let onListening: @Sendable (_ port: Int) async -> Void

  /// - Parameters:
  ///   - pool: connections in the service's role.
  ///   - address: the address to listen on.
  ///   - port: the port to listen on; 0 lets the system choose.
  ///   - tls: certificate and key; plain HTTP without them.
  ///   - provider: the city's identity provider, whose tokens count beside our own.
  ///   - crossOrigin: which web pages of other origins may call.
  ///   - requireSchema: throws while the database's schema is not this program's.
  ///   - onListening: told the port once requests are served.
  public init(
    pool: Pool, address: String, port: Int, limits: ServerLimits = ServerLimits(),
    tls: TLSIdentity? = nil, provider: IdentityProvider? = nil,
    crossOrigin: CrossOrigin = .nobody, logger: Logger,
    requireSchema: @escaping @Sendable () async throws -> Void,
    onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) {
    self.pool = pool
    self.address = address
    self.port = port
    self.limits = limits
    self.tls = tls
    self.provider = provider
    self.crossOrigin = crossOrigin
    self.logger = logger
    self.requireSchema = requireSchema
    hub = EventHub(pool: pool, logger: logger)
    self.onListening = onListening
  }

  /// The services that make up the server: they run until they are asked to shut down, and then
  /// finish the requests in flight.
  ///
  /// - Throws: an error if the files that the program carries do not fit it.
  public func services() throws -> [any Service] {
    let desk = CallDesk(pool: pool)
    let responder = try responder(desk)
    let application = Application(
      responder: responder, server: try channel(responder),
      configuration: .init(address: .hostname(address, port: port), serverName: Self.name),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
      eventLoopGroupProvider: .shared(ConnectionThreads.group), logger: logger)
    // The last one is shut down first: streams end, and the server then has nothing to wait for.
    return [application, Housekeeping(desk: desk, logger: logger), hub]
  }

  /// What answers say in `Server`.
  private static let name = "yaosu"

  private func channel(_ calls: APIResponder) throws -> HTTPServerBuilder {
    let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
      maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
      maxHeaderFieldCount: 100)
    let configuration = HTTP1Channel.Configuration(
      additionalChannelHandlers: [MalformedRequests(logger: logger)],
      idleTimeout: .init(limits.idleTime), httpDecoderConfiguration: decoder)
    let plain = HTTPServerBuilder { responder in
      CallChannel(
        base: HTTP1Channel(responder: responder, configuration: configuration), responder: calls,
        server: Self.name)
    }
    return try tls.map { try .tls(plain, tlsConfiguration: $0.configuration) } ?? plain
  }

  private let metrics = CallMetrics()
  let hub: EventHub
  private let bench = Workbench()

  func responder(_ desk: CallDesk) throws -> APIResponder {
    APIResponder(
      table: RouteTable(routes: try routes(desk)), gate: Gate(provider: provider),
      limiter: RateLimiter(rate: limits.rate), crossOrigin: crossOrigin, metrics: metrics,
      limits: limits, logger: logger, letIn: { call in try await desk.read(call) { _ in } })
  }

  /// Every route there is.
  private func routes(_ desk: CallDesk) throws -> [Route] {
    let resources = try Resource.all()
    let service = ServiceRoutes(
      pool: pool, metrics: metrics, requireSchema: requireSchema,
      document: APIDocument(resources: resources))
    let events = EventRoutes(hub: hub, feed: EventFeed(resources: resources, desk: desk))
    return service.routes + resources.flatMap { $0.routes(desk) } + events.routes
      + ImportRoutes(desk: desk).routes
      + RecordRoutes(desk: desk).routes + StepRoutes(desk: desk).routes
      + DeskRoutes(desk: desk).routes + RoundRoutes(desk: desk).routes
      + AnalysisRoutes(desk: desk, bench: bench).routes
      + PolicyRoutes(desk: desk, bench: bench).routes + ActRoutes(desk: desk).routes
  }
}

/// Forgets answers that nobody will ask for again.
struct Housekeeping: Service {
  let desk: CallDesk
  let logger: Logger
  private static let pause: Duration = .seconds(3600)

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      while true {
        do {
          try await desk.pool.execute(KeptAnswers.forgetting)
        } catch is CancellationError {
          return
        } catch {
          logger.warning("housekeeping failed", metadata: ["error": "\(error)"])
        }
        try await Task.sleep(for: Self.pause)
      }
    }
  }
}
