import Allocation
import ArgumentParser
import Foundation

struct PsqlCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "psql",
    abstract: "Open psql on the database, in the role that may read the report views only.",
    discussion: """
      Arguments after -- go to psql:  yaosu psql -- -c 'TABLE report.round'
      """)

  @Argument(parsing: .postTerminator, help: "Arguments for psql.")
  var arguments: [String] = []

  @OptionGroup var database: DatabaseOptions

  func run() async throws {
    let arguments = arguments
    // Ctrl-C belongs to psql.
    signal(SIGINT, SIG_IGN)
    let status = try await database.withDatabase(onSignal: .leaveAlone) { database in
      let psql = Process()
      psql.executableURL = URL(filePath: "/usr/bin/env")
      psql.arguments = ["psql"] + arguments
      psql.environment = ProcessInfo.processInfo.environment
        .merging(database.environment) { _, own in own }
        .merging(["PGOPTIONS": "-c role=yaosu_report -c search_path=report"]) { _, own in own }
      try psql.run()
      psql.waitUntilExit()
      return psql.terminationStatus
    }
    if status != 0 { throw ExitCode(1) }
  }
}
