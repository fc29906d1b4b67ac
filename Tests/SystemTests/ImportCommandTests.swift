import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@Suite("yaosu import")
struct ImportCommandTests {
  private static let prefecture = "code,name,kind,parent\n341800,宣城市,prefecture,\n"

  private func withOffice(
    _ body: (Pool, [String: String], TemporaryFolder) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try await TestDatabase.with { pool in
      let environment = YaosuProcess.environment(of: pool)
      let migrated = try await YaosuProcess.run(["migrate"], environment: environment)
      #expect(migrated.status == 0, "\(migrated.stderr)")
      try await body(pool, environment, folder)
    }
  }

  @Test("--as-of: what a day's table said can be read back as of that day")
  func asOf() async throws {
    try await withOffice { pool, environment, folder in
      for (day, name) in [("2025-03-01", "宣城地区"), ("2025-06-01", "宣城市")] {
        let text = Self.prefecture.replacing("宣城市", with: name)
        let file = try folder.write("regions.csv", text)
        let output = try await YaosuProcess.run(
          ["import", file, "--as-of", day], environment: environment)
        #expect(output.status == 0, "\(output.stderr)")
      }
      for (time, names) in [
        ("2025-03-01 23:00:00+08", []), ("2025-03-02 00:00:00+08", ["宣城地区"]),
        ("2025-06-01 23:00:00+08", ["宣城地区"]), ("2025-06-02 00:00:00+08", ["宣城市"]),
      ] {
        let rows = try await pool.query(
          "SELECT r ->> 'name' FROM audit.rows_as_of('registry.regions', \(time)::timestamptz) r")
        #expect(try rows.decode(String.self) == names, "as of \(time)")
      }
    }
  }

  @Test("The audit names who acts: --actor, else YAOSU_ACTOR, else the machine's user")
  func actor() async throws {
    try await withOffice { pool, environment, folder in
      let user = try #require(getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) })
      let plain = environment.merging(["YAOSU_ACTOR": "", "SUDO_USER": ""]) { $1 }
      let cases: [(arguments: [String], extra: [String: String], who: String)] = [
        ([], [:], user), ([], ["YAOSU_ACTOR": "王伟"], "王伟"),
        (["--actor", "李娜"], ["YAOSU_ACTOR": "王伟"], "李娜"),
      ]
      for (number, (arguments, extra, who)) in cases.enumerated() {
        let text = Self.prefecture.replacing("宣城市", with: "宣城市\(number)")
        let file = try folder.write("regions.csv", text)
        let output = try await YaosuProcess.run(
          ["import", file] + arguments, environment: plain.merging(extra) { $1 })
        #expect(output.status == 0, "\(output.stderr)")
        let actor = try await pool.query(
          "SELECT actor FROM audit.event ORDER BY position DESC LIMIT 1"
        ).only(String.self)
        #expect(actor == "\(who) (yaosu import)")
      }
      let blank = try await YaosuProcess.run(
        ["import", folder.url.path, "--actor", " "], environment: environment)
      #expect(blank.status == 2)
    }
  }

  @Test("--as-of a day to come is refused, and nothing is loaded")
  func asOfTheFuture() async throws {
    try await withOffice { pool, environment, folder in
      let file = try folder.write("regions.csv", Self.prefecture)
      let output = try await YaosuProcess.run(
        ["import", file, "--as-of", "2999-01-01"], environment: environment)
      #expect(output.status == 1)
      #expect(output.stderr.contains("2999-01-01"))
      #expect(output.stderr.contains("[future_date]"))
      #expect(try await pool.query("SELECT count(*) FROM registry.regions").only(Int.self) == 0)
    }
  }

  @Test("--errors: the first 200 faults on stderr, all of them in the file")
  func errors() async throws {
    try await withOffice { pool, environment, folder in
      let rows = (0..<250).map { "34\(1000 + $0),村\($0),village,341800\n" }.joined()
      let file = try folder.write("regions.csv", Self.prefecture + rows)
      let errors = folder.file("faults.csv")
      let output = try await YaosuProcess.run(
        ["import", file, "--errors", errors.path], environment: environment)
      #expect(output.status == 1)
      let said = output.stderr.split(separator: "\n")
      #expect(said.count == 201)
      let written = try String(contentsOf: errors, encoding: .utf8).split(
        whereSeparator: \.isNewline)
      let words = written.count { $0.contains("unknown_word") }
      #expect(words == 250)
      #expect(written.count > said.count)
      #expect(try await pool.query("SELECT count(*) FROM registry.regions").only(Int.self) == 0)
    }
  }
}
