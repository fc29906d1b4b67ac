import Allocation
import ArgumentParser
import DepartmentAPI
import Logging
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve HTTP until stopped.",
    discussion: """
      GET /healthz answers while the process lives. SIGTERM and SIGINT end it after the requests in \
      flight.
      """)

  @Option(help: "The address to listen on.")
  var address = "127.0.0.1"

  @Option(help: "The port to listen on.")
  var port = 8080

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port must be from 0 to 65535, not \(port).")
    }
  }

  func run() async throws {
    let (address, port) = (address, port)
    let output = output
    try await database.withDatabase(onSignal: .leaveAlone) { database in
      try await database.requireSchema()
      let logger = Logger(label: "yaosu")
      let server = DepartmentServer(
        pool: database.pool, address: address, port: port, logger: logger
      ) { port in
        try? output.show(Listening(address: address, port: port)) {
          ["listening on http://\(address):\(port)"]
        }
      }
      try await ServiceGroup(
        services: [server.application()], gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger
      ).run()
    }
  }
}

/// Where the service can be reached, as one JSON object.
struct Listening: Encodable {
  let address: String
  let port: Int
}
