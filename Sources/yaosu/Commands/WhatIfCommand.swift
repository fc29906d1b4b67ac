import Allocation
import ArgumentParser
import Postgres

struct WhatIfCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "what-if",
    abstract: "Say what stated changes would make different; store nothing.",
    discussion: """
      Changes the input of a stored round as a JSON file says, solves it again from that round's \
      answer, and tells who gains, who loses, who moves, the objective, and what shared rows are used \
      and worth. A pin is answered with what it costs everyone together and whom it displaces; in a \
      stable round also with the pairs that would then rather have each other.

      An example file:

        {"changes": [
          {"change": "quota", "region": "341802", "kind": "construction_land", "by": 50},
          {"change": "parcel_ready", "parcel": "XC02-00012", "on": "2026-12-01"},
          {"change": "request", "request": "TD2026-00001", "investment_wan": 9000},
          {"change": "waive", "request": "TD2026-00002", "threshold": "tax"},
          {"change": "pin", "request": "TD2026-00002", "parcel": "XC02-00012"}
        ]}

      For another mechanism than land:

        {"mechanism": "techvp", "changes": [
          {"change": "pin", "request": "KJ2026-00002", "expert": "ZJ-00059"},
          {"change": "forbid", "request": "KJ2026-00003", "expert": "ZJ-00007"},
          {"change": "capacity", "row": "university:4134010359", "by": 2}
        ]}

      Changes are applied in their order. All kinds, with their fields: docs/staff.zh-CN.md.
      """)

  @Argument(help: ArgumentHelp("The changes, as JSON; - reads stdin.", valueName: "file.json"))
  var file: String

  @Option(
    help: ArgumentHelp(
      "The business date to change: its stored round, or its data where it has none yet.",
      discussion: "Without it, the mechanism's latest round."))
  var date: DateOnly?

  @Option(help: "The prefecture's code (default: the file's, or the only one).")
  var jurisdiction: String?

  @Option(name: .customLong("lang"), help: "zh (default) or en.")
  var language: Language = .chinese

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let asked = try JSONFile.read(file) { try WhatIfFile(text: $0) }
    let (date, jurisdiction) = (date, jurisdiction)
    let prepared = try await database.withDatabase { database in
      try await database.requireSchema()
      return try await database.pool.withConnection {
        try await asked.prepared(on: date, jurisdiction: jurisdiction, from: $0)
      }
    }
    let answer = try JSONFile.naming(file) { try prepared.answer(in: language) }
    try output.show(answer.report) { answer.lines }
  }
}
