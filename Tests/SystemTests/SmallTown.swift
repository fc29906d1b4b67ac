import Foundation
import Postgres
import TestSupport

/// The town of ``TownSheets``, and the binary on it.
enum SmallTown {
  static var sheets: [String: String] { TownSheets.all }

  /// Runs commands on a database that has the town, and its banks of 2026.
  static func with(_ body: (Commands, Pool) async throws -> Void) async throws {
    try await TestDatabase.with { pool in
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      for (name, text) in sheets { _ = try folder.write("\(name).csv", text + "\n") }
      let commands = Commands(environment: YaosuProcess.environment(of: pool), folder: folder)
      _ = try await commands.done("migrate")
      _ = try await commands.done("import", folder.url.path)
      _ = try await commands.done("designate-banks", "--term", "2026", "--date", "2026-11-20")
      try await body(commands, pool)
    }
  }

  /// The binary on one database.
  struct Commands {
    let environment: [String: String]
    let folder: TemporaryFolder

    /// Runs a command that must succeed.
    func done(_ arguments: String...) async throws -> YaosuProcess.Output {
      try await done(arguments)
    }

    /// Runs a command that must refuse, with exit status 1 and nothing on stdout.
    ///
    /// - Returns: what it says.
    func refused(_ arguments: String...) async throws -> String {
      let output = try await YaosuProcess.run(arguments, environment: environment)
      guard output.status == 1, output.stdout.isEmpty else {
        throw Failed(arguments: arguments, output: output)
      }
      return output.stderr
    }

    /// Tokens of two persons of the office, as options of what takes two.
    func twoPersons() async throws -> [String] {
      var options: [String] = []
      for (option, person, role) in [
        ("--asked-by", "1001", "owner"), ("--approved-by", "1002", "approver"),
      ] {
        options += [option, try await token("office", role, person)]
      }
      return options
    }

    /// - Returns: a file with a new token.
    func token(_ department: String, _ role: String, _ person: String) async throws -> String {
      try file(
        "\(department).\(role).\(person).token",
        try await done(
          "token", "create", "--department", department, "--role", role, "--person", person
        ).stdout)
    }

    /// Runs a command that must succeed.
    func done(_ arguments: [String]) async throws -> YaosuProcess.Output {
      let output = try await YaosuProcess.run(arguments, environment: environment)
      guard output.status == 0 else { throw Failed(arguments: arguments, output: output) }
      return output
    }

    /// Writes a file beside the spreadsheets.
    func file(_ name: String, _ text: String) throws -> String { try folder.write(name, text) }
  }

  struct Failed: Error {
    let arguments: [String]
    let output: YaosuProcess.Output
  }
}
