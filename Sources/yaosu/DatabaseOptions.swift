import Allocation
import ArgumentParser
import Foundation
import Postgres

/// Where the database is; shared by all commands that need one.
struct DatabaseOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Folder of the private PostgreSQL.",
      discussion: """
        Without it, the database that PGHOST, PGDATABASE, … or DATABASE_URL names is used, and \
        with neither a private one under $XDG_DATA_HOME/yaosu.
        """, valueName: "dir"))
  var data: String?

  /// Runs `body` on the database, in the service's role, and leaves it afterwards.
  func withDatabase<R: Sendable>(
    onSignal: SignalPolicy = .stopServer, _ body: @Sendable (Database) async throws -> R
  ) async throws -> R {
    try await Database.with(location, onSignal: onSignal, body)
  }

  var location: Database.Location {
    get throws {
      try Database.Location(
        dataFolder: data, environment: ProcessInfo.processInfo.environment)
    }
  }
}

/// What is printed: text for people, or one JSON object.
struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Print one JSON object on stdout instead of text.")
  var json = false

  /// Prints a report in the form that was asked for.
  func show(_ report: some Encodable, text: () -> [String]) throws {
    guard json else {
      for line in text() { print(line) }
      return
    }
    print(try Self.object(report))
  }

  /// Prints a report as one JSON object; nothing if it has no JSON.
  static func showObject(_ report: some Encodable) {
    if let object = try? object(report) { print(object) }
  }

  private static func object(_ report: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(report), as: UTF8.self)
  }
}

/// Says how far long work is: on stderr, and only to a terminal.
struct Progress: Sendable {
  private static let isTerminal = isatty(STDERR_FILENO) == 1

  static func say(_ text: String) {
    guard isTerminal else { return }
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
