import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Commands and their exit status")
struct CommandTests {
  @Test(
    "Usage is 2 and says so on stderr",
    arguments: [
      ["nonsense"], ["nightly", "--date", "20.11."],
      ["verify", "--round", "1", "--date", "2026-11-20"], ["solve", "x", "--threads", "0"],
      ["solve", "x", "--time-limit", "inf"], ["nightly", "--mechanism", "housing"],
    ])
  func usage(arguments: [String]) async throws {
    let output = try await YaosuProcess.run(arguments)
    #expect(output.status == 2)
    #expect(output.stdout.isEmpty)
    #expect(output.stderr.contains("Usage:"))
  }

  @Test(
    "With --json a failure is one JSON object too",
    arguments: [
      (["solve", "/nonexistent", "--json"], "wrong_input", 1),
      (["solve", "/dev/null", "--json"], "wrong_input", 1),
      (["nightly", "--date", "20.11.", "--json"], "usage", 2),
      (["verify", "--json"], "try_again", 75),
    ])
  func failureAsJSON(arguments: [String], kind: String, status: Int32) async throws {
    let output = try await YaosuProcess.run(
      arguments, environment: ["PGHOST": "/nonexistent", "PGUSER": "nobody"])
    #expect(output.status == status)
    let error = try #require(try output.json()["error"] as? [String: Any])
    #expect(error["kind"] as? String == kind)
    #expect(error["status"] as? Int == Int(status))
    let message = try #require(error["message"] as? String)
    #expect(!message.isEmpty)
    let firstLine = try #require(message.split(separator: "\n").first)
    #expect(output.stderr.contains(firstLine))
  }

  @Test("Help teaches and is 0")
  func help() async throws {
    for command in [
      "migrate", "import", "nightly", "verify", "explain", "export-problem", "solve", "serve",
      "demo",
    ] {
      let output = try await YaosuProcess.run([command, "--help"])
      #expect(output.status == 0)
      #expect(output.stdout.contains("OVERVIEW:"), "\(command)")
    }
  }

  @Test("A database that is away is 75")
  func away() async throws {
    let output = try await YaosuProcess.run(
      ["verify"], environment: ["PGHOST": "/nonexistent", "PGUSER": "nobody"])
    #expect(output.status == 75)
    #expect(!output.stderr.isEmpty)
  }

  @Test("A database without a schema is 1 and names the remedy", arguments: ["nightly", "verify"])
  func unmigrated(command: String) async throws {
    try await TestDatabase.with { pool in
      let output = try await YaosuProcess.run(
        [command], environment: YaosuProcess.environment(of: pool))
      #expect(output.status == 1)
      #expect(output.stderr.contains("yaosu migrate"))
    }
  }

  @Test("So is a private server that has just been made", arguments: ["nightly", "verify"])
  func fresh(command: String) async throws {
    let home = try TemporaryFolder()
    defer { home.remove() }
    let output = try await YaosuProcess.run(
      [command], environment: ["XDG_DATA_HOME": home.url.path])
    #expect(output.status == 1)
    #expect(output.stderr.contains("yaosu migrate"), "\(output.stderr)")
  }

  @Test("An interrupted command stops its private server")
  func interrupted() async throws {
    let home = try TemporaryFolder()
    defer { home.remove() }
    let process = try YaosuProcess.start(
      ["demo"], environment: ["XDG_DATA_HOME": home.url.path], stdout: home.file("stdout"),
      stderr: home.file("stderr"))
    try await eventually("its server has started") {
      !process.isRunning || !Self.serverFiles(home).isEmpty
    }
    process.terminate()
    await YaosuProcess.waitForExit(process)
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(Self.serverFiles(home).isEmpty)
  }

  @Test("Neither an interrupt nor an end leaves a temporary folder", arguments: [SIGINT, SIGTERM])
  func interruptedWithoutTrace(number: Int32) async throws {
    let home = try TemporaryFolder()
    defer { home.remove() }
    let scratch = home.file("tmp")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    let process = try YaosuProcess.start(
      ["demo"], environment: ["XDG_DATA_HOME": home.url.path, "TMPDIR": scratch.path],
      stdout: home.file("stdout"), stderr: home.file("stderr"))
    try await eventually("its server has started") {
      !process.isRunning || !Self.serverFiles(home).isEmpty
    }
    kill(process.processIdentifier, number)
    await YaosuProcess.waitForExit(process)
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(process.terminationStatus == number)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }

