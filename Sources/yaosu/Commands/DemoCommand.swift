import Allocation
import ArgumentParser
import Foundation
import Postgres

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "A certified night on a sample city, from nothing.",
    discussion: """
      Starts a private PostgreSQL, imports a synthetic city of 2,388 enterprises, computes a night, \
      verifies it and shows the result. It keeps to a folder of its own and touches no other \
      database; running it again changes nothing.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Folder of the demo's PostgreSQL (default: $XDG_DATA_HOME/yaosu-demo).", valueName: "dir"))
  var data: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let folder =
      data
      ?? PrivateServer.defaultFolder(environment: ProcessInfo.processInfo.environment) + "-demo"
    let result = try await Database.with(.privateServer(folder: folder)) { database in
      try await Self.night(database)
    }
    let report = VerifyReport(result.findings, auditFaults: result.auditFaults)
    try output.show(DemoReport(rounds: NightReport(date: result.date, outcomes: result.outcomes).rounds, verified: report.isHonest)) {
      result.screen + (report.isHonest ? [] : report.lines) + nextSteps(result, folder: folder)
    }
    if !report.isHonest { throw ExitCode(1) }
  }

  private struct Result: Sendable {
    let date: DateOnly
    let outcomes: [Night.Outcome]
    let findings: [Verification.Finding]
    let auditFaults: [String]
    let screen: [String]
    let exampleRequest: String?
  }

  private static func night(_ database: Database) async throws -> Result {
    guard let date = SampleCity.businessDate else { throw CleanExit.message("no sample city") }
    Progress.say("数据库 database: schema and reference data …")
    _ = try await database.migrate()
    Progress.say("样本城市 sample city: importing its spreadsheets …")
    try await importCity(database)
    Progress.say("夜间 night of \(date) …")
    let outcomes = try await Night(pool: database.pool, actor: "yaosu demo").run(on: date)
    Progress.say("验证 verifying …")
    let verification = Verification(pool: database.pool)
    let findings = try await verification.run(.date(date))
    let auditFaults = try await verification.auditFaults()
    var screen: [String] = []
    var example: String?
    for outcome in outcomes {
      guard let mechanism = Night.mechanisms.first(where: { $0.name == outcome.scope.mechanism })
      else { continue }
      let summary = try await database.pool.withConnection {
        try await NightSummary.load(outcome.roundID, from: $0)
      }
      screen += [""] + summary.lines(glossary: mechanism.glossary)
      example = example ?? summary.exampleRequest
    }
    return Result(
      date: date, outcomes: outcomes, findings: findings, auditFaults: auditFaults,
      screen: screen, exampleRequest: example)
  }

  private static func importCity(_ database: Database) async throws {
    let folder = try SampleCity.write()
    defer { try? FileManager.default.removeItem(at: folder) }
    let report = try await Importer(pool: database.pool).run(
      paths: [folder.path], options: ImportOptions(actor: "yaosu demo"))
    guard report.isAccepted else {
      throw DemoFailure(lines: report.faultLines())
    }
  }

  private func nextSteps(_ result: Result, folder: String) -> [String] {
    let place = "--data \(folder)"
    return [
      "", "接下来 what to type next",
      "  yaosu explain \(result.exampleRequest ?? "REQUEST") \(place)        # --lang en",
      "  yaosu verify \(place)",
      "  yaosu psql \(place) -- -c 'TABLE report.certificate'",
      "  yaosu nightly --date \(result.date.adding(days: 1)) \(place)",
    ]
  }
}

/// The sample city did not load: a fault of the program.
struct DemoFailure: Error, CustomStringConvertible {
  let lines: [String]
  var description: String { lines.joined(separator: "\n") }
}

/// What the demo did, as one JSON object.
struct DemoReport: Encodable {
  let rounds: [NightReport.Round]
  let verified: Bool
}
