import Allocation
import ArgumentParser
import Postgres

struct ProjectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "project",
    abstract: "The stages of projects on granted land (签约 → 摘牌 → 开工 → 投产).",
    subcommands: [Stage.self, ProgressReport.self])

  /// Which project, and who reports.
  struct ProjectOptions: ParsableArguments {
    @Argument(help: "The commitment's number, from report.project_stage.") var offer: Int
    @Option(name: .customLong("by"), help: "The department that reports.")
    var department: String = "natural_resources"
    @OptionGroup var database: DatabaseOptions

    func withDesk(_ body: @Sendable (ProjectDesk) async throws -> Void) async throws {
      try await database.withDatabase { database in
        try await database.requireSchema()
        try await body(ProjectDesk(pool: database.pool))
      }
    }
  }

  struct Stage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Record that a stage is reached.")
    @Argument(help: "signed, acquired, started or producing.") var stage: ProjectStage
    @Option(help: "The day (default: today in Asia/Shanghai).") var date: DateOnly?
    @Option(help: "When signing: the agreed day on which building starts.") var startDue: DateOnly?
    @Option(help: "When signing: the agreed day on which production starts.")
    var productionDue: DateOnly?
    @OptionGroup var options: ProjectOptions

    func run() async throws {
      let (stage, offer, department) = (stage, options.offer, options.department)
      let date = date ?? .todayInShanghai
      let agreement = ProjectDesk.Agreement(
        startDueOn: startDue, productionDueOn: productionDue)
      try await options.withDesk { desk in
        try await desk.reach(
          stage, offer: offer, on: date, by: department, agreement: agreement)
      }
      print("project \(offer): \(stage.rawValue) on \(date)")
    }
  }

  struct ProgressReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "progress", abstract: "Report how far building has come.")
    @Option(help: "Area built on, in mu.") var developed: Numeric?
    @Option(help: "Investment made, in 万元.") var invested: Int64?
    @Option(help: "The day on which building stopped.") var stopped: DateOnly?
    @Flag(help: "Building goes on again.") var resumed = false
    @OptionGroup var options: ProjectOptions

    func run() async throws {
      let progress = ProjectDesk.Progress(
        developed: developed, invested: invested,
        stoppedOn: resumed ? .some(nil) : stopped.map { .some($0) })
      let (offer, department) = (options.offer, options.department)
      try await options.withDesk { desk in
        try await desk.report(progress, offer: offer, by: department)
      }
      print("project \(offer): recorded")
    }
  }
}
