import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("The life of a match over HTTP")
struct MatchStepTests {
  /// The match of a request, as the finance office lists it.
  private func match(of request: String, _ office: SmallOffice) async throws -> (
    path: String, bank: String
  ) {
    let token = try await office.token("finance_office", .reader)
    let list = await office.get("/v1/matches?request=\(request)", token)
    let row = try #require(list.items.first, "\(list.text)")
    return ("/v1/matches/\(row["match_id"] ?? "")", try #require(row["bank"] as? String))
  }

  @Test("From the recommendation to a drawn and repaid loan, told by the bank, seen by others")
  func story() async throws {
    try await SmallOffice.with { office in
      let (path, bank) = try await match(of: "RZ-1", office)
      let clerk = try await office.token("bank:\(bank)", .clerk)
      let owner = try await office.token("bank:\(bank)")
      let county = try await office.token("county:341802", .reader)
      let finance = try await office.token("finance_office")
      let stranger = try await office.token(bank == "BA" ? "bank:BB" : "bank:BA")

      #expect(await office.refusal(of: "acknowledge", path, clerk) == "forbidden")
      #expect(await office.state(after: "acknowledge", of: path, owner) == "acknowledged")
      #expect(await office.state(after: "due-diligence", of: path, owner) == "due_diligence")
      #expect(
        await office.refusal(of: "reduce", path, owner, #"{"amount_wan":500}"#) == "invalid_fields")
      #expect(
        await office.state(after: "reduce", of: path, owner, #"{"amount_wan":300}"#) == "reduced")
      let offer = path.split(separator: "/").last?.split(separator: "-").first ?? ""
      #expect(
        await office.get("/v1/offers/\(offer)", finance).object["state"] as? String == "accepted")
      #expect(
        await office.refusal(of: "sign", path, owner, #"{"rate_pct":"3.855"}"#) == "invalid_fields")
      #expect(
        await office.state(after: "sign", of: path, owner, #"{"rate_pct":"3.85"}"#) == "signed")
      let drawn = await office.take("draw", of: path, owner, #"{"on":"2026-11-30"}"#)
      #expect(drawn.object["approved_wan"] as? Int == 300, "\(drawn.text)")
      #expect(drawn.object["signed_rate_pct"] as? String == "3.85")
      #expect(drawn.object["next_states"] as? [String] == ["renewed", "repaid"])

      // The county of the enterprise and the finance office look on; another bank sees nothing.
      for token in [county, finance] {
        #expect(await office.get(path, token).object["state"] as? String == "drawn")
        #expect(await office.refusal(of: "repay", path, token) == "forbidden")
      }
      #expect(await office.get(path, stranger).status == 404)
      #expect(await office.get("/v1/matches?request=RZ-1", stranger).items.isEmpty)
      #expect((await office.get("/v1/matches", stranger).object["hidden"] as? Int ?? 0) > 0)
      let foreign = await office.harness.post(
        path + "/repay", token: stranger, "{}", version: drawn.object["etag"] as? String)
      #expect(foreign.code == "not_found")

      office.turn(to: "2027-11-29")
      #expect(await office.state(after: "repay", of: path, owner) == "repaid")
      let history = await office.get(path, owner).object["history"] as? [[String: Any]]
      #expect(
        history?.map { $0["state"] as? String ?? "" } == [
          "offered", "acknowledged", "due_diligence", "reduced", "signed", "drawn", "repaid",
        ])
      let actor: String = try await office.harness.one(
        "SELECT actor FROM audit.event WHERE action = 'repayMatch'")
      #expect(actor == "bank:\(bank)")
    }
  }

  @Test("What the state, the code or the day does not allow is refused, in both languages")
  func refusals() async throws {
    try await SmallOffice.with { office in
      let (path, bank) = try await match(of: "RZ-2", office)
      let owner = try await office.token("bank:\(bank)")
      for (step, body) in [
        ("due-diligence", "{}"), ("approve", "{}"), ("reduce", #"{"amount_wan":1}"#),
        ("sign", #"{"rate_pct":"3"}"#), ("draw", "{}"), ("repay", "{}"), ("abandon", "{}"),
      ] {
        #expect(await office.refusal(of: step, path, owner, body) == "wrong_state", "\(step)")
      }
      #expect(await office.refusal(of: "withdraw", path, owner) == "forbidden", "not the bank's")
      #expect(
        await office.refusal(of: "decline", path, owner, #"{"code":"mood"}"#) == "wrong_code")
      #expect(await office.refusal(of: "decline", path, owner) == "invalid_fields")
      #expect(
        await office.refusal(of: "acknowledge", path, owner, #"{"colour":1}"#) == "invalid_fields")
      #expect(
        await office.refusal(of: "draw", path, owner, #"{"on":"2026-12-01"}"#) == "invalid_fields",
        "a day to come")
      let reply = await office.take("draw", of: path, owner)
      #expect((reply.object["detail"] as? String)?.contains("对接") == true, "\(reply.text)")
      let version = await office.get(path, owner).object["etag"] as? String ?? ""
      let english = await office.harness.call(
        "POST", path + "/draw", token: owner, body: "{}",
        headers: [
          "Idempotency-Key": "english", "If-Match": "\"\(version)\"", "Accept-Language": "en",
        ])
      #expect((english.object["detail"] as? String)?.contains("cannot become") == true)
      let late = await office.harness.post(path + "/acknowledge", token: owner, "{}", version: "1")
      #expect(late.code == "changed_meanwhile")
      let bare = await office.harness.post(path + "/acknowledge", token: owner, "{}")
      #expect(bare.code == "version_missing")
      #expect(
        await office.state(
          after: "decline", of: path, owner, #"{"code":"collateral","note":"抵押物已设押"}"#)
          == "declined")
      let finance = try await office.token("finance_office")
      let withdrawn = try await match(of: "RZ-3", office).path
      #expect(
        await office.state(after: "withdraw", of: withdrawn, finance, #"{"note":"企业撤回"}"#)
          == "withdrawn")
      #expect(await office.refusal(of: "withdraw", withdrawn, finance) == "wrong_state")
      let given = try await match(of: "RZ-1", office)
      let bank2 = try await office.token("bank:\(given.bank)")
      for step in ["acknowledge", "due-diligence", "approve"] {
        _ = await office.state(after: step, of: given.path, bank2)
      }
      #expect(
        await office.state(after: "abandon", of: given.path, bank2, #"{"note":"企业另有资金"}"#)
          == "abandoned")
    }
  }

  @Test(
    "Of ten who take a step on one version one does; one who repeats it with its key does so once")
  func races() async throws {
    try await SmallOffice.with { office in
      let (path, bank) = try await match(of: "RZ-1", office)
      let owner = try await office.token("bank:\(bank)")
      let version = await office.get(path, owner).object["etag"] as? String
      let replies = await withTaskGroup(of: Reply.self) { group in
        for _ in 0..<10 {
          group.addTask {
            await office.harness.post(
              path + "/acknowledge", token: owner, "{}", version: version)
          }
        }
        return await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(replies.count { $0.status == 200 } == 1)
      #expect(replies.count { $0.code == "changed_meanwhile" } == 9)
      let seen = await office.get(path, owner).object["etag"] as? String
      let again = await withTaskGroup(of: Reply.self) { group in
        for _ in 0..<10 {
          group.addTask {
            await office.harness.post(
              path + "/due-diligence", token: owner, "{}", version: seen, key: "one")
          }
        }
        return await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(again.allSatisfy { $0.status == 200 && $0.body == again[0].body })
      let steps: Int = try await office.harness.one(
        "SELECT count(*) FROM finance.match_step WHERE state = 'due_diligence'")
      #expect(steps == 1)
    }
  }
}
