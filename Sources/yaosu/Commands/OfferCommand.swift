import Allocation
import ArgumentParser
import Postgres

struct OfferCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "offer",
    abstract: "Answer an offer.",
    discussion: """
      The department that was asked accepts, declines or releases; the office may release too, and \
      it alone withdraws. Reasons are the codes of allocation.answer_code.
      """,
    subcommands: [Accept.self, Decline.self, Release.self, Withdraw.self, Lift.self])

  /// Who answers, and what else is said.
  struct AnswerOptions: ParsableArguments {
    @Argument(help: "The offer's number, from report.offer.")
    var offer: Int

    @Option(name: .customLong("by"), help: "The department that answers, by code.")
    var department: String

    @Option(help: "The reason's code.")
    var code: String?

    @Option(help: "What else is to be said.")
    var note: String?

    @Option(help: "The date of the answer (default: today in Asia/Shanghai).")
    var date: DateOnly?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func give(_ kind: OfferAnswer.Kind) async throws {
      let answer = OfferAnswer(
        kind, by: department, code: code, note: note, on: date ?? .todayInShanghai)
      let offer = offer
      let standing = try await database.withDatabase { database in
        try await database.requireSchema()
        return try await OfferDesk(pool: database.pool).answer(offer, answer)
      }
      try output.show(Report(offer: offer, answer: kind.rawValue, request: standing.request)) {
        ["offer \(offer) (\(standing.request) → \(standing.resource)): \(kind.rawValue) recorded"]
      }
    }

    private struct Report: Encodable {
      let offer: Int
      let answer: String
      let request: String
    }
  }

  struct Accept: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Turn an offer into a commitment.")
    @OptionGroup var options: AnswerOptions
    func run() async throws { try await options.give(.accept) }
  }

  struct Decline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Decline an offer: the pair is not brought together again.")
    @OptionGroup var options: AnswerOptions
    func run() async throws { try await options.give(.decline) }
  }

  struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Give a commitment back.")
    @OptionGroup var options: AnswerOptions
    func run() async throws { try await options.give(.release) }
  }

  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take an offer back before it is answered (the office alone).")
    @OptionGroup var options: AnswerOptions
    func run() async throws { try await options.give(.withdraw) }
  }

  struct Lift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lift a decline, so that rounds may bring the pair together again.")

    @Argument(help: "The mechanism.") var mechanism: MechanismName
    @Argument(help: "The request's number.") var request: String
    @Argument(help: "The resource's code.") var resource: String
    @Option(name: .customLong("by"), help: "The department that lifts it.") var department: String
    @Option(help: "Why.") var cause: String
    @Option(help: "The date (default: today in Asia/Shanghai).") var date: DateOnly?
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let command = (mechanism, request, resource, department, cause, date ?? .todayInShanghai)
      try await database.withDatabase { database in
        try await database.requireSchema()
        try await OfferDesk(pool: database.pool).liftDecline(
          command.0, request: command.1, resource: command.2, by: command.3, cause: command.4,
          on: command.5)
      }
      try output.show(
        Report(mechanism: mechanism.rawValue, request: request, resource: resource, isLifted: true)
      ) { ["\(request) → \(resource): the decline is lifted"] }
    }

    private struct Report: Encodable {
      let mechanism: String
      let request: String
      let resource: String
      let isLifted: Bool
    }
  }
}
