import Allocation
import ArgumentParser
import Foundation
import Postgres

struct ExportProblemCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-problem",
    abstract: "Write a round's problem as an instance file that any solver can read.",
    discussion: """
      Whitespace-separated integers: `alloc`, requests and rows; for each row lower, upper and \
      penalty; for each request the number of options, and for each option its score, the number \
      of its uses, and each use's row and amount.
      """)

  @Option(help: "The round; see report.round.")
  var round: Int

  @Option(
    name: .customShort("o"),
    help: ArgumentHelp("Write here instead of to stdout.", valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("Also write what each number stands for, as CSV.", valueName: "file"))
  var names: String?

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let round = round
    let export = try await database.withDatabase { database in
      try await database.requireSchema()
      return try await database.pool.withConnection {
        try await ProblemExport.load(round, from: $0)
      }
    }
    if let names { try export.names.write(toFile: names, atomically: true, encoding: .utf8) }
    if let file { try export.text.write(toFile: file, atomically: true, encoding: .utf8) }
    let report = ExportReport(round: round, problem: file == nil ? export.text : nil, file: file)
    try output.show(report) { file == nil ? [String(export.text.dropLast())] : [] }
  }
}

/// What was exported, as one JSON object: the problem itself unless it went to a file.
struct ExportReport: Encodable {
  let round: Int
  let problem: String?
  let file: String?
}
