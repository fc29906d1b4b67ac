import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("Commitments over HTTP")
struct CommitmentStepTests {
  @Test("An accepted offer is a commitment; the party that was asked, or the office, releases it")
  func release() async throws {
    try await SmallOffice.with { office in
      let offers = await office.get(
        "/v1/offers?request=TD-1", try await office.token("office"))
      let offer = try #require(offers.items.first)
      let party = try #require(offer["department"] as? String)
      let own = try await office.token(party)
      let path = "/v1/commitments/\(offer["offer_id"] ?? "")"
      #expect(await office.get(path, own).status == 404, "offered, not committed")
      let accepted = await office.harness.post(
        "/v1/offers/\(offer["offer_id"] ?? "")/accept", token: own, "{}",
        version: offer["etag"] as? String)
      #expect(accepted.status == 200, "\(accepted.text)")
      let land = try await office.token("natural_resources")
      #expect(await office.get(path, land).object["state"] as? String == "accepted")
      let code = #"{"code":"site_unsuitable","note":"地质不合"}"#
      if party != "natural_resources" {
        #expect(await office.refusal(of: "release", path, land, code) == "wrong_party")
      }
      #expect(await office.refusal(of: "release", path, own) == "invalid_fields")
      #expect(await office.refusal(of: "release", path, own, #"{"code":"mood"}"#) == "wrong_code")
      #expect(await office.state(after: "release", of: path, own, code) == "released")
      #expect(await office.refusal(of: "release", path, own, code) == "wrong_state")
      let bank = try await office.token("bank:BA")
      let list = await office.get("/v1/commitments", bank)
      #expect(list.items.isEmpty)
      #expect(list.object["hidden"] as? Int == 1)
    }
  }

  @Test("Loans and placements end where they live, step by step")
  func stepwise() async throws {
    try await SmallOffice.with { office in
      let finance = try await office.token("finance_office", .reader)
      let row = try #require(await office.get("/v1/matches?request=RZ-1", finance).items.first)
      let bank = try await office.token("bank:\(row["bank"] ?? "")")
      let path = "/v1/matches/\(row["match_id"] ?? "")"
      for step in ["acknowledge", "due-diligence", "approve"] {
        _ = await office.state(after: step, of: path, bank)
      }
      #expect(
        await office.refusal(
          of: "release", "/v1/commitments/\(row["offer_id"] ?? "")", bank,
          #"{"code":"collateral"}"#) == "stepwise")
    }
  }
}
