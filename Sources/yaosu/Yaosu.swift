import ArgumentParser
import Foundation
import Logging

/// The command. Each subcommand is one thin file under `Commands`.
@main
struct Yaosu: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "yaosu",
    abstract: "要素 — allocates land, credit, experts and talent to enterprises, and proves it.",
    discussion: """
      A first look:      yaosu demo
      An office's day:   yaosu migrate
                         yaosu import FOLDER
                         yaosu nightly
                         yaosu verify
                         yaosu explain REQUEST

      The database is the one that the libpq environment (PGHOST, PGDATABASE, …) or \
      DATABASE_URL names; with neither, yaosu starts a private PostgreSQL of its own \
      and stops it again.

      Every command prints one JSON object on stdout with --json, also when it fails: then \
      {"error": {"kind", "message", "status"}}, unless its own report tells what is wrong.

      Exit status: 0 done; 1 the input or the data is wrong (nothing changed); \
      2 usage; 75 try again (database away, lock held).
      """,
    version: "0.1.0",
    subcommands: [
      MigrateCommand.self, ImportCommand.self, DesignateBanksCommand.self,
      ChangeBanksCommand.self, ChainCommand.self, PrimeRateCommand.self,
      NightlyCommand.self, MatchCommand.self,
      VerifyCommand.self, ExplainCommand.self, WhatIfCommand.self, AgendaCommand.self,
      SessionCommand.self, DecideCommand.self, ActCommand.self, OfferCommand.self,
      ProjectCommand.self,
      AppointmentCommand.self, ConflictCommand.self,
      PlacementCommand.self,
      ExportProblemCommand.self, SolveCommand.self, ServeCommand.self, WorkCommand.self,
      TokenCommand.self,
      PsqlCommand.self, DemoCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      startLogging(isService: command is ServeCommand)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      let wantsJSON = CommandLine.arguments.dropFirst().contains("--json")
      Foundation.exit(Failure(error).report(asJSON: wantsJSON))
    }
  }

  private static func startLogging(isService: Bool) {
    LoggingSystem.bootstrap { label in
      var handler = LineLogHandler(label: label, writer: .standard)
      handler.logLevel = isService ? .info : .error
      return handler
    }
    if isService {
      LogWriter.standard.runsBehind()
      atexit { LogWriter.standard.end() }
    }
  }
}
