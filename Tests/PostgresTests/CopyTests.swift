import Postgres
import TestSupport
import Testing

@Suite struct CopyTests {
  private struct Refusal: Error {}

  private func withTable(_ body: (Connection) async throws -> Void) async throws {
    try await TestDatabase.with { pool in
      try await pool.withConnection { c in
        try await c.executeScript(
          """
          CREATE DOMAIN positive AS int4 CHECK (VALUE > 0);
          CREATE TYPE state AS ENUM ('free', 'held');
          CREATE TABLE t (id int8, small int2, n positive, name text, code varchar(9),
            area numeric, day date, at timestamptz, flag bool, raw bytea, doc jsonb,
            tags text[], state state, id2 uuid);
          """)
        try await body(c)
      }
    }
  }

  private static let columns = [
    "id", "small", "n", "name", "code", "area", "day", "at", "flag", "raw", "doc", "tags",
    "state", "id2",
  ]

  @Test func everyTypeGoesInAndComesOut() async throws {
    try await withTable { c in
      let day = try #require(DateOnly(text: "2026-11-20"))
      let at = try #require(Timestamp(text: "2026-11-20T08:30:00.5Z"))
      let area = try #require(Numeric(text: "12.3400"))
      let count = try await c.copyIn(into: "public.t", columns: Self.columns) { writer in
        try await writer.write(
          1, 2, 3, "名", "x", area, day, at, true, [0, 255] as [UInt8], JSONText(#"{"a": 1}"#),
          ["a", "b"], "free", "00000000-0000-0000-0000-00000000000f")
        try await writer.write(
          2, Int?.none, Int?.none, String?.none, String?.none, Numeric?.none, DateOnly?.none,
          Timestamp?.none, Bool?.none, [UInt8]?.none, JSONText?.none, [String]?.none,
          String?.none, UUIDValue?.none)
      }
      #expect(count == 2)
      let names = SQL(unsafeText: Self.columns.joined(separator: ", "))
      try await c.copyOut("SELECT \(names) FROM t ORDER BY id") { reader in
        let first = try #require(try await reader.next())
        let row = try first.decode(
          Int.self, Int16.self, Int32.self, String.self, String.self, Numeric.self, DateOnly.self,
          Timestamp.self, Bool.self, [UInt8].self, JSONText.self, [String].self, String.self,
          UUIDValue.self)
        #expect((row.0, row.1, row.2, row.3, row.4) == (1, 2, 3, "名", "x"))
        #expect((row.5, row.6, row.7, row.8) == (area, day, at, true))
        #expect((row.9, row.10, row.11) == ([0, 255], JSONText(#"{"a": 1}"#), ["a", "b"]))
        #expect((row.12, row.13) == ("free", UUIDValue(high: 0, low: 15)))
        let second = try #require(try await reader.next())
        #expect(throws: PostgresError.self) { try second.decode(Int.self) }
        let end = try await reader.next()
        #expect(end == nil)
      }
    }
  }

  @Test func aValueThatDoesNotFitItsColumnIsNamedAndNothingStays() async throws {
    try await withTable { c in
      let error = await #expect(throws: PostgresError.self) {
        try await c.copyIn(into: "t", columns: ["id", "n"]) { writer in
          try await writer.write(1, 1)
          try await writer.write(2, 1 << 40)
        }
      }
      #expect(error?.kind == .encoding)
      #expect(error?.row == 1)
      let left = try await c.query("SELECT count(*) FROM t").only(Int.self)
      #expect(left == 0)
    }
  }

  @Test func aRefusedRowMayBeSkipped() async throws {
    try await withTable { c in
      let count = try await c.copyIn(into: "t", columns: ["id", "n"]) { writer in
        try await writer.write(1, 1)
        await #expect(throws: ValueError.self) { try await writer.write(2, "two") }
        await #expect(throws: ValueError.self) { try await writer.write(2) }
        await #expect(throws: ValueError.self) { try await writer.write(2, 2, 2) }
        try await writer.write(row: [3, 3])
      }
      #expect(count == 2)
      let ids = try await c.query("SELECT id FROM t ORDER BY 1").decode(Int.self)
      #expect(ids == [1, 3])
    }
  }

