import Allocation
import ArgumentParser
import DepartmentAPI
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the departments' HTTP API until stopped.",
    discussion: """
      GET /docs explains it, GET /openapi.yaml is the document for programs. /healthz answers while \
      the process lives, /readyz while the database is there with the right schema, /metrics is for \
      Prometheus. SIGTERM and SIGINT end it after the requests in flight.

      With --tls-cert and --tls-key it speaks TLS 1.2 or later. Without them it speaks plain HTTP, on \
      the loopback address: put a proxy that speaks TLS in front of it.
      """)

  @Option(help: "The address to listen on.")
  var address = "127.0.0.1"

  @Option(help: "The port to listen on.")
  var port = 8080

  @Option(help: "Calls a second that one token may make in the long run; 0 is no limit.")
  var rate = 100.0

  @OptionGroup var tls: TLSOptions
  @OptionGroup var identity: IdentityOptions

  @Option(
    name: .customLong("cors-origin"),
    help: ArgumentHelp(
      "An origin whose web pages may call, for example https://portal.example.gov.cn; repeat it "
        + "for more (default: YAOSU_CORS_ORIGINS, parted by commas; else none).",
      valueName: "origin"))
  var corsOrigins: [String] = []

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port must be from 0 to 65535, not \(port).")
    }
    guard rate >= 0, rate.isFinite else { throw ValidationError("--rate must not be negative.") }
  }

  func run() async throws {
    FileDescriptors.raiseLimit()
    let (address, port) = (address, port)
    let output = output
    var limits = ServerLimits()
    limits.rate = rate
    let chosen = limits
    let certified = try tls.identity()
    let provider = try await identity.provider()
    let crossOrigin = try crossOrigin()
    try await database.withDatabase(onSignal: .leaveAlone) { database in
      try await database.requireSchema()
      let logger = Logger(label: "yaosu")
      let server = DepartmentServer(
        pool: database.pool, address: address, port: port, limits: chosen,
        tls: certified, provider: provider, crossOrigin: crossOrigin, logger: logger,
        requireSchema: { try await database.requireSchema() }
      ) { port in
        let scheme = certified == nil ? "http" : "https"
        try? output.show(Listening(scheme: scheme, address: address, port: port)) {
          ["listening on \(scheme)://\(address):\(port)"]
        }
        // Whoever waits for the line reads a pipe or a file, where it would stay in a buffer.
        fflush(nil)
      }
      try await ServiceGroup(
        services: try server.services(), gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger
      ).run()
    }
  }
}

extension ServeCommand {
  private func crossOrigin() throws -> CrossOrigin {
    let stated = ProcessInfo.processInfo.environment["YAOSU_CORS_ORIGINS"] ?? ""
    let origins =
      corsOrigins.isEmpty ? stated.split(separator: ",").map(String.init) : corsOrigins
    do throws(CrossOrigin.WrongOrigin) {
      return try CrossOrigin(origins: origins)
    } catch {
      throw ValidationError(
        "“\(error.text)” is no origin: write scheme and host, as in https://portal.example.gov.cn")
    }
  }
}

/// Where the service can be reached, as one JSON object.
struct Listening: Encodable {
  let scheme: String
  let address: String
  let port: Int
}
