import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("The protocol")
struct ProtocolTests {
  @Test("Methods, languages, limits, pages")
  func conventions() async throws {
    var limits = ServerLimits.forTests
    limits.bodyBytes = 1000
    try await Harness.with(limits: limits) { harness in
      let token = try await harness.token("industry", .clerk)
      for method in ["PUT", "DELETE", "TRACE", "PATCH", "PROPFIND"] {
        let reply = await harness.call(method, "/v1/enterprises", token: token)
        #expect(reply.code == "method_not_allowed")
        #expect(reply.header("Allow") == "GET, HEAD, OPTIONS, POST")
      }
      let options = await harness.call("OPTIONS", "/v1/enterprises/1")
      #expect(options.status == 204)
      #expect(options.header("Allow") == "GET, HEAD, OPTIONS, PATCH")
      #expect(await harness.call("OPTIONS", "/v1/nothing").status == 404)
      let get = await harness.call("GET", "/v1/chains", token: token)
      let head = await harness.call("HEAD", "/v1/chains", token: token)
      #expect(head.status == 200)
      #expect(head.body.isEmpty)
      #expect(head.header("Content-Length") == "\(get.body.count)")
      #expect(await harness.call("GET", "/v1/enterprises/", token: token).status == 404)

      let long = await harness.post(
        "/v1/enterprises", token: token, String(repeating: " ", count: 1001) + "{}")
      #expect(long.code == "body_too_large")
      let form = await harness.call(
        "POST", "/v1/enterprises", token: token, body: "a=b",
        headers: ["Content-Type": "text/plain", "Idempotency-Key": "k"])
      #expect(form.code == "unsupported_media_type")
      let broken = await harness.post("/v1/enterprises", token: token, #"{"a":1,"a":2}"#)
      #expect(broken.code == "malformed_json")
      let own = await harness.call("GET", "/healthz", headers: ["X-Request-Id": "abcdef-123"])
      #expect(own.header("X-Request-Id") == "abcdef-123")
      let forged = await harness.call("GET", "/healthz", headers: ["X-Request-Id": "a b c d e f"])
      #expect(forged.header("X-Request-Id") != "a b c d e f")
    }
  }

  @Test("Pages follow one another without gap or repetition, also while filters are on")
  func pages() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("supervision", .reader)
      for path in ["enterprises", "credit-lines", "chains"] {
        let (items, hidden) = await harness.all("/v1/\(path)", token: token)
        let table = try #require(try Resource.all().first { $0.path == path }?.table.name)
        let count: Int = try await harness.one(
          "SELECT count(*) FROM \(identifier: "registry.\(table)")")
        #expect(items.count == count)
        #expect(hidden == 0)
      }
      let small = await harness.call(
        "GET",
        "/v1/enterprises?size=small&tax_wan.from=100&tax_wan.to=500&limit=200&columns=uscc,tax_wan",
        token: token)
      let count: Int = try await harness.one(
        """
        SELECT count(*) FROM registry.enterprises WHERE size = 'small' AND tax_wan BETWEEN 100 AND 500
        """)
      #expect(small.items.count == min(200, count))
      #expect(small.items.allSatisfy { Set($0.keys) == ["uscc", "tax_wan", "version"] })
      let inCounty = await harness.call(
        "GET", "/v1/experts?regions=341802&limit=200", token: token)
      let wanted: Int = try await harness.one(
        "SELECT count(*) FROM registry.experts WHERE '341802' = ANY (regions)")
      #expect(inCounty.items.count == min(200, wanted))
      for query in [
        "limit=0", "limit=201", "limit=x", "cursor=x", "cursor=WyJhIiwiYiJd", "size=tiny",
        "tax_wan.from=x", "columns=uscc,colour", "limit=1&limit=2",
      ] {
        let reply = await harness.call("GET", "/v1/enterprises?\(query)", token: token)
        #expect(reply.code == "bad_parameter", "\(query): \(reply.text)")
      }
      let stranger = await harness.call("GET", "/v1/enterprises?colour=red", token: token)
      #expect(stranger.code == "unknown_parameter")
    }
  }

  @Test("What is on record: rounds, explanations, policies, calendar, codes, audit")
  func records() async throws {
    try await Harness.with { harness in
      let office = try await harness.token("office", .reader)
      let rounds = await harness.all("/v1/rounds", token: office).items
      #expect(Set(rounds.compactMap { $0["mechanism"] as? String }) == ["techvp"])
      let unserved = await harness.all("/v1/explanations", token: office).items
      let count: Int = try await harness.one("SELECT count(*) FROM report.unserved")
      #expect(unserved.count == count)
      let county = try await harness.token("county:341802", .reader)
      let own = await harness.all("/v1/explanations", token: county).items
      let wanted: Int = try await harness.one(
        """
        SELECT count(*) FROM report.unserved u JOIN registry.enterprises e USING (uscc)
        WHERE e.region = '341802'
        """)
      #expect(own.count == wanted)
      #expect(wanted > 0 && wanted < count)
      let others = Set<String>(
        try await harness.superuser.query(
          """
          SELECT q.request FROM allocation.round_request q JOIN registry.enterprises e USING (uscc)
          WHERE e.region <> '341802'
          """
        ).decode(String.self))
      func foreign(_ items: [[String: Any]]) -> Int {
        let named = items.flatMap { item in
          "\(item["explanation"] ?? "") \(item["smallest_change"] ?? "")"
            .split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-")) }.map(String.init)
        }
        return Set(named).intersection(others).count
      }
      let told = unserved.filter { item in
        own.contains { $0["id"] as? String == item["id"] as? String }
      }
      #expect(told.count == own.count && foreign(told) > 0, "the office is told who has what")
      #expect(foreign(own) == 0, "a county is told of its own requests only")
      #expect(await !harness.all("/v1/policies", token: office).items.isEmpty)
      #expect(await !harness.all("/v1/policy-parameters", token: office).items.isEmpty)
      let codes = await harness.call("GET", "/v1/answer-codes?mechanism=techvp", token: office)
      #expect(codes.items.contains { $0["code"] as? String == "not_released" })
      let days = await harness.call(
        "GET", "/v1/calendar?from=2026-10-01&to=2026-10-08", token: office)
      #expect(!days.items.isEmpty)
      let auditor = try await harness.token("audit", .auditor)
      let events = await harness.all("/v1/audit", token: auditor).items
      let chain: Int = try await harness.one("SELECT count(*) FROM audit.event")
      #expect(events.count == chain)
      #expect(await harness.call("GET", "/v1/audit", token: office).code == "forbidden")
    }
  }

  @Test("A token's calls are counted, and a revoked one counts no more")
  func tokens() async throws {
    var limits = ServerLimits.forTests
    limits.rate = 0.001
    try await Harness.with(limits: limits) { harness in
      let desk = TokenDesk(pool: harness.database.pool)
      let (secret, record) = try await desk.issue(
        .init(department: "industry", role: .reader), by: "test")
      #expect(await harness.call("GET", "/v1/chains", token: secret.text).status == 200)
      let refused = await harness.call("GET", "/v1/chains", token: secret.text)
      #expect(refused.code == "too_many_requests")
      #expect(refused.header("Retry-After") != nil)
      try await desk.revoke(record.id, by: "test", cause: "test")
      let free = try Harness.responder(harness.database, .forTests)
      let gone = await harness.call("GET", "/v1/chains", token: secret.text, on: free)
      #expect(gone.status == 401)
    }
  }

  @Test("The database's end is a problem with a remedy, and readiness says so; liveness does not")
  func away() async throws {
    try await Harness.with { harness in
      #expect(await harness.call("GET", "/readyz").status == 200)
      let token = try await harness.token("industry", .reader)
      await harness.database.pool.close()
      let reply = await harness.call("GET", "/v1/chains", token: token)
      #expect(reply.code == "unavailable")
      #expect(reply.header("Retry-After") != nil)
      #expect(await harness.call("GET", "/healthz").status == 200)
      let metrics = try Harness.responder(
        Database(login: harness.superuser.configuration), .forTests)
      let text = await harness.call("GET", "/metrics", on: metrics).text
      #expect(text.contains("yaosu_offers{mechanism=\"techvp\",state=\"offered\"}"))
      #expect(text.contains("# TYPE yaosu_http_request_seconds histogram"))
    }
  }
}
