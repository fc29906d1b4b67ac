import Postgres
import TestSupport
import Testing

@Suite struct MigratorTests {
  private static let first = SQLFile(
    name: "0001_a.sql", sql: "CREATE TABLE a (n int); INSERT INTO a VALUES (1);")
  private static let second = SQLFile(
    name: "0002_b.sql", sql: "ALTER TABLE a ADD b text DEFAULT '二';")
  private static let view = SQLFile(
    name: "a.sql", sql: "CREATE OR REPLACE VIEW shown AS SELECT n FROM a;")

  @Test func appliesInOrderOnceAndReportFilesAfterThem() async throws {
    try await TestDatabase.with { pool in
      let migrator = Migrator(migrations: [Self.second, Self.first], report: [Self.view])
      let summary = try await migrator.migrate(pool.configuration)
      #expect(summary.migrations == ["0001_a.sql", "0002_b.sql"])
      #expect(summary.report == ["a.sql"])
      #expect(try await migrator.migrate(pool.configuration).isEmpty)
      #expect(try await pool.query("SELECT n, b FROM a").only(Int.self, String.self) == (1, "二"))
      let changed = SQLFile(
        name: "a.sql", sql: "CREATE OR REPLACE VIEW shown AS SELECT n, b FROM a;")
      let next = try await Migrator(migrations: [Self.first, Self.second], report: [changed])
        .migrate(pool.configuration)
      #expect(next == Migrator.Summary(migrations: [], report: ["a.sql"]))
      #expect(try await pool.query("SELECT * FROM shown").columnNames == ["n", "b"])
    }
  }

  @Test func twentyAtOnceApplyOnceAndAllSucceed() async throws {
    try await TestDatabase.with { pool in
      let migrator = Migrator(migrations: [Self.first, Self.second], report: [Self.view])
      let applied = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<20 {
          group.addTask { try await migrator.migrate(pool.configuration).migrations.count }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(applied.count == 20)
      #expect(applied.filter { $0 > 0 } == [2])
      #expect(try await pool.query("SELECT count(*) FROM a").only(Int.self) == 1)
    }
  }

  @Test func aChangedFileIsRefused() async throws {
    try await TestDatabase.with { pool in
      try await Migrator(migrations: [Self.first]).migrate(pool.configuration)
      let changed = SQLFile(name: Self.first.name, sql: Self.first.sql + " ")
      let error = await #expect(throws: PostgresError.self) {
        try await Migrator(migrations: [changed]).migrate(pool.configuration)
      }
      #expect(error?.kind == .migration)
      #expect(error?.message.contains("0001_a.sql has changed") == true)
    }
  }

  @Test func aNewerDatabaseIsRefused() async throws {
    try await TestDatabase.with { pool in
      try await Migrator(migrations: [Self.first, Self.second]).migrate(pool.configuration)
      let error = await #expect(throws: PostgresError.self) {
        try await Migrator(migrations: [Self.first]).migrate(pool.configuration)
      }
      #expect(error?.kind == .migration)
      #expect(error?.message.contains("newer") == true)
    }
  }

  @Test func aFileThatCameTooLateIsRefused() async throws {
    try await TestDatabase.with { pool in
      try await Migrator(migrations: [Self.second.renamed("0002_x.sql", "SELECT 1")]).migrate(
        pool.configuration)
      let error = await #expect(throws: PostgresError.self) {
        try await Migrator(
          migrations: [Self.first, Self.second.renamed("0002_x.sql", "SELECT 1")]
        ).migrate(pool.configuration)
      }
      #expect(error?.kind == .migration)
    }
  }

  @Test func aFailingFileLeavesNoTraceAndTheOnesBeforeStay() async throws {
    try await TestDatabase.with { pool in
      let broken = SQLFile(name: "0002_b.sql", sql: "CREATE TABLE half (); SELECT 1/0;")
      let error = await #expect(throws: PostgresError.self) {
        try await Migrator(migrations: [Self.first, broken]).migrate(pool.configuration)
      }
      #expect(error?.sqlState == "22012")
      #expect(error?.statement == "0002_b.sql")
      let rows = try await pool.query(
        "SELECT to_regclass('a') IS NULL, to_regclass('half') IS NULL")
      #expect(try rows.only(Bool.self, Bool.self) == (false, true))
      let summary = try await Migrator(migrations: [Self.first, Self.second]).migrate(
        pool.configuration)
      #expect(summary.migrations == ["0002_b.sql"])
    }
  }

  @Test func theOwnerOwnsWhatComesAfterItExists() async throws {
    try await TestDatabase.with { pool in
      let roles = SQLFile(
        name: "0001_roles.sql",
        sql: "CREATE ROLE migrator_owner; CREATE SCHEMA s AUTHORIZATION migrator_owner;")
      let table = SQLFile(name: "0002_t.sql", sql: "CREATE TABLE s.t ();")
      try await Migrator(migrations: [roles, table], owner: "migrator_owner").migrate(
        pool.configuration)
      let rows = try await pool.query(
        "SELECT tableowner::text FROM pg_tables WHERE schemaname = 's'")
      #expect(try rows.only(String.self) == "migrator_owner")
      try await pool.executeScript("DROP SCHEMA s CASCADE; DROP ROLE migrator_owner;")
    }
  }
}

extension SQLFile {
  fileprivate func renamed(_ name: String, _ sql: String) -> SQLFile {
    SQLFile(name: name, sql: sql)
  }
}

extension Pool {
  fileprivate func executeScript(_ script: String) async throws {
    try await withConnection { try await $0.executeScript(script) }
  }
}