  private static func serverFiles(_ home: TemporaryFolder) -> [String] {
    let files = FileManager.default.enumerator(atPath: home.url.path)
    return (files?.allObjects ?? []).compactMap { $0 as? String }
      .filter { $0.hasSuffix("postmaster.pid") }
  }

  @Test("Twenty migrators at once: all succeed")
  func twentyMigrators() async throws {
    try await TestDatabase.with { pool in
      let environment = YaosuProcess.environment(of: pool)
      let outputs = try await withThrowingTaskGroup(of: YaosuProcess.Output.self) { group in
        for _ in 0..<20 {
          group.addTask {
            try await YaosuProcess.run(["migrate", "--json"], environment: environment)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outputs.map(\.status) == Array(repeating: 0, count: 20), "\(outputs.map(\.stderr))")
      let appliers = try outputs.filter {
        (try $0.json()["applied"] as? [String])?.isEmpty == false
      }
      #expect(appliers.count == 1)
      let broken = try await pool.query("SELECT count(*) FROM audit.chain_break()").only(Int.self)
      #expect(broken == 0)
    }
  }

  @Test("A faulty file is 1, names every fault, and changes nothing")
  func faultyImport() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let file = try folder.write(
      "regions.csv", "code,name,kind,parent\n341800,宣城市,prefecture,\n341802,宣州区,village,341800\n")
    try await TestDatabase.with { pool in
      let environment = YaosuProcess.environment(of: pool)
      _ = try await YaosuProcess.run(["migrate"], environment: environment)
      let output = try await YaosuProcess.run(["import", file], environment: environment)
      #expect(output.status == 1)
      #expect(output.stderr.contains("regions.csv"))
      #expect(output.stderr.contains("village"))
      let rows = try await pool.query("SELECT count(*) FROM registry.regions").only(Int.self)
      #expect(rows == 0)
    }
  }

  @Test("An unknown request is 1")
  func unknownRequest() async throws {
    try await TestDatabase.with { pool in
      let environment = YaosuProcess.environment(of: pool)
      _ = try await YaosuProcess.run(["migrate"], environment: environment)
      let output = try await YaosuProcess.run(["explain", "KJ-0"], environment: environment)
      #expect(output.status == 1)
      #expect(output.stderr.contains("KJ-0"))
      let night = try await YaosuProcess.run(["nightly"], environment: environment)
      #expect(night.status == 0)
      #expect(night.stdout.contains("no prefecture"))
      let proof = try await YaosuProcess.run(
        ["verify", "--date", "2026-11-20"], environment: environment)
      #expect(proof.status == 1)
      #expect(proof.stderr.contains("no round of 2026-11-20"))
    }
  }

  @Test("The engine alone solves every form of instance")
  func solve() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let instances = [
      ("alloc 2 1  0 1 0  1 5 1 0 1  1 7 1 0 1", "optimal", 7, "-1\n0\n"),
      ("stable 2 1  1  1 0 0  1 0 0  2 1 0 0 1", "stable", 1, "-1\n0\n"),
      ("designation 1 2 1 1  10 10  3 4  0 5 6 0", "optimal", 13, "0 1\n0\n"),
    ]
    for (text, status, objective, choices) in instances {
      let file = try folder.write("instance", text + "\n")
      let output = try await YaosuProcess.run(
        ["solve", file, "--json", "--choices", folder.file("choices").path])
      #expect(output.status == 0, "\(output.stderr)")
      let report = try output.json()
      #expect(report["status"] as? String == status)
      #expect(report["objective"] as? Int == objective)
      let written = try String(contentsOf: folder.file("choices"), encoding: .utf8)
      #expect(written.replacing("1 0\n", with: "0 1\n") == choices)
    }
  }

  @Test("A malformed instance is 1 and gives line and column")
  func malformedInstance() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let file = try folder.write("bad.alloc", "alloc\n1 1\n0 x 0\n")
    let output = try await YaosuProcess.run(["solve", file])
    #expect(output.status == 1)
    #expect(output.stderr.contains("bad.alloc"))
    #expect(output.stderr.contains("3"))
    let missing = try await YaosuProcess.run(["solve", folder.file("none").path])
    #expect(missing.status == 1)
  }
}
