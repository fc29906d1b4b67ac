import Allocation
import ArgumentParser
import Postgres

struct PrimeRateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lpr",
    abstract: "Enter the loan prime rate (LPR) of a month, as published.",
    discussion: """
      It holds from the day of its publication to the next one; recommendations are told as LPR plus \
      basis points. What was signed keeps the rate of its day. See report.loan_prime_rate.
      """)

  @Argument(help: "The day of publication.")
  var published: DateOnly

  @Option(help: "The one-year rate, % a year.")
  var oneYear: Numeric

  @Option(help: "The rate for terms above five years, % a year.")
  var fiveYear: Numeric

  @Option(help: "The notice that publishes it.")
  var source: String

  @Flag(help: "Replace another rate of that day.")
  var correct = false

  @OptionGroup var actor: ActorOptions
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let rate = LoanPrimeRate(publishedOn: published, oneYearPct: oneYear, fiveYearPct: fiveYear)
    let (source, isCorrection, actor) = (source, correct, actor.name(by: "lpr"))
    let isNew = try await database.withDatabase { database in
      try await database.requireSchema()
      return try await PrimeRateDesk(pool: database.pool, actor: actor)
        .publish(rate, source: source, isCorrection: isCorrection)
    }
    try output.show(Report(publishedOn: "\(published)", isChanged: isNew)) {
      [
        "LPR of \(published): \(oneYear) % one year, \(fiveYear) % five years"
          + (isNew ? "" : " (as before)")
      ]
    }
  }

  /// What was entered, as one JSON object.
  private struct Report: Encodable {
    let publishedOn: String
    let isChanged: Bool
  }
}
