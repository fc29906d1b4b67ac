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

  @OptionGroup var actor: ActorOptions
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let paths = paths
    let options = ImportOptions(
      dryRun: dryRun, asOf: asOf, jurisdiction: jurisdiction,
      actor: actor.name(by: "import"), errorsPath: errors)
    let report = try await database.withDatabase { database in
      try await database.requireSchema()
      return try await Importer(pool: database.pool).run(paths: paths, options: options) {
        Progress.say(Self.line($0))
      }
    }
    for line in report.faultLines() { FileHandle.standardError.write(Data((line + "\n").utf8)) }
    try output.show(ImportSummary(report)) { report.isAccepted ? Self.lines(report) : [] }
    if !report.isAccepted { throw ExitCode(1) }
  }

  private static func line(_ progress: ImportProgress) -> String {
    switch progress {
    case .read(let file, let rows): "\(file): \(rows) rows read"
    case .checking(let table): "checking \(table)"
    case .merged(let count): line(count)
    }
  }

  private static func line(_ count: ImportReport.TableCount) -> String {
    "\(count.table) \(count.title): \(count.inserted) new, \(count.updated) changed, "
      + "\(count.unchanged) as before"
  }

  private static func lines(_ report: ImportReport) -> [String] {
    report.tables.map { line($0) }
      + (report.isDryRun ? ["Dry run: everything is in order, nothing was loaded."] : [])
  }
}

/// What an import did, as one JSON object.
struct ImportSummary: Encodable {
  struct Table: Encodable {
    let table: String
    let rows: Int
    let inserted: Int
    let updated: Int
    let unchanged: Int
  }

  struct Fault: Encodable {
    let file: String
    let line: Int
    let column: String?
    let value: String?
    let code: String
    let message: String
    let remedy: String
  }

  let accepted: Bool
  let dryRun: Bool
  let faultCount: Int
  let tables: [Table]
  let faults: [Fault]

  init(_ report: ImportReport) {
    accepted = report.isAccepted
    dryRun = report.isDryRun
    faultCount = report.faultCount
    tables = report.tables.map {
      Table(
        table: $0.table, rows: $0.rows, inserted: $0.inserted, updated: $0.updated,
        unchanged: $0.unchanged)
    }
    faults = report.faults.map {
      Fault(
        file: $0.file, line: $0.line, column: $0.column, value: $0.value, code: $0.code,
        message: $0.message(), remedy: $0.remedy())
    }
  }
}
