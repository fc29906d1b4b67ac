import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("Drafts of the policy")
struct PolicyTests {
  private func today(_ harness: Harness) async throws -> DateOnly {
    try await harness.one("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")
  }

  private func draft(
    _ harness: Harness, _ token: String, _ parameters: String, base: Int = 2
  ) async -> Reply {
    await harness.post(
      "/v1/policies", token: token,
      #"{"base":\#(base),"title":"草案","parameters":{\#(parameters)}}"#)
  }

  @Test(
    "A draft is weighed on the last rounds, approved by a second person, and in force from a day")
  func life() async throws {
    try await Harness.with { harness in
      let li = try await harness.token("office", .clerk, person: "li")
      let wang = try await harness.token("office", .approver, person: "wang")
      let made = await draft(harness, li, #""techvp.rule":"optimal","land.clock.answer":7"#)
      #expect(made.status == 201, "\(made.text)")
      let version = made.object["version"] as? Int ?? 0
      #expect(made.object["base"] as? Int == 2)
      let changed: Int = try await harness.one(
        """
        SELECT count(*) FROM policy.parameters n JOIN policy.parameters o USING (name)
        WHERE n.version = \(version) AND o.version = 2
          AND (n.number, n.word) IS DISTINCT FROM (o.number, o.word)
        """)
      #expect(changed == 2)

      let impact = await harness.call("GET", "/v1/policies/\(version)/impact", token: wang)
      #expect(impact.status == 200, "\(impact.text)")
      let round = try #require((impact.object["rounds"] as? [[String: Any]])?.first)
      #expect(round["mechanism"] as? String == "techvp")
      #expect(round["is_affected"] as? Bool == true)
      let (before, after) = (round["before"] as? [String: Any], round["after"] as? [String: Any])
      let stored: Int = try await harness.one(
        "SELECT objective FROM allocation.round ORDER BY round_id DESC LIMIT 1")
      #expect(before?["objective"] as? Int == stored)
      // The round has told what the other rule would have given: report.price_of_stability.
      let optimal: Int = try await harness.one("SELECT bound FROM allocation.round LIMIT 1")
      #expect(after?["objective"] as? Int == optimal)
      #expect(round["kept"] as? Int == stored)
      let same = await harness.call("GET", "/v1/policies/2/impact?mechanism=techvp", token: wang)
      let rounds = same.object["rounds"] as? [[String: Any]]
      #expect(rounds?.first?["is_affected"] as? Bool == false)

      let day = try await today(harness).adding(days: 30)
      let ask = "/v1/policies/\(version)/approval"
      let asked = await harness.post(ask, token: li, #"{"in_force_from":"\#(day)"}"#)
      #expect(asked.status == 201, "\(asked.text)")
      let act = try #require(asked.header("Location"))
      let digest = asked.object["content_digest"] as? String ?? ""
      let done = await harness.post(
        act + "/approve", token: wang, #"{"content_digest":"\#(digest)"}"#,
        version: asked.object["etag"] as? String)
      #expect(done.status == 200, "\(done.text)")
      let inForce: Int = try await harness.one(
        """
        SELECT version::bigint FROM policy.in_force
        WHERE in_force_from <= \(day) ORDER BY in_force_from DESC, version DESC LIMIT 1
        """)
      #expect(inForce == version)
      let yesterday: Int = try await harness.one(
        """
        SELECT version::bigint FROM policy.in_force
        WHERE in_force_from < \(day) ORDER BY in_force_from DESC, version DESC LIMIT 1
        """)
      #expect(yesterday == 2)
      let again = await harness.post(ask, token: li, #"{"in_force_from":"\#(day)"}"#)
      #expect(again.code == "already_done")
    }
  }

  @Test("No day has two policies, and none is changed afterwards")
  func days() async throws {
    try await Harness.with { harness in
      let li = try await harness.token("office", .clerk, person: "li")
      let wang = try await harness.token("office", .approver, person: "wang")
      let now = try await today(harness)
      let day = now.adding(days: 30)
      var acts: [Reply] = []
      for _ in 0..<2 {
        let made = await draft(harness, li, #""land.clock.answer":7"#)
        let path = "/v1/policies/\(made.object["version"] ?? "")/approval"
        for past in ["\(now)", "\(now.adding(days: -1))", "2000-01-01"] {
          let reply = await harness.post(path, token: li, #"{"in_force_from":"\#(past)"}"#)
          let errors = reply.object["errors"] as? [[String: Any]]
          #expect(errors?.first?["code"] as? String == "back_dated", "\(reply.text)")
        }
        acts.append(await harness.post(path, token: li, #"{"in_force_from":"\#(day)"}"#))
        #expect(acts.last?.status == 201)
      }
      // Both were asked for; the second one finds the day taken.
      var codes: [String?] = []
      for act in acts {
        let reply = await harness.post(
          (act.header("Location") ?? "") + "/approve", token: wang,
          #"{"content_digest":"\#(act.object["content_digest"] ?? "")"}"#,
          version: act.object["etag"] as? String)
        codes.append(
          (reply.object["errors"] as? [[String: Any]])?.first?["code"] as? String ?? reply.code)
      }
      #expect(codes == [nil, "overlap"])
      // A draft from a day that rounds were computed for already.
      let round = try await Night(pool: harness.database.pool, actor: "test")
        .run(on: now.adding(days: 40), mechanisms: [.techvp])
      #expect(round.count == 1)
      let late = await draft(harness, li, #""land.clock.answer":8"#)
      let reply = await harness.post(
        "/v1/policies/\(late.object["version"] ?? "")/approval", token: li,
        #"{"in_force_from":"\#(now.adding(days: 35))"}"#)
      let errors = reply.object["errors"] as? [[String: Any]]
      #expect(errors?.first?["code"] as? String == "computed", "\(reply.text)")
      let inForce = await harness.post(
        "/v1/policies/2/approval", token: li, #"{"in_force_from":"\#(now.adding(days: 50))"}"#)
      #expect(inForce.code == "wrong_state", "\(inForce.text)")
      let unknown = await harness.post(
        "/v1/policies/99/approval", token: li, #"{"in_force_from":"\#(day)"}"#)
      #expect(unknown.status == 404)
    }
  }

  @Test(
    "A draft that is wrong names each parameter, and nothing is stored",
    arguments: [
      (#""land.weight.tax":"0.5""#, "weights"), (#""land.weight.tax":"1.5""#, "bounds"),
      (#""land.weight.tax":-1"#, "bounds"), (#""land.clock.answer":"1.5""#, "bounds"),
      (#""land.clock.answer":0"#, "bounds"), (#""land.clock.answer":"soon""#, "form"),
      (#""techvp.rule":1"#, "form"), (#""techvp.rule":"fair""#, "word"),
      (#""land.weight.taxes":1"#, "unknown"), (#""land.weight.tax":1e999"#, nil),
      (#""land.weight.tax":null"#, "wrong_form"), ("", "wrong_form"),
    ] as [(String, String?)])
  func wrong(parameters: String, code: String?) async throws {
    try await Harness.with { harness in
      let li = try await harness.token("office", .clerk)
      let reply = await draft(harness, li, parameters)
      #expect(reply.status == 422, "\(reply.text)")
      let errors = reply.object["errors"] as? [[String: Any]]
      if let code { #expect(errors?.first?["code"] as? String == code, "\(reply.text)") }
      let versions: Int = try await harness.one("SELECT count(*) FROM policy.versions")
      #expect(versions == 2)
    }
  }

  @Test("Only the factor support office drafts, and the weights may move together")
  func rights() async throws {
    try await Harness.with { harness in
      let weights = #""land.weight.tax":"0.35","land.weight.investment":0.20"#
      for (department, role) in [
        ("natural_resources", Role.owner), ("supervision", .owner), ("county:341802", .clerk),
        ("office", .reader), ("office", .approver),
      ] {
        let token = try await harness.token(department, role)
        #expect(await draft(harness, token, weights).status == 403, "\(department) \(role)")
      }
      let li = try await harness.token("office", .owner)
      #expect(await draft(harness, li, weights).status == 201)
      #expect(await draft(harness, li, weights, base: 99).status == 404)
    }
  }
}