  @Test func aServerErrorMidStreamLeavesTheConnectionUsable() async throws {
    try await withTable { c in
      let error = await #expect(throws: PostgresError.self) {
        try await c.copyIn(into: "t", columns: ["id", "n"]) { writer in
          for n in 0..<200_000 { try await writer.write(n, 1000 - n) }
        }
      }
      #expect(error?.sqlState == "23514")
      let left = try await c.query("SELECT count(*) FROM t").only(Int.self)
      #expect(left == 0)
    }
  }

  /// The socket tells once that there is something to read. What it told while nobody was reading must
  /// not be waited for when the COPY is ended.
  @Test(.timeLimit(.minutes(2)))
  func aServerErrorBetweenTwoPiecesIsFoundAtTheEnd() async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (n int4 CHECK (n > 0))")
      let error = await #expect(throws: PostgresError.self) {
        try await pool.withConnection { c in
          try await c.copyIn(into: "t", columns: ["n"]) { writer in
            for n in 0..<8_000 { try await writer.write(n) }
            try await eventually("the server did not give up") {
              let rows = try await pool.query(
                """
                SELECT 1 FROM pg_stat_activity
                WHERE pid = \(c.backendProcess) AND state LIKE 'idle%'
                """)
              return !rows.isEmpty
            }
          }
        }
      }
      #expect(error?.sqlState == "23514")
    }
  }

  @Test func anErrorOfTheCallerLeavesTheConnectionUsable() async throws {
    try await withTable { c in
      await #expect(throws: Refusal.self) {
        try await c.copyIn(into: "t", columns: ["id"]) { writer in
          for n in 0..<50_000 { try await writer.write(n) }
          throw Refusal()
        }
      }
      let left = try await c.query("SELECT count(*) FROM t").only(Int.self)
      #expect(left == 0)
    }
  }

  /// The server cannot take more: the table is locked. The writer must stop instead of buffering.
  ///
  /// Where it refuses the row in the end, that is read while the writer waits, and must not be waited for
  /// when the COPY is ended.
  @Test(.timeLimit(.minutes(2)), arguments: [false, true])
  func aServerThatDoesNotReadStopsTheWriter(refuses: Bool) async throws {
    try await TestDatabase.with { pool in
      try await pool.execute("CREATE TABLE t (n int8)")
      if refuses { try await pool.execute("ALTER TABLE t ADD CHECK (n > 0)") }
      try await pool.execute(
        """
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$
        """)
      try await pool.execute(
        "CREATE TRIGGER wait BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.n = 0) EXECUTE FUNCTION wait()"
      )
      let written = Counter()
      let total = 3_000_000
      try await pool.withConnection { holder in
        try await holder.execute("SELECT pg_advisory_lock(7)")
        let copy = Task {
          try await pool.withConnection { c in
            try await c.copyIn(into: "t", columns: ["n"]) { writer in
              for n in 0..<total {
                try await writer.write(n)
                written.increment()
              }
            }
          }
        }
        // It stands still once what the sockets hold is full.
        try await eventually("the writer stands still") {
          let seen = written.value
          try await Task.sleep(for: .milliseconds(200))
          return seen > 0 && seen == written.value
        }
        #expect(written.value < total / 2)
        try await holder.execute("SELECT pg_advisory_unlock(7)")
        if refuses {
          let error = await #expect(throws: PostgresError.self) { try await copy.value }
          #expect(error?.sqlState == "23514")
        } else {
          #expect(try await copy.value == total)
        }
      }
      let rows = try await pool.query("SELECT count(*) FROM t").only(Int.self)
      #expect(rows == (refuses ? 0 : total))
    }
  }

  @Test func manyRowsComeOutInOrder() async throws {
    try await TestDatabase.with { pool in
      let sum = try await pool.withConnection { c in
        try await c.copyOut("SELECT n, n::text AS t FROM generate_series(1, 100000) n") { reader in
          var sum = 0
          while let row = try await reader.next() {
            let (n, text) = try row.decode(Int.self, String.self)
            #expect(text == String(n))
            sum += n
          }
          return sum
        }
      }
      #expect(sum == 5_000_050_000)
    }
  }

  @Test func leavingACopyOutEarlyFreesTheConnection() async throws {
    try await TestDatabase.with { pool in
      try await pool.withConnection { c in
        let first = try await c.copyOut("SELECT n FROM generate_series(1, 100000000) n") { reader in
          try await reader.next()?.decode(Int.self)
        }
        let five = try await c.query("SELECT 5").only(Int.self)
        #expect((first, five) == (1, 5))
        await #expect(throws: Refusal.self) {
          try await c.copyOut("SELECT 1 AS one") { _ in throw Refusal() }
        }
        let six = try await c.query("SELECT 6").only(Int.self)
        #expect(six == 6)
      }
    }
  }

  @Test func anErrorWhileReadingIsThrown() async throws {
    try await TestDatabase.with { pool in
      try await pool.withConnection { c in
        let error = await #expect(throws: PostgresError.self) {
          try await c.copyOut("SELECT 10 / (5 - n) AS q FROM generate_series(1, 9) n") { reader in
            while try await reader.next() != nil {}
          }
        }
        #expect(error?.sqlState == "22012")
        let five = try await c.query("SELECT 5").only(Int.self)
        #expect(five == 5)
      }
    }
  }

  @Test func rawTextGoesBothWays() async throws {
    try await TestDatabase.with { pool in
      try await pool.withConnection { c in
        try await c.execute("CREATE TABLE t (a int, b text)")
        let count = try await c.copyInBytes("COPY t FROM STDIN (FORMAT csv)") { writer in
          try await writer.write(Array("1,一\n2,".utf8))
          try await writer.write(Array("\"二, 两\"\n".utf8))
        }
        #expect(count == 2)
        let text = try await c.copyOutBytes("COPY t TO STDOUT (FORMAT csv)") { reader in
          var all: [UInt8] = []
          while let piece = try await reader.next() { all += piece }
          return String(decoding: all, as: UTF8.self)
        }
        #expect(text == "1,一\n2,\"二, 两\"\n")
      }
    }
  }
}
