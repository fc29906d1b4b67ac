import Allocation
import ArgumentParser
import Postgres

struct DesignateBanksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "designate-banks",
    abstract: "Designate the two banks of every chain for a year.",
    discussion: """
      Every chain gets exactly two banks, lead and partner; no bank takes more chains than it may. \
      The banks' history in the chain counts, and what the two could lend to its open requests. A \
      year that is designated already is left as it is, so running the command again changes nothing \
      — but chains that have come onto the list since get their two banks from --date on.
      """)

  @Option(help: "The year.")
  var term: Term

  @Option(help: "What is open is read as of this day (default: today in Asia/Shanghai).")
  var date: DateOnly?

  @OptionGroup var actor: ActorOptions
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let (term, date) = (term, date ?? .todayInShanghai)
    let actor = actor.name(by: "designate-banks")
    let outcomes = try await database.withDatabase { database in
      try await database.requireSchema()
      return try await Designator(pool: database.pool, actor: actor)
        .run(term: term, on: date) { Progress.say("designating banks \($0) \(term.text) …") }
    }
    try output.show(DesignationReport(term: term, outcomes: outcomes)) {
      outcomes.isEmpty
        ? ["There are no chains yet: `yaosu import` their spreadsheet first."]
        : outcomes.map(DesignationReport.line)
    }
  }
}

/// What a designation did, as one JSON object.
struct DesignationReport: Encodable {
  struct Designation: Encodable {
    let designationID: Int
    let jurisdiction: String
    let wasDone: Bool
    let status: String
    let chains: Int
    let objective: Int64
    let bound: Int64
    let gap: Int64
    let sequentialObjective: Int64?
    /// Points more than one chain after another.
    let advantage: Int64?
  }

  let term: String
  let designations: [Designation]

  init(term: Term, outcomes: [Designator.Outcome]) {
    self.term = term.text
    designations = outcomes.map {
      Designation(
        designationID: $0.designationID, jurisdiction: $0.jurisdiction, wasDone: $0.wasDone,
        status: $0.status, chains: $0.chains, objective: $0.objective, bound: $0.bound,
        gap: $0.bound - $0.objective, sequentialObjective: $0.sequentialObjective,
        advantage: $0.advantage)
    }
  }

  static func line(_ outcome: Designator.Outcome) -> String {
    "designation \(outcome.designationID)  \(outcome.jurisdiction) \(outcome.term.text): "
      + "\(outcome.chains) chains, \(outcome.objective) points, "
      + "gap \(outcome.bound - outcome.objective), \(outcome.status)"
      + (outcome.advantage.map {
        "; one chain after another: \(outcome.objective - $0), \($0) fewer"
      } ?? "")
      + (outcome.wasDone ? " (was done before, nothing changed)" : "")
  }
}
