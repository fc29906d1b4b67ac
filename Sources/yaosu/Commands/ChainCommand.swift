import Allocation
import ArgumentParser
import Postgres

struct ChainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chain",
    abstract: "Take a chain off the list, or put it back.",
    discussion: """
      A chain comes onto the list by its import; `yaosu designate-banks` then gives it its two banks, \
      in mid-term too. A chain off the list has no banks, and its enterprises are served by any. \
      See report.chain_list.
      """,
    subcommands: [Leave.self, Return.self])

  struct ChangeOptions: ParsableArguments {
    @Argument(help: "The chain's code.") var chain: String
    @Option(help: "The first day.") var from: DateOnly
    @Option(help: "Why.") var reason: String
    @Option(help: "The prefecture's code (default: the only one).") var jurisdiction: String?
    @OptionGroup var actor: ActorOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func change(
      isListed: Bool, _ apply: @Sendable @escaping (ChainListDesk, String) async throws -> Void
    ) async throws {
      let (wanted, actor) = (jurisdiction, actor.name(by: "chain"))
      try await database.withDatabase { database in
        try await database.requireSchema()
        let code = try await database.pool.withConnection {
          try await Prefecture.code(wanted, from: $0)
        }
        try await apply(ChainListDesk(pool: database.pool, actor: actor), code)
      }
      try output.show(Report(chain: chain, from: "\(from)", isListed: isListed)) {
        [
          isListed
            ? "chain \(chain) is on the list from \(from): designate its banks with "
              + "`yaosu designate-banks`"
            : "chain \(chain) is off the list from \(from)"
        ]
      }
    }

    private struct Report: Encodable {
      let chain: String
      let from: String
      let isListed: Bool
    }
  }

  struct Leave: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a chain off the list: its two banks end the day before.")
    @OptionGroup var options: ChangeOptions
    @Option(help: "The number of the document that orders it.") var document: String

    func run() async throws {
      let (chain, from, reason, document) = (options.chain, options.from, options.reason, document)
      try await options.change(isListed: false) { desk, place in
        try await desk.leave(
          chain, in: place, from: from, reason: reason, documentNumber: document)
      }
    }
  }

  struct Return: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Put a chain back on the list.")
    @OptionGroup var options: ChangeOptions

    func run() async throws {
      let (chain, from, reason) = (options.chain, options.from, options.reason)
      try await options.change(isListed: true) { desk, place in
        try await desk.comeBack(chain, in: place, from: from, reason: reason)
      }
    }
  }
}
