import Postgres
import TestSupport
import Testing

@Suite struct ListenTests {
  @Test func notificationsArriveInOrder() async throws {
    try await TestDatabase.with { pool in
      let received = try await pool.listen(to: "rounds") { notifications in
        for n in 1...3 {
          try await pool.withConnection { try await $0.notify("rounds", payload: "\(n)") }
        }
        try await pool.withConnection { try await $0.notify("other", payload: "no") }
        try await pool.withConnection { try await $0.notify("rounds", payload: "最后") }
        var payloads: [String] = []
        for try await notification in notifications {
          #expect(notification.channel == "rounds")
          payloads.append(notification.payload)
          if payloads.count == 4 { break }
        }
        return payloads
      }
      #expect(received == ["1", "2", "3", "最后"])
    }
  }

  @Test func oneThatCameWithAnAnswerIsNotLost() async throws {
    try await TestDatabase.with { pool in
      try await pool.withConnection { c in
        let payload = try await c.listen(to: "self") { notifications in
          try await c.notify("self", payload: "mine")
          // The answers below carry the notification into libpq's buffer.
          for _ in 0..<3 { try await c.execute("SELECT 1") }
          for try await notification in notifications { return notification.payload }
          return "none"
        }
        #expect(payload == "mine")
      }
    }
  }

  @Test func cancellingEndsTheSequenceAndTheConnectionIsReused() async throws {
    try await TestDatabase.with(options: PoolOptions(maximumConnections: 1)) { pool in
      let (started, signal) = AsyncStream<Int32>.makeStream()
      let listener = Task {
        try await pool.withConnection { c in
          try await c.listen(to: "quiet") { notifications in
            signal.yield(c.backendProcess)
            for try await _ in notifications {}
            return true
          }
        }
      }
      var process: Int32?
      for await first in started {
        process = first
        break
      }
      listener.cancel()
      #expect(try await listener.value)
      let next = try await pool.withConnection { $0.backendProcess }
      #expect(next == process)
    }
  }

  @Test func aBrokenConnectionEndsWithAnError() async throws {
    try await TestDatabase.with { pool in
      let error = await #expect(throws: PostgresError.self) {
        try await pool.listen(to: "c") { notifications in
          try await pool.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE query LIKE 'LISTEN%' AND datname = current_database()
            """)
          for try await _ in notifications {}
        }
      }
      #expect(error?.isUnavailable == true)
    }
  }
}
