import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("What takes two persons")
struct ActTests {
  private func digest(_ harness: Harness, _ round: Int) async throws -> String {
    try await harness.one(
      "SELECT content_digest::text FROM allocation.round WHERE round_id = \(round)")
  }

  private func body(_ digest: String) -> String { #"{"content_digest":"\#(digest)"}"# }

  private static let wrong = String(repeating: "0", count: 64)

  @Test("A round is published by two persons who mean the same content, and once")
  func publication() async throws {
    try await Harness.with { harness in
      let round: Int = try await harness.one("SELECT max(round_id) FROM allocation.round")
      let right = body(try await digest(harness, round))
      let path = "/v1/rounds/\(round)/publication"
      let li = try await harness.token("science_technology", .clerk, person: "li")
      let liApproves = try await harness.token("science_technology", .approver, person: "li")
      let wang = try await harness.token("science_technology", .approver, person: "wang")
      let nobody = try await harness.token("science_technology", .owner)

      #expect(await harness.post(path, token: nobody, right).code == "person_missing")
      #expect(await harness.post(path, token: li, body(Self.wrong)).code == "wrong_digest")
      #expect(await harness.post(path, token: li, "{}").code == "invalid_fields")
      #expect(await harness.post(path, token: wang, right).code == "forbidden")
      let asked = await harness.post(path, token: li, right, key: "one")
      #expect(asked.status == 201, "\(asked.text)")
      #expect(asked.object["state"] as? String == "asked")
      #expect(asked.object["asked_person"] as? String == "li")
      let replay = await harness.post(path, token: li, right, key: "one")
      #expect(replay.header("Idempotency-Replayed") == "true")
      #expect(await harness.post(path, token: li, right).code == "exists")

      let act = try #require(asked.header("Location"))
      let seen = await harness.call("GET", act, token: wang)
      #expect(seen.header("ETag") == asked.header("ETag"))
      let version = seen.object["etag"] as? String
      let approve = act + "/approve"
      let same = await harness.post(approve, token: liApproves, right, version: version)
      #expect(same.code == "same_person", "\(same.text)")
      let refusing = await harness.post(
        act + "/refuse", token: liApproves, #"{"note":"x"}"#, version: version)
      #expect(refusing.code == "same_person")
      #expect(await harness.post(approve, token: wang, right).code == "version_missing")
      #expect(
        await harness.post(approve, token: wang, right, version: "1").code == "changed_meanwhile")
      let other = await harness.post(approve, token: wang, body(Self.wrong), version: version)
      #expect(other.code == "wrong_digest")
      let done = await harness.post(approve, token: wang, right, version: version)
      #expect(done.status == 200, "\(done.text)")
      #expect(done.object["state"] as? String == "approved")
      #expect(done.object["decided_person"] as? String == "wang")
      let again = await harness.post(
        approve, token: wang, right, version: done.object["etag"] as? String)
      #expect(again.code == "already_done")
      #expect(await harness.post(path, token: li, right).code == "already_done")

      let shown = await harness.call("GET", "/v1/rounds/\(round)", token: wang)
      let publication = shown.object["publication"] as? [String: Any]
      #expect(publication?["state"] as? String == "approved")
      let reported: String = try await harness.one(
        "SELECT decided_person FROM report.act WHERE kind = 'publish_round'")
      #expect(reported == "wang")
    }
  }

  @Test("A department reaches neither rounds nor acts of others")
  func foreign() async throws {
    try await Harness.with { harness in
      let round: Int = try await harness.one("SELECT max(round_id) FROM allocation.round")
      let right = body(try await digest(harness, round))
      let li = try await harness.token("office", .clerk, person: "li")
      let asked = await harness.post("/v1/rounds/\(round)/publication", token: li, right)
      let act = try #require(asked.header("Location"))
      let version = asked.object["etag"] as? String
      let bank: String = try await harness.one(
        "SELECT code FROM access.department WHERE kind = 'bank' ORDER BY code LIMIT 1")
      for department in [bank, "county:341802", "finance_office", "industry"] {
        let clerk = try await harness.token(department, .clerk, person: "zhao")
        let approver = try await harness.token(department, .approver, person: "zhao")
        for path in ["/v1/rounds/\(round)", "/v1/rounds/\(round)/diff?with=\(round)", act] {
          #expect(await harness.call("GET", path, token: clerk).status == 404, "\(department)")
        }
        for path in ["/v1/rounds/\(round)/publication", "/v1/rounds/\(round)/what-if"] {
          let reply = await harness.post(path, token: clerk, right)
          #expect(reply.status == 404, "\(department) \(path): \(reply.text)")
        }
        let override = await harness.post(
          "/v1/overrides", token: clerk,
          #"{"kind":"allocate_land","content":{"session":"2026-11-28","request":"a","parcel":"b","area_mu":"1"}}"#
        )
        #expect(override.status == 403, "\(department): \(override.text)")
        let approved = await harness.post(
          act + "/approve", token: approver, right, version: version)
        #expect(approved.status == 404, "\(department): \(approved.text)")
        #expect(await harness.all("/v1/acts", token: clerk).items.isEmpty)
      }
      // Supervision looks on.
      let watcher = try await harness.token("supervision", .approver, person: "sun")
      #expect(await harness.call("GET", act, token: watcher).status == 200)
      let approved = await harness.post(act + "/approve", token: watcher, right, version: version)
      #expect(approved.code == "forbidden", "\(approved.text)")
    }
  }

  @Test(
    "An act is refused with a reason, or taken back by whoever asked; then it may be asked again")
  func endings() async throws {
    try await Harness.with { harness in
      let round: Int = try await harness.one("SELECT max(round_id) FROM allocation.round")
      let right = body(try await digest(harness, round))
      let path = "/v1/rounds/\(round)/publication"
      let li = try await harness.token("office", .clerk, person: "li")
      let zhou = try await harness.token("office", .clerk, person: "zhou")
      let wang = try await harness.token("office", .approver, person: "wang")
      for (verdict, who, note) in [("withdraw", li, "{}"), ("refuse", wang, #"{"note":"有误"}"#)] {
        let asked = await harness.post(path, token: li, right)
        let act = try #require(asked.header("Location"), "\(asked.text)")
        let version = asked.object["etag"] as? String
        let stranger = await harness.post(act + "/withdraw", token: zhou, "{}", version: version)
        #expect(stranger.code == "other_person", "\(stranger.text)")
        let silent = await harness.post(act + "/refuse", token: wang, "{}", version: version)
        #expect(silent.code == "invalid_fields")
        let ended = await harness.post("\(act)/\(verdict)", token: who, note, version: version)
        #expect(ended.status == 200, "\(ended.text)")
        let late = await harness.post(
          act + "/approve", token: wang, right, version: ended.object["etag"] as? String)
        #expect(late.code == "already_done")
      }
      #expect(await harness.post(path, token: li, right).status == 201)
    }
  }

  @Test("What was changed behind the digest's back is not published; the database refuses it, too")
  func tampered() async throws {
    try await Harness.with { harness in
      let round: Int = try await harness.one("SELECT max(round_id) FROM allocation.round")
      let right = body(try await digest(harness, round))
      let li = try await harness.token("office", .clerk, person: "li")
      let wang = try await harness.token("office", .approver, person: "wang")
      let asked = await harness.post("/v1/rounds/\(round)/publication", token: li, right)
      let act = try #require(asked.header("Location"))
      let version = asked.object["etag"] as? String
      try await harness.superuser.execute(
        """
        UPDATE allocation.round_option SET score = score + 1 WHERE round_id = \(round)
          AND (request_no, option_no) = (SELECT request_no, option_no FROM allocation.round_option
            WHERE round_id = \(round) LIMIT 1)
        """)
      let approved = await harness.post(act + "/approve", token: wang, right, version: version)
      #expect(approved.code == "wrong_digest", "\(approved.text)")
      // Past the program: the same person, and a digest that is not the content's.
      for person in ["li", "wang"] {
        await #expect(throws: PostgresError.self) {
          try await harness.superuser.transaction { connection in
            try await connection.beginEvent(Cause(actor: "x", reason: "x", action: "x"))
            try await connection.execute(
              """
              UPDATE allocation.act SET state = 'approved', decided_by = 'office',
                decided_person = \(person)
              """)
          }
        }
      }
    }
  }

  @Test("Ten approvals at once have one effect, with one key or with ten")
  func concurrent() async throws {
    try await Harness.with { harness in
      let round: Int = try await harness.one("SELECT max(round_id) FROM allocation.round")
      let right = body(try await digest(harness, round))
      let li = try await harness.token("office", .clerk, person: "li")
      let wang = try await harness.token("office", .approver, person: "wang")
      let asked = await harness.post("/v1/rounds/\(round)/publication", token: li, right)
      let act = try #require(asked.header("Location"))
      let version = asked.object["etag"] as? String
      let replies = await withTaskGroup(of: Reply.self) { group in
        for lane in 0..<10 {
          group.addTask {
            await harness.post(
              act + "/approve", token: wang, right, version: version,
              key: lane < 5 ? "same" : "other \(lane)".replacing(" ", with: "-"))
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let done = replies.filter { $0.status == 200 }
      #expect(replies.allSatisfy { $0.status < 500 })
      #expect(done.filter { $0.header("Idempotency-Replayed") == nil }.count == 1)
      let events: Int = try await harness.one(
        "SELECT count(*) FROM audit.event WHERE action = 'approveAct'")
      #expect(events == 1)
    }
  }

  @Test("A round is asked for once, however often a POST with one key is repeated at once")
  func oneKey() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("science_technology", .owner)
      let replies = await withTaskGroup(of: Reply.self) { group in
        for _ in 0..<10 {
          group.addTask {
            await harness.post("/v1/rounds", token: token, #"{"mechanism":"techvp"}"#, key: "one")
          }
        }
        return await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(replies.allSatisfy { $0.status == 202 })
      #expect(Set(replies.map(\.text)).count == 1)
      #expect(replies.filter { $0.header("Idempotency-Replayed") == nil }.count == 1)
      let queued: Int = try await harness.one("SELECT count(*) FROM allocation.queued_round")
      #expect(queued == 1)
    }
  }
}
