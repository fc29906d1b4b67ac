import Allocation
import ArgumentParser
import Postgres

/// What takes two persons, and waits for the second.
struct ActCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "act", abstract: "See what waits for a second person, and take one's own back.",
    discussion: """
      Publications, policies and overrides are asked for by one person and approved by another, over \
      HTTP or with --asked-by and --approved-by of `yaosu decide` and `yaosu change-banks`.
      """,
    subcommands: [List.self, Withdraw.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What waits to be decided.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let acts = try await database.withDatabase { database in
        try await database.requireSchema()
        return try await database.pool.query(
          """
          SELECT act_id, kind, subject, asked_by, asked_person FROM allocation.act
          WHERE state = 'asked' ORDER BY act_id
          """
        ).decode(Int.self, String.self, String.self, String.self, String.self)
          .map { Row(act: $0, kind: $1, subject: $2, askedBy: $3, person: $4) }
      }
      try output.show(["acts": acts]) {
        acts.isEmpty ? ["nothing waits"] : acts.map(\.line)
      }
    }
  }

  private struct Row: Encodable, Sendable {
    let act: Int
    let kind: String
    let subject: String
    let askedBy: String
    let person: String

    var line: String { "\(act)  \(kind) \(subject), asked for by \(person) of \(askedBy)" }
  }

  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take back what one has asked for and nobody has decided.")

    @Argument(help: "The act's number.")
    var act: Int

    @Option(
      help: ArgumentHelp("A file with the token of whoever asked for it.", valueName: "file"))
    var askedBy: String

    @Option(help: "Why.")
    var note: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let (act, note) = (act, note)
      let person = PersonAtTerminal(secret: try TokenSecret(file: askedBy))
      try await database.withDatabase { database in
        try await database.requireSchema()
        try await person.withdraw(act, note: note, on: database.pool)
      }
      try output.show(Withdrawn(act: act)) { ["act \(act) is taken back"] }
    }
  }

  private struct Withdrawn: Encodable {
    let act: Int
    var state = "withdrawn"
  }
}
