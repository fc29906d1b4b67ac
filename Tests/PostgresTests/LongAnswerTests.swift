import Postgres
import TestSupport
import Testing

/// Answers that come in many pieces: each piece has to be waited for anew.
@Suite struct LongAnswerTests {
  /// 100 rows of 100 kB, more than a socket holds, with pauses between them.
  private static let statement: SQL =
    "SELECT repeat('x', 100000) AS text, pg_sleep(0.001)::text AS pause FROM generate_series(1, 100)"

  private func size(of rows: Rows) throws -> Int {
    try rows.reduce(0) { try $0 + $1.decode(String.self, named: "text").utf8.count }
  }

  @Test(.timeLimit(.minutes(2))) func oneAloneArrivesWhole() async throws {
    try await TestDatabase.with { pool in
      let size = try size(of: try await pool.query(Self.statement))
      #expect(size == 10_000_000)
    }
  }

  @Test(.timeLimit(.minutes(2))) func severalAmongShortOnesArriveWhole() async throws {
    try await TestDatabase.with { pool in
      let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
        for task in 0..<8 {
          group.addTask {
            guard task < 4 else {
              for n in 0..<500 {
                let echo = try await pool.query("SELECT \(n)::int8").only(Int.self)
                #expect(echo == n)
              }
              return 0
            }
            return try size(of: try await pool.query(Self.statement))
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(sizes == 40_000_000)
    }
  }
}
