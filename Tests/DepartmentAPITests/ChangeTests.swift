import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("Creating, changing, answering")
struct ChangeTests {
  private static let enterprise = #"""
    {"uscc":"91350100M000100Y43","name":"甲公司","region":"341802","industry":"C3670","size":"small","tax_wan":120}
    """#

  @Test("A prefecture that a row states has to be registered as one")
  func prefecture() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .clerk)
      for (place, status) in [("999999", 422), ("341802", 422), ("", 422), ("341800", 201)] {
        let reply = await harness.post(
          "/v1/chains", token: token,
          #"{"code":"C99","name":"x","industry_divisions":["C36"],"jurisdiction":"\#(place)"}"#)
        #expect(reply.status == status, "\(place): \(reply.text)")
      }
    }
  }

  @Test("A request stays its enterprise's while an offer of it is open or accepted")
  func offered() async throws {
    try await Harness.with { harness in
      let (number, region, version, offer) = try await harness.superuser.query(
        """
        SELECT o.request, e.region, q.event_id::text, o.offer_id FROM allocation.offer o
        JOIN registry.enterprises e USING (uscc)
        JOIN registry.expert_requests q ON q.number = o.request
        WHERE o.state = 'offered' ORDER BY o.offer_id LIMIT 1
        """
      ).only(String.self, String.self, String.self, Int.self)
      let other: String = try await harness.one(
        """
        SELECT uscc FROM registry.enterprises WHERE region = \(region)
          AND uscc <> (SELECT uscc FROM allocation.offer WHERE offer_id = \(offer))
        ORDER BY uscc LIMIT 1
        """)
      let token = try await harness.token("county:\(region)", .clerk)
      func move() async -> Reply {
        await harness.call(
          "PATCH", "/v1/expert-requests/\(number)", token: token, body: #"{"uscc":"\#(other)"}"#,
          headers: ["If-Match": "\"\(version)\""])
      }
      #expect(await move().code == "wrong_state")
      try await harness.superuser.transaction { connection in
        try await connection.execute("SELECT audit.begin('test', 'withdraws', 'test')")
        try await connection.execute(
          "UPDATE allocation.offer SET state = 'withdrawn' WHERE offer_id = \(offer)")
      }
      let moved = await move()
      #expect(moved.status == 200, "\(moved.text)")
    }
  }

  @Test("A row is created, read, changed under its version, and its history keeps who did it")
  func life() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("county:341802", .clerk)
      let made = await harness.post("/v1/enterprises", token: token, Self.enterprise)
      #expect(made.status == 201, "\(made.text)")
      let path = "/v1/enterprises/91350100M000100Y43"
      #expect(made.header("Location") == path)
      let version = try #require(made.header("ETag"))
      let read = await harness.call("GET", path, token: token)
      #expect(read.body == made.body)
      #expect(read.header("ETag") == version)
      let unchanged = await harness.call(
        "GET", path, token: token, headers: ["If-None-Match": version])
      #expect(unchanged.status == 304)
      #expect(unchanged.body.isEmpty)

      func change(_ body: String, _ headers: [String: String]) async -> Reply {
        await harness.call("PATCH", path, token: token, body: body, headers: headers)
      }
      #expect(await change(#"{"tax_wan":130}"#, [:]).code == "version_missing")
      #expect(await change(#"{"tax_wan":130}"#, ["If-Match": "\"1\""]).code == "changed_meanwhile")
      let same = await change(#"{"tax_wan":120}"#, ["If-Match": version])
      #expect(same.header("ETag") == version, "nothing has changed")
      let changed = await change(
        #"{"tax_wan":130,"rating":null}"#, ["If-Match": version, "Prefer": "return=minimal"])
      #expect(changed.status == 204)
      #expect(changed.body.isEmpty)
      #expect(changed.header("ETag") != version)
      #expect(await change(#"{"tax_wan":131}"#, ["If-Match": version]).code == "changed_meanwhile")
      #expect(
        await change(#"{"region":"341881"}"#, ["If-Match": changed.header("ETag") ?? ""]).code
          == "forbidden", "a county does not give its enterprises away")
      let (actor, action): (String, String) = try await harness.superuser.query(
        "SELECT actor, action FROM audit.event ORDER BY position DESC LIMIT 1"
      ).only(String.self, String.self)
      #expect(actor == "county:341802")
      #expect(action == "changeEnterprise")
    }
  }

  @Test("Each fault is named with its place and a remedy, in the caller's language")
  func faults() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("county:341802", .clerk)
      func pointers(_ body: String) async -> [String: String] {
        let reply = await harness.post("/v1/land-requests", token: token, body)
        #expect(reply.status == 422, "\(reply.text)")
        let errors = reply.object["errors"] as? [[String: String]] ?? []
        #expect(errors.allSatisfy { $0["remedy"]?.isEmpty == false && $0["detail"] != nil })
        return Dictionary(
          errors.map { ($0["pointer"] ?? "", $0["code"] ?? "") }, uniquingKeysWith: { $1 })
      }
      let wrong = await pointers(
        #"""
        {"number":"X1","uscc":"91350100M000100Y44","project":"","submitted_on":"2026/11/20",
        "industry":"C3670","area_mu":12.5,"min_area_mu":"1.23456","regions":["341802","341802"],
        "investment_wan":"12","tax_wan":1e3,"energy_tce":-1,"priority":"省级","needed_by":"2026-02-30",
        "colour":"red"}
        """#)
      #expect(wrong["/uscc"] == "uscc_check_digit")
      #expect(wrong["/project"] == "missing_value")
      #expect(wrong["/submitted_on"] == "not_date")
      #expect(wrong["/area_mu"] == "wrong_form")
      #expect(wrong["/min_area_mu"] == "too_many_decimals")
      #expect(wrong["/regions/1"] == "repeated_item")
      #expect(wrong["/investment_wan"] == "wrong_form")
      #expect(wrong["/tax_wan"] == "not_number")
      #expect(wrong["/energy_tce"] == "out_of_range")
      #expect(wrong["/priority"] == "unknown_word")
      #expect(wrong["/needed_by"] == "no_such_date")
      #expect(wrong["/colour"] == "unknown_column")

      let uscc: String = try await harness.one(
        "SELECT min(uscc) FROM registry.enterprises WHERE region = '341802'")
      func request(_ least: String, _ region: String, _ industry: String) -> String {
        #"""
        {"number":"X1","uscc":"\#(uscc)","project":"项目","submitted_on":"2026-11-20",
        "industry":"\#(industry)","area_mu":"12.5","min_area_mu":"\#(least)","regions":["\#(region)"],
        "investment_wan":12,"tax_wan":1,"energy_tce":1,"priority":"city","needed_by":"2026-12-30"}
        """#
      }
      #expect(await pointers(request("13", "341802", "C3670")) == ["/min_area_mu": "row_rule"])
      #expect(
        await pointers(request("12", "999999", "C9999"))
          == ["/regions": "missing_reference", "/industry": "unknown_standard_code"])
      let done = await harness.post(
        "/v1/land-requests", token: token, request("12", "341802", "C3670"))
      #expect(done.status == 201, "\(done.text)")
      #expect(done.object["area_mu"] as? String == "12.5000")

      let english = await harness.call(
        "GET", "/v1/land-requests/none", token: token, headers: ["Accept-Language": "en-GB,en"])
      #expect(english.object["title"] as? String == ProblemCode.notFound.title(.english))
      let chinese = await harness.call("GET", "/v1/land-requests/none", token: token)
      #expect(chinese.object["title"] as? String == ProblemCode.notFound.title(.chinese))
      #expect(chinese.header("Content-Type") == "application/problem+json")
      let foreign: String = try await harness.one(
        "SELECT min(uscc) FROM registry.enterprises WHERE region <> '341802'")
      let other = await harness.post(
        "/v1/land-requests", token: token,
        request("12", "341802", "C3670").replacing(uscc, with: foreign).replacing("X1", with: "X2"))
      #expect(other.code == "forbidden", "not the county's enterprise: \(other.text)")
    }
  }

  @Test("Every resource takes a whole row: the sample's first is there already")
  func wholeRows() async throws {
    try await Harness.with { harness in
      let writers = [
        "enterprises": "industry", "chains": "industry", "parcels": "natural_resources",
        "land-requests": "natural_resources", "banks": "finance_office",
        "credit-lines": "finance_office", "products": "finance_office",
        "finance-requests": "finance_office", "experts": "science_technology",
        "expert-requests": "science_technology",
        "talents": "human_resources", "host-posts": "human_resources",
        "institution-posts": "human_resources", "land-quotas": "natural_resources",
      ]
      for resource in try Resource.all() {
        let token = try await harness.token(try #require(writers[resource.path]), .clerk)
        let example = try #require(resource.creation.body?.example)
        let reply = await harness.post(
          resource.collectionPath, token: token, example.compact)
        #expect(["exists", "overlap"].contains(reply.code), "\(resource.path): \(reply.text)")
        // And takes a change, with all that follows from it in the database.
        let number = resource.table.columns.first {
          if case .integer = $0.form { !resource.key.contains($0.name) } else { false }
        }
        guard let number,
          let row = await harness.call(
            "GET", resource.collectionPath + "?limit=1", token: token
          ).items.first,
          let value = row[number.name] as? Int, let version = row["version"] as? String
        else { continue }
        let path =
          resource.collectionPath
          + resource.key.map { "/" + PercentText.encode("\(row[$0] ?? "")") }.joined()
        let change = await harness.call(
          "PATCH", path, token: token, body: "{\"\(number.name)\":\(value + 1)}",
          headers: ["If-Match": "\"\(version)\""])
        #expect(change.status == 200, "\(resource.path): \(change.text)")
        #expect(change.object[number.name] as? Int == value + 1)
      }
    }
  }

  @Test("Ten POSTs at once with one key have one effect and one answer; another body is refused")
  func onceOnly() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("county:341802", .clerk)
      let events: Int = try await harness.one("SELECT count(*) FROM audit.event")
      let replies = await withTaskGroup(of: Reply.self) { group in
        for _ in 0..<10 {
          group.addTask {
            await harness.post("/v1/enterprises", token: token, Self.enterprise, key: "one")
          }
        }
        return await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(replies.allSatisfy { $0.status == 201 && $0.body == replies[0].body })
      #expect(Set(replies.map { $0.header("ETag") }).count == 1)
      #expect(replies.count { $0.header("Idempotency-Replayed") == "true" } == 9)
      let now: Int = try await harness.one("SELECT count(*) FROM audit.event")
      #expect(now == events + 1)
      let other = await harness.post(
        "/v1/enterprises", token: token, Self.enterprise.replacing("甲", with: "乙"), key: "one")
      #expect(other.code == "idempotency_key_reused")
      // The answer may have been lost with the server that gave it: another one repeats it.
      let heir = try Harness.responder(harness.database, .forTests)
      let again = await harness.call(
        "POST", "/v1/enterprises", token: token, body: Self.enterprise,
        headers: ["Idempotency-Key": "one"], on: heir)
      #expect(again.status == 201)
      #expect(again.body == replies[0].body)
      // A refused request leaves its key free.
      let bad = await harness.post("/v1/enterprises", token: token, "{}", key: "two")
      #expect(bad.status == 422)
      let good = await harness.post(
        "/v1/enterprises", token: token,
        Self.enterprise.replacing("91350100M000100Y43", with: "91110000101623741K"), key: "two")
      #expect(good.status == 201, "\(good.text)")
      let missing = await harness.call(
        "POST", "/v1/enterprises", token: token, body: Self.enterprise)
      #expect(missing.code == "idempotency_key_missing")
    }
  }

  @Test("A key is its bearer's: another one of the department is not told the first one's answer")
  func bearers() async throws {
    let issuer = try Issuer()
    try await Harness.with { harness in
      let responder = try Harness.responder(
        harness.database, .forTests, provider: try issuer.provider())
      var tokens = [
        try await harness.token("county:341802", .clerk, person: "li"),
        try await harness.token("county:341802", .clerk, person: "wang"),
      ]
      for (person, role) in [("li", "clerk"), ("wang", "clerk"), ("wang", "owner")] {
        tokens.append(
          try issuer.token(
            ["alg": "EdDSA", "kid": "e"],
            ["yaosu_department": "county:341802", "sub": person, "yaosu_role": role]))
      }
      func send(_ token: String) async -> Reply {
        await harness.call(
          "POST", "/v1/enterprises", token: token, body: Self.enterprise,
          headers: ["Idempotency-Key": "one"], on: responder)
      }
      #expect(await send(tokens[0]).status == 201)
      for token in tokens.dropFirst() {
        let reply = await send(token)
        #expect(reply.code == "exists", "\(reply.text)")
        #expect(reply.header("Idempotency-Replayed") == nil)
        // Nor is the key taken: it is this bearer's own.
        let version = await harness.call(
          "GET", "/v1/enterprises/91350100M000100Y43", token: token, on: responder
        ).header("ETag")
        #expect(version != nil)
      }
      #expect(await send(tokens[0]).header("Idempotency-Replayed") == "true")
    }
  }

  @Test("A university accepts and declines what it is offered; others cannot even see it")
  func offers() async throws {
    try await Harness.with { harness in
      let (university, count) = try await harness.superuser.query(
        """
        SELECT department, count(*) FROM allocation.offer WHERE mechanism = 'techvp'
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1
        """
      ).only(String.self, Int.self)
      let other: String = try await harness.one(
        """
        SELECT min(code) FROM access.department WHERE kind = 'university' AND code <> \(university)
        """)
      let owner = try await harness.token(university, .owner)
      let clerk = try await harness.token(university, .clerk)
      let list = await harness.call("GET", "/v1/offers?state=offered", token: owner)
      #expect(list.items.count == count)
      #expect((list.object["hidden"] as? Int ?? 0) > 0)
      let first = try #require(list.items.first)
      let path = "/v1/offers/\(first["offer_id"] ?? "")"
      let version = try #require(first["etag"] as? String)
      func answer(
        _ verb: String, _ body: String, _ token: String, _ version: String?, _ path: String
      ) async -> Reply {
        await harness.post("\(path)/\(verb)", token: token, body, version: version)
      }
      #expect(await answer("accept", "{}", clerk, version, path).code == "forbidden")
      let stranger = try await harness.token(other, .owner)
      #expect(await answer("accept", "{}", stranger, version, path).code == "not_found")
      #expect(await answer("accept", "{}", owner, nil, path).code == "version_missing")
      #expect(await answer("accept", "{}", owner, "1", path).code == "changed_meanwhile")
      #expect(
        await answer("accept", #"{"code":"x"}"#, owner, version, path).code == "invalid_fields")
      let accepted = await answer("accept", #"{"note":"同意"}"#, owner, version, path)
      #expect(accepted.object["state"] as? String == "accepted", "\(accepted.text)")
      #expect(accepted.object["answered_by"] as? String == university)
      let newVersion = accepted.object["etag"] as? String
      #expect(
        await answer("decline", #"{"code":"not_released"}"#, owner, newVersion, path).code
          == "wrong_state")
      if list.items.count > 1 {
        let next = list.items[1]
        let path = "/v1/offers/\(next["offer_id"] ?? "")"
        let version = next["etag"] as? String
        #expect(await answer("decline", "{}", owner, version, path).code == "invalid_fields")
        #expect(
          await answer("decline", #"{"code":"mood"}"#, owner, version, path).code == "wrong_code")
        let declined = await answer("decline", #"{"code":"not_released"}"#, owner, version, path)
        #expect(declined.object["state"] as? String == "declined")
      }
      let office = try await harness.token("science_technology", .owner)
      let seen = await harness.call("GET", path, token: office)
      #expect(seen.status == 200)
      #expect(
        await answer("accept", "{}", office, newVersion, path).code == "wrong_state",
        "an office sees it; answering is the university's")
    }
  }
}
