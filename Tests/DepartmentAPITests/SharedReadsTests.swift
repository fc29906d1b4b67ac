import Allocation
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import DepartmentAPI

/// Reads that go out together: each caller gets its own rows, and nobody suffers by the others.
@Suite("Reads of rows that come together", .timeLimit(.minutes(5)))
struct SharedReadsTests {
  @Test("Hundreds at once: each bearer reads what is its own, and only that")
  func manyBearers() async throws {
    try await Harness.with { harness in
      let rows = try await harness.superuser.query(
        "SELECT number, department FROM registry.land_requests ORDER BY number"
      ).decode(String.self, String.self)
      let counties = Array(Set(rows.map(\.1)).sorted().prefix(3))
      var bearers: [(token: String, sees: @Sendable (String) -> Bool)] = []
      for county in counties {
        bearers.append((try await harness.token(county, .clerk), { $0 == county }))
      }
      bearers.append((try await harness.token("natural_resources", .reader), { _ in true }))
      let revoked = try await harness.token("natural_resources", .clerk)
      let desk = TokenDesk(pool: harness.database.pool)
      let newest = try #require(try await desk.list().map(\.id).max())
      try await desk.revoke(newest, by: "test", cause: "test")
      try await withThrowingTaskGroup { group in
        for (number, department) in rows.prefix(80) {
          for bearer in bearers {
            group.addTask {
              let reply = await harness.call(
                "GET", "/v1/land-requests/\(number)", token: bearer.token)
              #expect(reply.status == (bearer.sees(department) ? 200 : 404), "\(reply.text)")
              if reply.status == 200 { #expect(reply.object["number"] as? String == number) }
            }
          }
          group.addTask {
            let reply = await harness.call("GET", "/v1/land-requests/\(number)", token: revoked)
            #expect(reply.status == 401)
          }
        }
        try await group.waitForAll()
      }
      #expect(bearers.count == 4)
    }
  }

  @Test("A search keeps one plan for any number of keys, and it looks into the key's index")
  func plan() async throws {
    try await Harness.with(Harness.town) { harness in
      let token = try await harness.token("industry", .reader)
      for _ in 0..<20 {
        #expect(await harness.call("GET", "/v1/chains/341800/C99", token: token).status == 404)
      }
      let (custom, plan) = try await harness.database.pool.withConnection { connection in
        let (name, custom) = try await connection.query(
          """
          SELECT name, custom_plans FROM pg_prepared_statements
          WHERE statement LIKE '%CROSS JOIN LATERAL%' AND statement LIKE '%"registry"."chains"%'
          """
        ).only(String.self, Int.self)
        let lines = try await connection.query(
          "EXPLAIN EXECUTE \(identifier: [name])('{341800}', '{C99}')"
        ).decode(String.self)
        return (custom, lines.joined(separator: "\n"))
      }
      // PostgreSQL tries five before it compares.
      #expect(custom <= 5)
      #expect(plan.contains("Index Scan"), "\(plan)")
      #expect(!plan.contains("Seq Scan on chains"), "\(plan)")
    }
  }

  /// Says when its transaction began.
  private static let began = RowSearch(text: "began", key: ["x"]) { keys in
    """
    SELECT k.n, transaction_timestamp()::text, current_setting('yaosu.department')
    FROM unnest(\(keys.compactMap(\.first))::text[]) WITH ORDINALITY AS k (value, n)
    """
  }

  private func call(_ harness: Harness, _ department: String) async throws -> Call {
    let token = try await harness.token(department, .reader)
    let operation = try #require(try Resource.all().first).reading
    return Call(
      operation, language: .english, id: "test", deadline: .now + .seconds(60)
    ).with(credential: .token(try #require(TokenSecret(shown: token))))
  }

  /// One read stands at a lock while `later` come; then the lock is let go.
  private func together(
    _ later: [(call: Call, search: RowSearch)], _ first: Call, _ harness: Harness,
    until isTime: @Sendable () -> Bool = { true }
  ) async throws -> [Result<SharedReads.Found, any Error>] {
    let reads = SharedReads(pool: harness.database.pool, lanes: 1)
    return try await harness.superuser.withConnection { holder in
      _ = try await holder.query("SELECT pg_advisory_lock(77)")
      let standing = RowSearch(text: "standing", key: []) { _ in
        "SELECT 1::bigint, 'stood', '' FROM pg_advisory_xact_lock_shared(77)"
      }
      async let stood = reads.row(first, standing)
      try await eventually("the first read stands at the lock") {
        try await harness.one(
          """
          SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 77
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          """, as: Int.self) > 0
      }
      let results = await withTaskGroup(
        of: (Int, Result<SharedReads.Found, any Error>).self
      ) { group in
        for (position, read) in later.enumerated() {
          group.addTask {
            do {
              return (position, .success(try await reads.row(read.call, read.search)))
            } catch { return (position, .failure(error)) }
          }
        }
        let areWaiting =
          await
          (try? eventually("all of them wait") {
            reads.waitingCount >= later.count && isTime()
          }) != nil
        #expect(areWaiting)
        _ = try? await holder.query("SELECT pg_advisory_unlock(77)")
        var results = [Result<SharedReads.Found, any Error>](
          repeating: .success(nil), count: later.count)
        for await (position, result) in group { results[position] = result }
        return results
      }
      #expect(try await stood?.json == "stood")
      return results
    }
  }

  @Test("What a bearer asks meanwhile is one transaction, and another bearer's is another")
  func oneTransaction() async throws {
    try await Harness.with { harness in
      let land = try await call(harness, "natural_resources")
      let industry = try await call(harness, "industry")
      let later = (0..<12).map { (call: $0 % 3 == 0 ? industry : land, search: Self.began) }
      let found = try await together(later, land, harness).map { try $0.get() }
      let times = { (department: String) in
        Set(found.compactMap { $0?.version == department ? $0?.json : nil })
      }
      #expect(found.compactMap(\.self).count == 12)
      #expect(times("natural_resources").count == 1)
      #expect(times("industry").count == 1)
      #expect(times("natural_resources") != times("industry"))
    }
  }

  @Test("One whose time ends while it waits is told so, and those in time are answered")
  func late() async throws {
    try await Harness.with { harness in
      let land = try await call(harness, "natural_resources")
      let hasty = Call(
        try #require(try Resource.all().first).reading, language: .english, id: "test",
        deadline: .now + .milliseconds(50)
      ).with(credential: try land.shown())
      let never = RowSearch(text: "began", key: ["late"]) { _ in
        Issue.record("nobody asks for what nobody waits for")
        return Self.began.statement([["late"]])
      }
      let results = try await together(
        [(hasty, never), (land, Self.began), (hasty, never)], land, harness,
        until: { hasty.timeLeft < .zero })
      for position in [0, 2] {
        let problem = #expect(throws: Problem.self) { try results[position].get() }
        #expect(problem?.code == .timeout)
      }
      #expect(try results[1].get() != nil)
    }
  }

  @Test("One that fails fails alone, and who is not let in is told so")
  func failures() async throws {
    try await Harness.with { harness in
      let land = try await call(harness, "natural_resources")
      let stranger = land.with(
        credential: .token(
          try #require(TokenSecret(shown: "yaosu_" + String(repeating: "A", count: 43)))))
      let failing = RowSearch(text: "failing", key: []) { _ in
        "SELECT 1::bigint, (1 / (random() * 0)::integer)::text, ''"
      }
      let results = try await together(
        [(land, Self.began), (land, failing), (stranger, failing), (land, Self.began)], land,
        harness)
      #expect(throws: PostgresError.self) { try results[1].get() }
      let refusal = #expect(throws: Problem.self) { try results[2].get() }
      #expect(refusal?.code == .unauthenticated)
      for position in [0, 3] { #expect(try results[position].get() != nil) }
    }
  }
}
