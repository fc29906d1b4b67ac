import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("A consultation over HTTP")
struct ConsultationStepTests {
  private static let path = "/v1/consultations/341800-2026-11-28"

  private func opened(_ office: SmallOffice, _ land: String) async {
    let planned = await office.harness.post(
      "/v1/consultations", token: land, #"{"session_on":"2026-11-28"}"#)
    #expect(planned.status == 201, "\(planned.text)")
    #expect(planned.header("Location") == Self.path)
    let body = #"{"attending":["office","natural_resources","county:341802"]}"#
    #expect(await office.state(after: "open", of: Self.path, land, body) == "open")
  }

  private func decide(
    _ body: String, _ office: SmallOffice, _ token: String
  ) async -> Reply { await office.take("decide", of: Self.path, token, body) }

  @Test(
    "Planned, opened, decided in all seven kinds (a parcel by two persons), its task done, its minutes written, closed"
  )
  func story() async throws {
    try await SmallOffice.with(today: "2026-11-28") { office in
      let land = try await office.token("natural_resources")
      await opened(office, land)
      let agenda = await office.get(
        "/v1/agenda-items?consultation_id=341800-2026-11-28", land)
      #expect(
        Set(agenda.items.compactMap { $0["request"] as? String }) == [
          "TD-2", "TD-3", "TD-4", "TD-5",
        ],
        "\(agenda.text)")
      #expect(await office.refusal(of: "draft", Self.path, land) == "wrong_state")
      let cause = agenda.items.first { $0["request"] as? String == "TD-2" }
      #expect(cause?["cause"] as? String == "construction_land")

      let quota =
        #"{"kind":"adjust_quota","from":"JS-341881","to":"JS-341802","amount":"10","document_no":"宣自然〔2026〕9号"}"#
      #expect(await decide(quota, office, land).status == 200)
      let parcel = #"{"session":"2026-11-28","request":"TD-2","parcel":"DK-A","area_mu":"20"}"#
      let given = try await office.overrule("allocate_land", parcel, by: "natural_resources")
      #expect(given.status == 200, "\(given.text)")
      for body in [
        #"{"kind":"waive_threshold","request":"TD-5","rule":"tax","parcel":"DK-C"}"#,
        #"{"kind":"hold_parcel","parcel":"DK-C","request":"TD-5","until":"2027-01-31"}"#,
        #"{"kind":"defer","request":"TD-4","until":"2027-01-31","note":"待环评"}"#,
        #"{"kind":"refuse","request":"TD-5","reason":"low_benefit","legal_basis":"亩均办法第三条"}"#,
        #"{"kind":"assign_task","department":"county:341881","working_days":5,"note":"清理地块"}"#,
      ] {
        let reply = await decide(body, office, land)
        #expect(reply.status == 200, "\(body): \(reply.text)")
      }
      let decisions = await office.get(
        "/v1/decisions?consultation_id=341800-2026-11-28", land)
      #expect(
        decisions.items.map { $0["kind"] as? String ?? "" } == [
          "adjust_quota", "allocate", "waive_threshold", "hold_parcel", "defer", "refuse",
          "assign_task",
        ])
      let offer = decisions.items[1]["offer_id"] as? Int ?? 0
      let commitment = await office.get("/v1/commitments/\(offer)", land)
      #expect(commitment.object["request"] as? String == "TD-2", "\(commitment.text)")

      let county = try await office.token("county:341881")
      let other = try await office.token("county:341802")
      let task = try #require(await office.get("/v1/tasks", county).items.first)
      let taskPath = "/v1/tasks/\(task["task_id"] ?? "")"
      #expect(await office.get(taskPath, other).status == 404)
      #expect(
        await office.refusal(of: "finish", taskPath, land, #"{"result":"好"}"#) == "wrong_party")
      #expect(await office.refusal(of: "finish", taskPath, county) == "invalid_fields")
      #expect(
        await office.state(after: "finish", of: taskPath, county, #"{"result":"已清理"}"#) == "done")
      #expect(
        await office.refusal(of: "finish", taskPath, county, #"{"result":"再报"}"#) == "wrong_state")

      #expect(await office.state(after: "close", of: Self.path, land) == "closed")
      let minutes = await office.get(Self.path + "/minutes", land)
      #expect(minutes.header("Content-Type")?.hasPrefix("text/markdown") == true)
      #expect(minutes.text.contains("会议明确事项") && minutes.text.contains("清理地块"))
      let page = await office.get(Self.path + "/minutes.html", land)
      #expect(page.text.hasPrefix("<!DOCTYPE html>"))
      #expect(await office.get(Self.path + "/minutes", county).code == "forbidden")
      #expect(
        await office.refusal(
          of: "decide", Self.path, land, #"{"kind":"defer","request":"TD-4","until":"2027-02-01"}"#)
          == "wrong_state")
    }
  }

  @Test(
    "What a consultation cannot decide is refused with its ground",
    arguments: [
      (#"{"kind":"allocate","request":"TD-2","parcel":"DK-A"}"#, "invalid_fields"),
      (
        #"{"kind":"adjust_quota","from":"JS-341881","to":"JS-341802","amount":"500","document_no":"X"}"#,
        "no_capacity"
      ),
      (
        #"{"kind":"adjust_quota","from":"NH-341881","to":"JS-341802","amount":"5","document_no":"X"}"#,
        "invalid_fields"
      ),
      (#"{"kind":"waive_threshold","request":"TD-9","rule":"tax"}"#, "invalid_fields"),
      (#"{"kind":"hold_parcel","parcel":"DK-C","until":"2026-11-01"}"#, "invalid_fields"),
      (#"{"kind":"defer","request":"TD-4"}"#, "invalid_fields"),
      (
        #"{"kind":"defer","request":"TD-4","until":"2027-01-31","parcel":"DK-A"}"#, "invalid_fields"
      ),
      (#"{"kind":"refuse","request":"TD-4","reason":"mood","legal_basis":"X"}"#, "invalid_fields"),
      (
        #"{"kind":"assign_task","department":"nobody","working_days":1,"note":"X"}"#,
        "invalid_fields"
      ),
      (#"{"kind":"vote"}"#, "invalid_fields"),
    ])
  func refused(body: String, code: String) async throws {
    try await SmallOffice.with(today: "2026-11-28") { office in
      let land = try await office.token("natural_resources")
      await opened(office, land)
      let reply = await decide(body, office, land)
      #expect(reply.code == code, "\(body): \(reply.text)")
      let decisions: Int = try await office.harness.one("SELECT count(*) FROM land.decision")
      #expect(decisions == 0)
    }
  }

  @Test(
    "A parcel that cannot be given is refused to whoever asks for it, with its ground",
    arguments: [
      (#""request":"TD-2","parcel":"DK-B","area_mu":"20""#, "rule_not_met"),
      (#""request":"TD-2","parcel":"DK-A","area_mu":"20""#, "no_capacity"),
      (#""request":"TD-1","parcel":"DK-A","area_mu":"20""#, "exists"),
      (#""request":"TD-9","parcel":"DK-A","area_mu":"20""#, "invalid_fields"),
    ])
  func notGiven(content: String, code: String) async throws {
    try await SmallOffice.with(today: "2026-11-28") { office in
      await opened(office, try await office.token("natural_resources"))
      let reply = try await office.overrule(
        "allocate_land", #"{"session":"2026-11-28",\#(content)}"#, by: "natural_resources")
      #expect(reply.code == code, "\(reply.text)")
    }
  }

  @Test("Of four who decide on one version one decides, and what is decided makes another version")
  func oneVersion() async throws {
    try await SmallOffice.with(today: "2026-11-28") { office in
      let land = try await office.token("natural_resources")
      await opened(office, land)
      let harness = office.harness
      let version = await office.get(Self.path, land).object["etag"] as? String
      let replies = await withTaskGroup(of: Reply.self) { group in
        for day in 1...4 {
          group.addTask {
            await harness.post(
              Self.path + "/decide", token: land,
              #"{"kind":"defer","request":"TD-4","until":"2027-01-0\#(day)"}"#, version: version)
          }
        }
        return await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      let decided = replies.filter { $0.status == 200 }
      #expect(decided.count == 1, "\(replies.map(\.text))")
      #expect(replies.filter { $0.code == "changed_meanwhile" }.count == 3)
      let decisions: Int = try await harness.one("SELECT count(*) FROM land.decision")
      #expect(decisions == 1)
      let after = await office.get(Self.path, land).object["etag"] as? String
      #expect(after != version)
      #expect(decided.first?.object["etag"] as? String == after)
    }
  }

  @Test("A parcel that two persons give in it, too, makes another version of a consultation")
  func versionOfOverride() async throws {
    try await SmallOffice.with(today: "2026-11-28") { office in
      let land = try await office.token("natural_resources")
      await opened(office, land)
      let quota =
        #"{"kind":"adjust_quota","from":"JS-341881","to":"JS-341802","amount":"10","document_no":"X"}"#
      let version = await decide(quota, office, land).object["etag"] as? String
      #expect(version != nil)
      let parcel = #"{"session":"2026-11-28","request":"TD-2","parcel":"DK-A","area_mu":"20"}"#
      let given = try await office.overrule("allocate_land", parcel, by: "natural_resources")
      #expect(given.status == 200, "\(given.text)")
      let late = await office.harness.post(
        Self.path + "/close", token: land, "{}", version: version)
      #expect(late.code == "changed_meanwhile", "\(late.text)")
    }
  }

  @Test("An agenda drawn up otherwise makes another version of its consultation; the same one none")
  func versionOfAgenda() async throws {
    try await SmallOffice.with(today: "2026-11-27") { office in
      let land = try await office.token("natural_resources")
      let planned = await office.harness.post(
        "/v1/consultations", token: land, #"{"session_on":"2026-11-28"}"#)
      let version = planned.object["etag"] as? String
      let same = await office.take("draft", of: Self.path, land)
      #expect(same.status == 200 && same.object["etag"] as? String == version, "\(same.text)")
      try await office.harness.superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "test", reason: "test", action: "test"))
        try await connection.execute("DELETE FROM land.agenda_item WHERE request = 'TD-4'")
      }
      let without = await office.get(Self.path, land).object["etag"] as? String
      #expect(without != version)
      let redrawn = await office.take("draft", of: Self.path, land)
      #expect(redrawn.status == 200 && redrawn.object["etag"] as? String != without)
    }
  }

  @Test("Sessions are moved before they open, and counties see their own items only")
  func moved() async throws {
    try await SmallOffice.with(today: "2026-11-27") { office in
      let land = try await office.token("natural_resources")
      let county = try await office.token("county:341802")
      let wish = #"{"session_on":"2026-11-28"}"#
      #expect(
        await office.harness.post("/v1/consultations", token: county, wish).code == "forbidden")
      let friday = await office.harness.post(
        "/v1/consultations", token: land, #"{"session_on":"2026-11-27"}"#)
      #expect(friday.code == "invalid_fields", "\(friday.text)")
      #expect(await office.harness.post("/v1/consultations", token: land, wish).status == 201)
      #expect(await office.harness.post("/v1/consultations", token: land, wish).code == "exists")
      let items = await office.get("/v1/agenda-items", county)
      #expect(items.items.compactMap { $0["request"] as? String } == ["TD-2", "TD-5"])
      #expect(items.object["hidden"] as? Int == 2)
      #expect(await office.refusal(of: "close", Self.path, land) == "wrong_state")
      #expect(
        await office.refusal(of: "open", Self.path, land, #"{"attending":["nobody"]}"#)
          == "invalid_fields")
      #expect(await office.take("draft", of: Self.path, land).status == 200)
      #expect(
        await office.refusal(
          of: "move", Self.path, land, #"{"held_on":"2026-12-04","reason":"防汛"}"#)
          == "invalid_fields", "a Friday")
      let moved = await office.take(
        "move", of: Self.path, land, #"{"held_on":"2026-12-05","reason":"防汛"}"#)
      #expect(moved.status == 204, "\(moved.text)")
      #expect(await office.get(Self.path, land).status == 404)
    }
  }
}
