import Allocation
import ArgumentParser
import Postgres

struct ConflictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conflict",
    abstract: "Conflicts of interest (利益关联): what a tech VP must keep clear of.",
    discussion: """
      An enterprise that an expert or a university has founded, or owns a share of, never gets that \
      expert, or any of that university. report.conflict_of_interest lists what is recorded.

        yaosu conflict record 91341802CR63F0WT2P --expert ZJ-00007 --kind owned \
      --evidence 工商登记〔2026〕12号 --since 2024-03-01 --by office
        yaosu conflict end 3 --date 2026-11-30 --by office
      """,
    subcommands: [Record.self, End.self])

  struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Record a conflict of interest.")
    @Argument(help: "The enterprise's USCC.") var uscc: String
    @Option(help: "The expert whose interest it is.") var expert: String?
    @Option(help: "Or the university: it stands for all its experts.") var university: String?
    @Option(help: "founded 创办 or owned 持股.") var kind: ExpertConflict.Kind
    @Option(help: "What it rests on.") var evidence: String
    @Option(help: "Since when.") var since: DateOnly
    @Option(help: "The last day on which it holds (default: open).") var until: DateOnly?
    @Option(help: "The day of the entry (default: today in Asia/Shanghai).") var date: DateOnly?
    @Option(name: .customLong("by"), help: "Who records it.") var person: String
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      guard (expert == nil) != (university == nil) else {
        throw ValidationError("Give --expert or --university, one of them.")
      }
    }

    func run() async throws {
      guard
        let party = expert.map(ConflictDesk.Party.expert)
          ?? university.map(ConflictDesk.Party.university)
      else { return }
      let (uscc, kind, evidence) = (uscc, kind, evidence)
      let (since, until, date, person) = (since, until, date ?? .todayInShanghai, person)
      let recorded = try await database.withDatabase { database in
        try await database.requireSchema()
        return try await ConflictDesk(pool: database.pool).record(
          kind, of: party, in: uscc, evidence: evidence, since: since, until: until, on: date,
          by: person)
      }
      try output.show(Report(conflict: recorded.id, touched: recorded.touched)) {
        ["conflict \(recorded.id) recorded"]
          + recorded.touched.map {
            "\($0) has an appointment that it touches: yaosu appointment end \($0) --code conflict_found"
          }
      }
    }

    private struct Report: Encodable {
      let conflict: Int
      let touched: [String]
    }
  }

  struct End: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record the last day on which a conflict holds.")
    @Argument(help: "The conflict's number, from report.conflict_of_interest.") var conflict: Int
    @Option(help: "The last day (default: today in Asia/Shanghai).") var date: DateOnly?
    @Option(help: "The day of the entry (default: today in Asia/Shanghai).")
    var enteredOn: DateOnly?
    @Option(name: .customLong("by"), help: "Who records it.") var person: String
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let (conflict, date, person) = (conflict, date ?? .todayInShanghai, person)
      let entered = enteredOn ?? .todayInShanghai
      try await database.withDatabase { database in
        try await database.requireSchema()
        try await ConflictDesk(pool: database.pool).end(
          conflict, on: date, recordedOn: entered, by: person)
      }
      try output.show(Report(conflict: conflict, until: "\(date)")) {
        ["conflict \(conflict) holds until \(date)"]
      }
    }

    private struct Report: Encodable {
      let conflict: Int
      let until: String
    }
  }
}
