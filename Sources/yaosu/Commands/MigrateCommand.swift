import Allocation
import ArgumentParser

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Bring the database to this program's schema.",
    discussion: """
      Applies the migrations that the database lacks, renews the report views, and loads reference \
      data and holiday notices. Safe when many start at once; a database newer than this program \
      is refused.
      """)

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let summary = try await database.withDatabase { try await $0.migrate() }
    try output.show(summary) {
      summary.applied.isEmpty
        ? ["The schema is up to date (\(summary.version))."]
        : summary.applied.map { "applied \($0)" } + ["The schema is at \(summary.version)."]
    }
  }
}
