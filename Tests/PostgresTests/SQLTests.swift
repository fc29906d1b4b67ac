import TestSupport
import Testing

@testable import Postgres

@Suite struct SQLTests {
  @Test func valuesBecomeNumberedParametersAndFragmentsNest() {
    let inner: SQL = "b = \(2) AND c = \("x")"
    let whole: SQL = "SELECT 1 WHERE a = \(1) AND (\(inner)) AND d = \(true)"
    let (text, values) = whole.rendered()
    #expect(text == "SELECT 1 WHERE a = $1 AND (b = $2 AND c = $3) AND d = $4")
    #expect(values.count == 4)
  }

  @Test func fragmentsAreJoined() {
    let parts: [SQL] = ["a = \(1)", "b = \(2)"]
    #expect(parts.joined(separator: " AND ").rendered().text == "a = $1 AND b = $2")
    #expect([SQL]().joined().rendered().text == "")
  }

  @Test func identifiersAreQuoted() {
    let sql: SQL = "\(identifier: "registry.parcels") \(identifier: ["a.b"]) \(identifier: "x\" y")"
    #expect(sql.rendered().text == #""registry"."parcels" "a.b" "x"" y""#)
  }

  @Test func aHostileValueStaysAValue() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE victims (name text)")
      let hostile = "'); DROP TABLE victims; --"
      try await pool.execute("INSERT INTO victims VALUES (\(hostile))")
      let rows = try await pool.query("SELECT name FROM victims")
      #expect(try rows.only(String.self) == hostile)
    }
  }

  @Test func aHostileIdentifierStaysAnIdentifier() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE victims (name text)")
      let hostile = "victims\"; DROP TABLE victims; --"
      let error = await #expect(throws: PostgresError.self) {
        try await pool.query("SELECT * FROM \(identifier: hostile)")
      }
      #expect(error?.sqlState == "42P01")
      #expect(try await pool.query("SELECT * FROM victims").isEmpty)
    }
  }

  @Test func errorsDescribeWithoutDataAndDebugInFull() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (secret text CONSTRAINT only_once UNIQUE)")
      try await pool.execute("INSERT INTO t VALUES (\("hunter2"))")
      let caught = await #expect(throws: PostgresError.self) {
        try await pool.execute("INSERT INTO t VALUES (\("hunter2"))")
      }
      let error = try #require(caught)
      #expect(error.sqlState == "23505")
      #expect(error.constraint == "only_once")
      #expect(error.table == "t")
      #expect(error.description.contains("only_once"))
      #expect(!error.description.contains("hunter2"))
      #expect(error.debugDescription.contains("hunter2"))
      #expect(error.debugDescription.contains("INSERT INTO t VALUES ($1)"))
      #expect(error.callSite?.fileID == "PostgresTests/SQLTests.swift")
      #expect(!error.isTransient)
    }
  }
}
