import FoundationEssentials
import Postgres
import TestSupport
import Testing

/// Each value goes to the server as a parameter and comes back as a result.
@Suite struct ValueRoundTripTests {
  private func roundTrip<V: SQLEncodable & SQLDecodable & Equatable>(
    _ values: [V], as type: String
  ) async throws {
    try await TestDatabase.with { pool in
      for value in values {
        let cast = SQL(unsafeText: "::\(type)")
        let rows = try await pool.query("SELECT \(value)\(cast), \(value as V?)\(cast)")
        let (plain, optional) = try rows.only(V.self, V?.self)
        #expect(plain == value)
        #expect(optional == value)
      }
      let none = try await pool.query("SELECT \(V?.none)\(SQL(unsafeText: "::\(type)"))")
      let back: V? = try none.only(V?.self)
      #expect(back == Optional<V>.none)
      #expect(throws: PostgresError.self) { try none.only(V.self) }
    }
  }

  @Test func bool() async throws { try await roundTrip([true, false], as: "bool") }

  @Test func integers() async throws {
    try await roundTrip([Int16.min, -1, 0, 1, .max], as: "int2")
    try await roundTrip([Int32.min, -1, 0, 1, .max], as: "int4")
    try await roundTrip([Int64.min, -1, 0, 1, .max], as: "int8")
    try await roundTrip([Int.min, -1, 0, 1, .max], as: "int8")
  }

  @Test func double() async throws {
    try await roundTrip(
      [0.1, -.zero, .infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude], as: "float8")
  }

  @Test func text() async throws {
    try await roundTrip(["", "a", "要素保障 🏭", "it's \\ \"quoted\"", "a\nb"], as: "text")
  }

  @Test func bytes() async throws {
    try await roundTrip([[], [0], [0, 255, 7], [UInt8](0...255)], as: "bytea")
  }

  @Test func dates() async throws {
    let days = [
      DateOnly(text: "2026-11-20"), DateOnly(text: "2000-02-29"),
      DateOnly(days: -2_451_507), DateOnly(days: 2_145_031_948),
    ]
    try await roundTrip(try days.map { try #require($0) }, as: "date")
  }

  @Test func timestamps() async throws {
    let instants = [
      Timestamp(text: "2026-11-20T08:30:00.123456Z"), Timestamp(microseconds: 0),
      Timestamp(text: "1969-12-31T23:59:59.999999+08:00"),
      Timestamp(microseconds: -211_813_488_000_000_000),
      Timestamp(microseconds: 9_223_371_331_199_999_999),
    ]
    try await roundTrip(try instants.map { try #require($0) }, as: "timestamptz")
  }

  @Test func uuids() async throws {
    try await roundTrip([UUIDValue(high: 0, low: 0), UUIDValue(high: .max, low: 1)], as: "uuid")
    try await roundTrip([UUID()], as: "uuid")
  }

  @Test func json() async throws {
    try await roundTrip([JSONText(#"{"a": [1, "二"]}"#), JSONText("null")], as: "jsonb")
    try await TestDatabase.with { pool in
      let rows = try await pool.query(#"SELECT '{"b":1,"a":2}'::json"#)
      let text = try rows.only(JSONText.self).text
      #expect(text == #"{"b":1,"a":2}"#)
    }
  }

  @Test func arrays() async throws {
    try await roundTrip([[], [1, -2, .max]] as [[Int]], as: "int8[]")
    try await roundTrip([["a", "", ",{}\"\\", "NULL"]], as: "text[]")
    try await roundTrip([["a", nil]], as: "text[]")
    try await roundTrip([[Numeric(1), Numeric(text: "0.5") ?? 0]], as: "numeric[]")
    try await roundTrip([[true, nil, false]], as: "bool[]")
    try await roundTrip([[DateOnly(days: 0) ?? DateOnly(days: 1)]] as [[DateOnly?]], as: "date[]")
  }

  @Test(arguments: [
    "0", "1", "-1", "0.1", "-0.0001", "12345.6789", "10000", "100000000", "0.00000001",
    "99999999999999999999999999999999999999", "-0.00000000000000000000000000000000000001",
    "170141183460469231731687303715884105727", "1.50", "9999.9999", "0.0010", "1000000.000001",
  ])
  func numericIsExact(text: String) async throws {
    try await TestDatabase.with { pool in
      let value = try #require(Numeric(text: text))
      #expect(value.description == text)
      let rows = try await pool.query("SELECT \(value)::numeric, (\(value)::numeric)::text")
      let (back, asText) = try rows.only(Numeric.self, String.self)
      #expect(back == value)
      #expect(back.description == text)
      #expect(asText == text)
    }
  }

  @Test func numericBeyondOurReachIsAnErrorAndNoTrap() async throws {
    try await TestDatabase.with { pool in
      for text in [
        "'NaN'", "'Infinity'", "1e60", "-1e39", "0." + String(repeating: "3", count: 50),
      ] {
        let rows = try await pool.query("SELECT \(SQL(unsafeText: text))::numeric")
        #expect(throws: PostgresError.self) { try rows.only(Numeric.self) }
      }
    }
  }

  @Test func infiniteDatesAreErrors() async throws {
    try await TestDatabase.with { pool in
      let rows = try await pool.query("SELECT 'infinity'::date, '-infinity'::timestamptz")
      let row = try #require(rows.first)
      #expect(throws: PostgresError.self) { try row.decode(DateOnly.self, at: 0) }
      #expect(throws: PostgresError.self) { try row.decode(Timestamp.self, at: 1) }
    }
  }

  @Test func integersReadWhatFits() async throws {
    try await TestDatabase.with { pool in
      let rows = try await pool.query(
        "SELECT 7::int2, 7::int4, 7::int8, 7::numeric, 7.5::numeric, 70000::int4, 1e30::numeric")
      let row = try #require(rows.first)
      for column in 0..<4 { #expect(try row.decode(Int.self, at: column) == 7) }
      #expect(throws: PostgresError.self) { try row.decode(Int.self, at: 4) }
      #expect(throws: PostgresError.self) { try row.decode(Int16.self, at: 5) }
      #expect(throws: PostgresError.self) { try row.decode(Int.self, at: 6) }
    }
  }

  @Test func textWithNullCharacterIsRefusedHere() async throws {
    try await TestDatabase.with { pool in
      let error = await #expect(throws: PostgresError.self) {
        try await pool.query("SELECT \("a\0b")::text")
      }
      #expect(error?.kind == .encoding)
    }
  }
}
