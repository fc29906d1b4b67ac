import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("The life of a placement over HTTP")
struct PlacementStepTests {
  private static func order(
    _ talent: String, host: String = "RH-1", post: String = "BZ-1", start: String = "2026-12-01"
  ) -> String {
    #"""
    {"talent":"\#(talent)","host_post":"\#(host)","institution_post":"\#(post)",
    "starts_on":"\#(start)","months":24,"document_no":"宣人社〔2026〕\#(talent)"}
    """#
  }

  @Test("Placed, reviewed, moved to another host, chosen, settled by the night, and gone")
  func story() async throws {
    try await SmallOffice.with { office in
      let human = try await office.token("human_resources")
      let county = try await office.token("county:341802")
      let placed = await office.harness.post(
        "/v1/placements", token: human, Self.order("RC-1"))
      #expect(placed.status == 201, "\(placed.text)")
      let path = try #require(placed.header("Location"))
      #expect(placed.object["state"] as? String == "recruited")
      let again = await office.harness.post("/v1/placements", token: human, Self.order("RC-1"))
      #expect(again.code == "exists", "\(again.text)")
      let full = await office.harness.post("/v1/placements", token: human, Self.order("RC-2"))
      #expect(full.code == "no_capacity", "BZ-1 has one head: \(full.text)")
      let nowhere = await office.harness.post(
        "/v1/placements", token: human, Self.order("RC-2", host: "RH-9"))
      #expect(nowhere.code == "invalid_fields")
      let foreign = await office.harness.post("/v1/placements", token: county, Self.order("RC-2"))
      #expect(foreign.code == "forbidden")

      #expect(
        await office.refusal(of: "review", path, county, #"{"grade":"excellent"}"#)
          == "wrong_state")
      office.turn(to: "2027-06-02")
      let reviewed = await office.take("review", of: path, county, #"{"grade":"excellent"}"#)
      #expect(reviewed.object["state"] as? String == "placed", "\(reviewed.text)")
      #expect((reviewed.object["reviews"] as? [[String: Any]])?.count == 1)
      #expect(
        await office.refusal(
          of: "change-host", path, human, #"{"host_post":"RH-2","code":"mood"}"#) == "wrong_code")
      let moved = await office.take(
        "change-host", of: path, human, #"{"host_post":"RH-2","code":"host_closed"}"#)
      #expect(moved.object["host_post"] as? String == "RH-2", "\(moved.text)")
      #expect(
        await office.refusal(of: "choose", path, human, #"{"choice":"stay"}"#) == "too_early")
      office.turn(to: "2028-10-01")
      #expect(
        await office.refusal(of: "choose", path, human, #"{"choice":"extend"}"#)
          == "invalid_fields")
      #expect(
        await office.state(
          after: "choose", of: path, human, #"{"choice":"institution_post","wishes":["BZ-2"]}"#)
          == "chosen")
      try await office.night("2028-12-01", .rotation)
      let settled = await office.get(path, human)
      #expect(settled.object["settled_post"] as? String == "BZ-2", "\(settled.text)")
      office.turn(to: "2028-12-20")
      let institution = try await office.token("institution:样本单位二")
      #expect(await office.state(after: "vacate", of: path, institution) == "settled")
      #expect(await office.refusal(of: "vacate", path, institution) == "wrong_state")
    }
  }

  @Test(
    "A talent chooses in the window: what is chosen is kept",
    arguments: [
      (#"{"choice":"stay"}"#, "stay"), (#"{"choice":"extend","months":6}"#, "extend"),
      (#"{"choice":"leave"}"#, "leave"),
    ])
  func chosen(body: String, choice: String) async throws {
    try await SmallOffice.with { office in
      let human = try await office.token("human_resources")
      let placed = await office.harness.post("/v1/placements", token: human, Self.order("RC-1"))
      let path = try #require(placed.header("Location"))
      office.turn(to: "2028-10-01")
      #expect(
        await office.refusal(of: "choose", path, human, #"{"choice":"extend","months":24}"#)
          == "invalid_fields", "longer than three years")
      let chosen = await office.take("choose", of: path, human, body)
      #expect(chosen.object["choice"] as? String == choice, "\(chosen.text)")
      #expect(await office.refusal(of: "choose", path, human, body) == "wrong_state")
    }
  }

  @Test("An early end needs its code and its consequence, and frees the seat")
  func ended() async throws {
    try await SmallOffice.with { office in
      let human = try await office.token("human_resources")
      let placed = await office.harness.post(
        "/v1/placements", token: human, Self.order("RC-3", post: "BZ-2"))
      let path = try #require(placed.header("Location"))
      #expect(
        await office.refusal(of: "end", path, human, #"{"code":"resigned"}"#) == "invalid_fields")
      #expect(
        await office.state(
          after: "end", of: path, human, #"{"code":"resigned","consequence":"无"}"#) == "left")
      let next = await office.harness.post(
        "/v1/placements", token: human, Self.order("RC-1", post: "BZ-2"))
      #expect(next.status == 201, "\(next.text)")
    }
  }

  @Test("Institutions see what is kept for their posts, and their headcount by month")
  func visibility() async throws {
    try await SmallOffice.with { office in
      let human = try await office.token("human_resources")
      let placed = await office.harness.post("/v1/placements", token: human, Self.order("RC-1"))
      let path = try #require(placed.header("Location"))
      let own = try await office.token("institution:样本单位一", .reader)
      let other = try await office.token("institution:样本单位二", .reader)
      #expect(await office.get(path, own).status == 200)
      #expect(await office.get(path, other).status == 404)
      #expect(await office.get("/v1/placements", other).object["hidden"] as? Int == 1)
      let school = try await office.token("university:4134010359", .reader)
      #expect(await office.get(path, school).status == 200)
      let ledger = await office.get("/v1/headcount?limit=200", own)
      #expect(ledger.items.count == 36)
      #expect(ledger.items.allSatisfy { $0["institution_post"] as? String == "BZ-1" })
      #expect(ledger.items.last?["worst_case"] as? Int == 1)
      #expect(await office.get("/v1/headcount?limit=200", human).items.count == 72)
    }
  }
}
