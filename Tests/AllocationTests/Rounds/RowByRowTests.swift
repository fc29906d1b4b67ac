import Postgres
import TestSupport
import Testing

@testable import Allocation

@Suite("Rows that move together where they can")
struct RowByRowTests {
  /// Rows are numbers; each takes the seat of its last digit, which has room for one. No row over 100
  /// is let in.
  private func moved(_ rows: [Int]) async throws -> (in: [Int], refused: [Int]) {
    var result: (in: [Int], refused: [Int]) = ([], [])
    try await TestDatabase.with { pool in
      try await pool.execute(
        "CREATE TABLE seat (row bigint CHECK (row <= 100), digit bigint UNIQUE)")
      try await pool.transaction { connection in
        let refused = try await RowByRow<Int>(connection: connection).move(rows) { rows in
          for row in rows {
            try await connection.execute("INSERT INTO seat VALUES (\(row), \(row % 10))")
          }
        }
        result.refused = refused.map(\.0)
      }
      result.in = try await pool.query("SELECT row FROM seat ORDER BY row").decode(Int.self)
    }
    return result
  }

  @Test(
    "Each row once, in or refused",
    arguments: [
      ([], [], []), ([1, 2, 3], [1, 2, 3], []), ([101], [], [101]),
      ([1, 102, 3], [1, 3], [102]), ([101, 102], [], [101, 102]),
      // Each could move alone, together they cannot: the first does.
      ([1, 11, 2], [1, 2], [11]), ([1, 11, 103, 21], [1], [11, 21, 103]),
    ] as [([Int], [Int], [Int])])
  func rows(rows: [Int], in expected: [Int], refused: [Int]) async throws {
    let moved = try await moved(rows)
    #expect(moved.in == expected)
    #expect(moved.refused.sorted() == refused)
  }

  @Test("What is no rule's refusal is no row's fault and is thrown")
  func thrown() async throws {
    try await TestDatabase.with { pool in
      let error = await #expect(throws: PostgresError.self) {
        try await pool.transaction { connection in
          _ = try await RowByRow<Int>(connection: connection).move([1, 2]) { _ in
            try await connection.execute("INSERT INTO nowhere VALUES (1)")
          }
        }
      }
      #expect(error?.sqlState == "42P01")
    }
  }
}
