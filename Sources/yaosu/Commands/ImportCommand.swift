import Allocation
import ArgumentParser
import Foundation
import Postgres

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Load spreadsheets: CSV files, or folders of them.",
    discussion: """
      A file is named after its table in English or Chinese (land_requests.csv, 用地需求.csv); its \
      headers are in either language, in any order, in UTF-8 or GB18030. Everything is loaded in \
      one transaction: every fault is named, or everything is loaded. Loading a file again changes \
      nothing; a changed row is an update whose earlier state is kept.
      """)

  @Argument(help: "CSV files or folders.")
  var paths: [String]

  @Flag(help: "Check everything and load nothing.")
  var dryRun = false

  @Option(help: "The day from whose end the new values count as known (default: now).")
  var asOf: DateOnly?

  @Option(help: "The prefecture of tables without a region, where the files do not tell.")
  var jurisdiction: String?

  @Option(help: ArgumentHelp("Write all faults here, as CSV.", valueName: "file"))
  var errors: String?

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions
}
