import Allocation
import ArgumentParser
import Foundation
import Postgres

/// Which prefecture's consultation, and who acts.
struct ConsultationOptions: ParsableArguments {
  @Option(help: "The prefecture's code (default: the only one).")
  var jurisdiction: String?

  @Option(name: .customLong("by"), help: "The department that acts.")
  var department: String = OfferAnswer.office

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func withDesk<R: Sendable>(
    _ body: @Sendable (SessionDesk, Database) async throws -> R
  ) async throws -> R {
    let jurisdiction = jurisdiction
    return try await database.withDatabase { database in
      try await database.requireSchema()
      return try await body(
        try await SessionDesk(pool: database.pool, jurisdiction: jurisdiction), database)
    }
  }
}

struct SessionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session",
    abstract: "Plan, move, open and close the Saturday consultations (“星期六”会商).",
    discussion: """
      A Saturday:  yaosu agenda --session 2026-11-28
                   yaosu session open 2026-11-28 --attending office,natural_resources
                   yaosu decide decisions.json --session 2026-11-28
                   yaosu session close 2026-11-28
                   yaosu session minutes 2026-11-28 -o minutes.md
                   yaosu session done 17 --result "…"

      Departments are codes of land.department, and county:CODE for a county's government.
      """,
    subcommands: [
      Plan.self, Move.self, Open.self, Close.self, Minutes.self, Done.self,
    ])

  struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "A year's Saturdays; those in a public holiday are moved, and the move recorded.")
    @Argument(help: "The year.") var year: Int
    @OptionGroup var options: ConsultationOptions

    func validate() throws {
      guard (2000...2100).contains(year) else {
        throw ValidationError("\(year) is not within 2000 to 2100.")
      }
    }

    func run() async throws {
      let (year, department) = (year, options.department)
      let plan = try await options.withDesk { desk, _ in
        try await desk.plan(year, by: department)
      }
      try options.output.show(["saturdays": plan.entries]) {
        plan.entries.map { entry in
          "\(entry.saturday)"
            + (entry.heldOn == entry.saturday ? "" : " → \(entry.heldOn)  \(entry.reason ?? "")")
            + (entry.isProvisional ? "  (provisional)" : "")
        }
      }
    }
  }

  struct Move: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hold a Saturday's session on another Saturday.")
    @Argument(help: "The Saturday.") var saturday: DateOnly
    @Option(name: .customLong("to"), help: "The Saturday on which it is held.") var heldOn: DateOnly
    @Option(help: "Why.") var reason: String
    @OptionGroup var options: ConsultationOptions

    func run() async throws {
      let move = SessionMove(saturday: saturday, heldOn: heldOn, reason: reason)
      let department = options.department
      try await options.withDesk { desk, _ in try await desk.move(move, by: department) }
      try options.output.show(["saturday": saturday, "heldOn": heldOn]) {
        ["\(saturday) → \(heldOn): recorded"]
      }
    }
  }

  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Open a session.")
    @Argument(help: "The day.") var date: DateOnly
    @Option(help: "Codes of the departments that attend, separated by commas.")
    var attending: String
    @OptionGroup var options: ConsultationOptions

    func run() async throws {
      let (date, department) = (date, options.department)
      let codes = attending.split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      let session = try await options.withDesk { desk, _ in
        try await desk.open(date, attending: codes, by: department)
      }
      try options.output.show(SessionReport(session)) {
        ["session \(session.number ?? 0) of \(date) is open"]
      }
    }
  }

  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Close a session.")
    @Argument(help: "The day.") var date: DateOnly
    @OptionGroup var options: ConsultationOptions

    func run() async throws {
      let (date, department) = (date, options.department)
      let session = try await options.withDesk { desk, _ in
        try await desk.close(date, by: department)
      }
      try options.output.show(SessionReport(session)) {
        ["session \(session.number ?? 0) of \(date) is closed"]
      }
    }
  }

  struct Minutes: AsyncParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
      case md, html
    }

    static let configuration = CommandConfiguration(
      abstract: "The minutes (会议纪要) of a session that has begun.")
    @Argument(help: "The day.") var date: DateOnly
    @Option(help: "md or html.") var format: Format = .md
    @Option(name: .shortAndLong, help: "A file to write to (default: stdout).") var output: String?
    @OptionGroup var options: ConsultationOptions

    func run() async throws {
      let date = date
      let minutes = try await options.withDesk { desk, database in
        try await database.pool.withConnection {
          try await SessionMinutes.load(date, jurisdiction: desk.jurisdiction, from: $0)
        }
      }
      let text = format == .md ? minutes.markdown : minutes.html
      guard let output else { return print(text, terminator: "") }
      try text.write(toFile: output, atomically: true, encoding: .utf8)
    }
  }

  struct Done: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Report that a task is done (办结).")
    @Argument(help: "The task's number, from report.task.") var task: Int
    @Option(help: "What was done.") var result: String
    @Option(help: "The day (default: today in Asia/Shanghai).") var date: DateOnly?
    @OptionGroup var options: ConsultationOptions

    func run() async throws {
      let (task, result, department) = (task, result, options.department)
      let date = date ?? .todayInShanghai
      try await options.withDesk { desk, database in
        try await TaskDesk(pool: database.pool, jurisdiction: desk.jurisdiction)
          .finish(task, result: result, on: date, by: department)
      }
      try options.output.show(["task": task]) { ["task \(task): done on \(date)"] }
    }
  }
}

/// A session, as one JSON object.
private struct SessionReport: Encodable {
  let session: DateOnly
  let number: Int?
  let state: String

  init(_ session: Session) {
    self.session = session.sessionOn
    number = session.number
    state = session.state.rawValue
  }
}
