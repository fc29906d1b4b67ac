import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("The two banks of a chain over HTTP")
struct DesignationStepTests {
  @Test("A change by hand has its price beforehand, its reason on record, and its own row")
  func change() async throws {
    try await SmallOffice.with { office in
      let finance = try await office.token("finance_office")
      let pairs = await office.get("/v1/chain-banks?chain=C02", finance)
      let pair = try #require(pairs.items.first, "\(pairs.text)")
      #expect(Set([pair["lead"] as? String, pair["partner"] as? String]) == ["BB", "BC"])
      let path = "/v1/chain-banks/\(pair["chain_bank_id"] ?? "")"
      let price = await office.get(
        path + "/price?lead=BA&partner=BB&from=2026-12-01", finance)
      let points = try #require(price.object["price_points"] as? Int, "\(price.text)")
      func content(_ lead: String, _ partner: String) -> String {
        #"""
        {"chain":"C02","lead":"\#(lead)","partner":"\#(partner)","from":"2026-12-01",
        "reason":"BC 退出","document_no":"宣金〔2026〕3号"}
        """#
      }
      func change(_ lead: String, _ partner: String) async throws -> Reply {
        try await office.overrule("change_banks", content(lead, partner), by: "finance_office")
      }
      #expect(try await change("BA", "BA").code == "invalid_fields")
      #expect(try await change("BX", "BA").code == "invalid_fields")
      #expect(
        try await change(pair["lead"] as? String ?? "", pair["partner"] as? String ?? "").code
          == "exists")
      let late = await office.get(path + "/price?lead=BA&partner=BB&from=2027-02-01", finance)
      #expect(late.code == "invalid_fields", "outside the term")
      let changed = try await change("BA", "BB")
      #expect(changed.status == 200, "\(changed.text)")
      let new = await office.get(
        "/v1/chain-banks?chain=C02&begun_by=2026-12-01&ends_after=2026-12-01", finance)
      #expect(new.items.count == 1, "\(new.text)")
      #expect(new.items.first?["price_points"] as? Int == points)
      #expect(new.items.first?["reason"] as? String == "BC 退出")
      #expect(await office.get(path, finance).object["before_on"] as? String == "2026-12-01")

      let bank = try await office.token("bank:BC", .reader)
      let own = await office.get("/v1/chain-banks", bank)
      #expect(own.items.count == 1)
      #expect((own.object["hidden"] as? Int ?? 0) == 2)
      #expect(await office.get("/v1/designations", bank).items.isEmpty)
      let computed = await office.get("/v1/designations?term=2026", finance)
      #expect((computed.items.first?["pairs"] as? [[String: Any]])?.count == 2, "\(computed.text)")
    }
  }

  @Test("A bank that has all the chains it may have is refused another one, at the commit")
  func limit() async throws {
    try await SmallOffice.with { office in
      let reply = try await office.overrule(
        "change_banks",
        #"""
        {"chain":"C01","lead":"BC","partner":"BA","from":"2026-12-01","reason":"X","document_no":"X"}
        """#, by: "finance_office")
      #expect(reply.code == "no_capacity", "\(reply.text)")
    }
  }
}
