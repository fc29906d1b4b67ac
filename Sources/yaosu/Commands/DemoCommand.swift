import Allocation
import ArgumentParser
import Foundation
import Postgres

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "A certified night on a sample city, from nothing.",
    discussion: """
      Starts a private PostgreSQL, imports a synthetic city of 2,388 enterprises, designates two \
      banks for each chain, computes a night, verifies it and shows the result on one screen. It keeps \
      to the private database, whatever the environment names, and refuses one that holds an office's own data. Running it again changes nothing.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Folder of the private PostgreSQL (default: $XDG_DATA_HOME/yaosu).", valueName: "dir"))
  var data: String?

  @OptionGroup var actor: ActorOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let folder =
      data ?? PrivateServer.defaultFolder(environment: ProcessInfo.processInfo.environment)
    let actor = actor.name(by: "demo")
    let result = try await Database.with(.privateServer(folder: folder)) { database in
      try await Self.night(database, actor)
    }
    let report = VerifyReport(
      result.findings, auditFaults: result.auditFaults,
      designationFaults: result.designationFaults)
    let night = NightReport(date: result.date, outcomes: result.outcomes)
    try output.show(DemoReport(rounds: night.rounds, verified: report.isHonest)) {
      result.summary.lines() + (report.isHonest ? [] : report.lines) + nextSteps(result)
    }
    if !report.isHonest { throw ExitCode(1) }
  }

  private struct Result: Sendable {
    let date: DateOnly
    let outcomes: [Night.Outcome]
    let findings: [Verification.Finding]
    let auditFaults: [String]
    let designationFaults: [String]
    let summary: NightSummary
  }

  private static func night(_ database: Database, _ actor: String) async throws -> Result {
    let date = SampleCity.businessDate
    Progress.say("数据库 database: schema and reference data …")
    _ = try await database.migrate()
    try await refuseForeignData(database)
    Progress.say("样本城市 sample city: importing its spreadsheets …")
    try await importCity(database, actor)
    if let term = Term(containing: date) {
      Progress.say("一链两行 two banks a chain for \(term.text) …")
      _ = try await Designator(pool: database.pool, actor: actor).run(term: term, on: date)
    }
    Progress.say("夜间 night of \(date) …")
    let outcomes = try await Night(pool: database.pool, actor: actor).run(on: date) {
      Progress.say("  \($0.mechanism.chinese) \($0.mechanism.rawValue) …")
    }
    Progress.say("验证 verifying …")
    let verification = Verification(pool: database.pool)
    let findings = try await verification.run(.date(date))
    let auditFaults = try await verification.auditFaults()
    let designationFaults = try await verification.designationFaults()
    let summary = try await database.pool.withConnection {
      try await NightSummary.load(findings, from: $0)
    }
    return Result(
      date: date, outcomes: outcomes, findings: findings, auditFaults: auditFaults,
      designationFaults: designationFaults, summary: summary)
  }

  /// A sample city has no place among an office's own data.
  private static func refuseForeignData(_ database: Database) async throws {
    let own = try await database.pool.query(
      "SELECT count(*) FROM registry.enterprises WHERE NOT starts_with(name, '宣城样本企业')"
    ).only(Int.self)
    guard own == 0 else {
      throw DemoFailure(lines: [
        "the private database holds \(own) enterprises that are not the sample city's; "
          + "give the demo a folder of its own with --data DIR"
      ])
    }
  }

  private static func importCity(_ database: Database, _ actor: String) async throws {
    let report = try await Importer(pool: database.pool).run(
      SampleCity.spreadsheets, options: ImportOptions(actor: actor))
    guard report.isAccepted else {
      throw DemoFailure(lines: report.faultLines())
    }
  }

  private func nextSteps(_ result: Result) -> [String] {
    let yaosu = CommandLine.arguments.first ?? "yaosu"
    let place = data.map { " --data \($0)" } ?? ""
    return [
      "", "接下来 what to type next",
      "  \(yaosu) explain \(result.summary.exampleRequest ?? "REQUEST")\(place)    # --lang en",
      "  \(yaosu) psql\(place) -- -c 'TABLE certificate'",
      "  \(yaosu) verify\(place)",
      "  \(yaosu) nightly --date \(result.date.adding(days: 1))\(place)",
    ]
  }
}

/// Why the demo does not go on.
struct DemoFailure: Error, CustomStringConvertible {
  let lines: [String]
  var description: String { lines.joined(separator: "\n") }
}

/// What the demo did, as one JSON object.
struct DemoReport: Encodable {
  let rounds: [NightReport.Round]
  let verified: Bool
}
