import Allocation
import Foundation
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import DepartmentAPI

/// New rows that are written together: each call is judged by itself, and nobody suffers by others.
@Suite("Rows that are created together", .timeLimit(.minutes(5)))
struct SharedCreationsTests {
  /// A county's enterprises, and one that is another's.
  private struct Town {
    let own: [String]
    let foreign: String
    let token: String

    init(_ harness: Harness) async throws {
      own = try await harness.superuser.query(
        "SELECT uscc FROM registry.enterprises WHERE region = '341802' ORDER BY uscc LIMIT 2"
      ).decode(String.self)
      foreign = try await harness.one(
        "SELECT min(uscc) FROM registry.enterprises WHERE region <> '341802'")
      token = try await harness.token("county:341802", .clerk)
    }
  }

  private static func request(_ number: String, _ uscc: String, least: String = "12") -> String {
    #"""
    {"number":"\#(number)","uscc":"\#(uscc)","project":"项目","submitted_on":"2026-11-20",
    "industry":"C3670","area_mu":"12.5","min_area_mu":"\#(least)","regions":["341802"],
    "investment_wan":12,"tax_wan":1,"energy_tce":1,"priority":"city","needed_by":"2026-12-30"}
    """#
  }

  private func post(_ harness: Harness, _ token: String, _ key: String, _ body: String) async
    -> Reply
  {
    await harness.call(
      "POST", "/v1/land-requests", token: token, body: body,
      headers: ["Idempotency-Key": key, "X-Request-Id": "request-\(key)"])
  }

  @Test("Hundreds at once: each has its own answer, and what stands shares few events")
  func many() async throws {
    try await Harness.with { harness in
      let town = try await Town(harness)
      let reader = try await harness.token("county:341802", .reader)
      let replies = await withTaskGroup(of: (Int, Reply).self) { group in
        for number in 0..<200 {
          group.addTask {
            let least = number % 10 == 3 ? "13" : "12"
            var body = Self.request("R\(number)", town.own[number % 2], least: least)
            if number % 10 == 7 { body.removeFirst() }
            let token = number % 10 == 5 ? reader : town.token
            return (number, await post(harness, token, "key-\(number)", body))
          }
        }
        return await group.reduce(into: [Int: Reply]()) { $0[$1.0] = $1.1 }
      }
      for (number, reply) in replies {
        let expected =
          switch number % 10 {
          case 3: 422
          case 5: 403
          case 7: 400
          default: 201
          }
        #expect(reply.status == expected, "\(number): \(reply.text)")
        guard expected == 201 else { continue }
        #expect(reply.object["number"] as? String == "R\(number)")
        #expect(reply.header("Location") == "/v1/land-requests/R\(number)")
        let cause: String = try await harness.one(
          """
          SELECT e.cause FROM registry.land_requests r JOIN audit.event e USING (event_id)
          WHERE r.number = \("R\(number)") AND r.event_id::text = \(reply.object["version"] as? String)
          """)
        #expect(cause.split(separator: /[ ,]+/).contains("request-key-\(number)"), "\(cause)")
      }
      let events: Int = try await harness.one(
        "SELECT count(*) FROM audit.event WHERE action = 'createLandRequest'")
      #expect((1..<70).contains(events), "140 rows in \(events) events")
      #expect(
        try await harness.one(
          "SELECT count(*) FROM access.answered WHERE status = 201 AND body IS NOT NULL",
          as: Int.self)
          == 140)
      #expect(try await harness.one("SELECT count(*) FROM access.answered", as: Int.self) == 140)
      // The key of what was refused is free, that of what was made repeats its answer.
      let mended = await post(harness, town.token, "key-3", Self.request("R3", town.own[0]))
      #expect(mended.status == 201, "\(mended.text)")
      let again = await post(harness, town.token, "key-4", Self.request("R4", town.own[0]))
      #expect(again.header("Idempotency-Replayed") == "true")
      #expect(again.body == replies[4]?.body)
    }
  }

  /// Calls that go out in one batch, behind one that stands at a lock.
  private func together(
    _ bodies: [(key: String, body: String)], _ town: Town, _ harness: Harness,
    whileLocked check: @escaping @Sendable ([Int: Reply]) async throws -> Bool
  ) async throws -> [Int: Reply] {
    let replies = Locked<[Int: Reply]>([:])
    try await harness.superuser.transaction { holder in
      // The first enterprise cannot be referred to while this stands.
      _ = try await holder.query(
        "SELECT FROM registry.enterprises WHERE uscc = \(town.own[0]) FOR UPDATE")
      for (number, (key, body)) in bodies.enumerated() {
        Task {
          let reply = await post(harness, town.token, key, body)
          replies.withLock { $0[number] = reply }
        }
      }
      try await eventually("those who need not wait are answered") {
        try await check(replies.withLock { $0 })
      }
    }
    try await eventually("everybody is answered") {
      replies.withLock { $0.count } == bodies.count
    }
    return replies.withLock { $0 }
  }

  @Test("Who has to wait for a lock does not keep the others")
  func locked() async throws {
    try await Harness.with { harness in
      let town = try await Town(harness)
      let bodies = (0..<20).map { number in
        ("key-\(number)", Self.request("R\(number)", town.own[number % 10 == 1 ? 0 : 1]))
      }
      let replies = try await together(bodies, town, harness) { replies in
        #expect(replies.keys.allSatisfy { $0 % 10 != 1 }, "\(replies.keys.sorted())")
        return replies.count == 18
      }
      #expect(replies.values.allSatisfy { $0.status == 201 })
    }
  }

  @Test("One row that may not be written, or is there already, is refused alone")
  func refusedRows() async throws {
    try await Harness.with { harness in
      let town = try await Town(harness)
      let bodies = (0..<24).map { number -> (String, String) in
        switch number {
        case 5: ("key-5", Self.request("R5", town.foreign))
        case 9: ("key-9", Self.request("R8", town.own[1]))
        case 11: ("key-10", Self.request("R10", town.own[1]))
        case 13: ("key-12", Self.request("other", town.own[1]))
        default: ("key-\(number)", Self.request("R\(number)", town.own[number == 0 ? 0 : 1]))
        }
      }
      let replies = try await together(bodies, town, harness) { $0.count >= 23 }
      let codes = replies.mapValues { $0.code ?? "\($0.status)" }
      #expect(codes[5] == "forbidden")
      #expect(Set([codes[8], codes[9]]) == ["201", "exists"], "one of two with one number")
      #expect(replies[10]?.body == replies[11]?.body && codes[10] == "201")
      #expect(Set([codes[12], codes[13]]) == ["201", "idempotency_key_reused"])
      for number in 0..<24 where ![5, 8, 9, 12, 13].contains(number) {
        #expect(codes[number] == "201", "\(number): \(replies[number]?.text ?? "")")
      }
    }
  }

  @Test("Who waits for the end of the audit chain waits on, and does nothing twice")
  func slowCommits() async throws {
    try await Harness.with { harness in
      let town = try await Town(harness)
      let drawn: SQL = "SELECT last_value FROM audit.event_id"
      let before: Int = try await harness.one(drawn)
      let replies = Locked<[Reply]>([])
      try await harness.superuser.transaction { holder in
        _ = try await holder.query("SELECT FROM audit.head FOR UPDATE")
        Task {
          let reply = await post(harness, town.token, "key", Self.request("R", town.own[0]))
          replies.withLock { $0.append(reply) }
        }
        try await eventually("the commit waits for longer than a batch waits for a lock") {
          try await harness.one(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
              AND clock_timestamp() - xact_start > interval '400 ms'
            """, as: Int.self) == 1
        }
      }
      try await eventually("it is answered") { replies.withLock { $0.count } == 1 }
      #expect(replies.withLock { $0.first?.status } == 201)
      #expect(try await harness.one(drawn, as: Int.self) == before + 1, "one attempt")
    }
  }

  private static func call(
    _ key: String, _ body: String, _ token: String, deadline: ContinuousClock.Instant
  ) throws -> (resource: Resource, call: Call) {
    let resource = try #require(try Resource.all().first { $0.path == "land-requests" })
    let call = Call(
      resource.creation, headers: [.contentType: "application/json", .idempotencyKey: key],
      body: Array(body.utf8), language: .english, id: key, deadline: deadline
    ).with(credential: .token(try #require(TokenSecret(shown: token))))
    return (resource, call)
  }

  @Test("A number is one however its characters are composed, and in every path to it")
  func readingAlike() async throws {
    try await Harness.with { harness in
      let town = try await Town(harness)
      let numbers = ["Re\u{301}", "R\u{E9}", "Ｒ\u{E9}"]
      for (place, number) in numbers.enumerated() {
        let call = try Self.call(
          "key-\(place)", Self.request(number, town.own[min(place, 1)]), town.token,
          deadline: .now + .seconds(30))
        let result = await Task {
          try await call.resource.create([call.call], lockTime: nil, harness.database.pool)
        }.result
        if place == 0 {
          let answer = try #require(try result.get().first ?? nil).get()
          #expect(answer.location?.hasSuffix("/R%C3%A9") == true, "\(answer.location ?? "")")
        } else {
          #expect(throws: PostgresError.self) { _ = try result.get() }
        }
      }
      for path in ["Re%CC%81", "R%C3%A9"] {
        let reply = await harness.call("GET", "/v1/land-requests/\(path)", token: town.token)
        #expect(reply.object["uscc"] as? String == town.own[0], "\(reply.text)")
      }
    }
  }

  @Test("Who may not write the table is told that, whatever else is wrong")
  func rightless() async throws {
    try await Harness.with { harness in
      let bank: String = try await harness.one("SELECT 'bank:' || min(code) FROM registry.banks")
      let token = try await harness.token(bank, .clerk)
      let chain = #""code":"C-1","name":"链","industry_divisions":["C36"]"#
      let bodies = [
        "{\(chain)}", "{\(chain),\"jurisdiction\":\"x\"}", "{\(chain),\"colour\":\"red\"}", "{}",
      ]
      for (number, body) in bodies.enumerated() {
        let reply = await harness.call(
          "POST", "/v1/chains", token: token, body: body,
          headers: ["Idempotency-Key": "\(number)", "Content-Type": "application/json"])
        #expect(reply.code == "forbidden", "\(body): \(reply.text)")
      }
      #expect(try await harness.one("SELECT count(*) FROM access.answered", as: Int.self) == 0)
    }
  }

  @Test("Whose time is over is told so, and nothing is written")
  func late() async throws {
    try await Harness.with { harness in
      let town = try await Town(harness)
      let (resource, call) = try Self.call(
        "late", Self.request("R", town.own[0]), town.token, deadline: .now - .seconds(1))
      let creations = SharedCreations(pool: harness.database.pool)
      let problem = await #expect(throws: Problem.self) {
        try await creations.answer(call, in: resource)
      }
      #expect(problem?.code == .timeout)
      #expect(try await harness.one("SELECT count(*) FROM access.answered", as: Int.self) == 0)
    }
  }
}
