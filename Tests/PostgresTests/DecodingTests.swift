import Postgres
import TestSupport
import Testing

@Suite struct DecodingTests {
  private struct Parcel: Decodable, Equatable {
    enum State: String, Decodable { case free, held }

    let code: String
    let readyOn: DateOnly?
    let area: Numeric
    let state: State
    let tags: [String]
  }

  @Test func recordsMatchColumnsByNameInEitherCase() async throws {
    try await TestDatabase.with { pool in
      let rows = try await pool.query(
        """
        SELECT 'free' AS state, 12.5 AS area, 'P1' AS code, NULL::date AS ready_on,
               ARRAY['a', 'b'] AS tags
        UNION ALL SELECT 'held', 3, 'P2', '2026-01-02', '{}'
        """)
      let second = try #require(DateOnly(text: "2026-01-02"))
      #expect(
        try rows.records(as: Parcel.self) == [
          Parcel(
            code: "P1", readyOn: nil, area: Numeric(text: "12.5") ?? 0, state: .free,
            tags: ["a", "b"]),
          Parcel(code: "P2", readyOn: second, area: 3, state: .held, tags: []),
        ])
    }
  }

  @Test func anUnknownRawValueNamesTheColumn() async throws {
    try await TestDatabase.with { pool in
      let rows = try await pool.query(
        "SELECT 'P' AS code, NULL::date AS ready_on, 1.0 AS area, 'lost' AS state, '{}'::text[] AS tags"
      )
      let error = #expect(throws: PostgresError.self) { try rows.records(as: Parcel.self) }
      #expect(error?.column == "state")
      #expect(error?.row == 0)
    }
  }

  @Test func aMissingColumnIsNamed() async throws {
    try await TestDatabase.with { pool in
      let rows = try await pool.query("SELECT 'P' AS code")
      let error = #expect(throws: PostgresError.self) { try rows.records(as: Parcel.self) }
      #expect(error?.column == "readyOn" || error?.column == "area")
    }
  }

  @Test func errorsNameColumnTypeAndRow() async throws {
    try await TestDatabase.with { pool in
      let rows = try await pool.query(
        "SELECT n, NULLIF(n, 2) AS holes FROM generate_series(1, 3) n")
      #expect(try rows.decode(Int.self, Int?.self).map(\.1) == [1, nil, 3])
      let error = #expect(throws: PostgresError.self) { try rows.decode(Int.self, Int.self) }
      #expect(error?.kind == .decoding)
      #expect(error?.column == "holes")
      #expect(error?.row == 1)
      let mismatch = #expect(throws: PostgresError.self) { try rows.decode(Int.self, Bool?.self) }
      #expect(mismatch?.description.contains("integer has no exact form as Bool") == true)
      #expect(mismatch?.callSite?.fileID.hasSuffix("DecodingTests.swift") == true)
    }
  }

  @Test func theNumberOfColumnsMustMatch() async throws {
    try await TestDatabase.with { pool in
      let rows = try await pool.query("SELECT 1, 2")
      #expect(throws: PostgresError.self) { try rows.decode(Int.self) }
      #expect(throws: PostgresError.self) { try rows.decode(Int.self, Int.self, Int.self) }
      #expect(try rows.decode(Int.self, Int.self).count == 1)
    }
  }

  @Test func enumerationsAndDomainsReadAsText() async throws {
    try await TestDatabase.with { pool in
      try await pool.withConnection { c in
        try await c.executeScript(
          """
          CREATE TYPE mood AS ENUM ('calm', 'loud');
          CREATE DOMAIN code AS text CHECK (VALUE ~ '^[A-Z]+$');
          CREATE TABLE t (m mood, c code);
          """)
        try await c.execute("INSERT INTO t VALUES (\("calm"), \("ABC"))")
        let rows = try await c.query("SELECT m, c FROM t WHERE m = \("calm")")
        #expect(try rows.only(String.self, String.self) == ("calm", "ABC"))
        let composite = try await c.query("SELECT t FROM t")
        #expect(throws: PostgresError.self) { try composite.only(String.self) }
      }
    }
  }
}
