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
      func body(_ lead: String, _ partner: String, _ from: String = "2026-12-01") -> String {
        #"""
        {"lead":"\#(lead)","partner":"\#(partner)","from":"\#(from)","reason":"BC 退出",
        "document_no":"宣金〔2026〕3号"}
        """#
      }
      #expect(
        await office.refusal(of: "change", path, finance, body("BA", "BA")) == "invalid_fields")
      #expect(
        await office.refusal(of: "change", path, finance, body("BX", "BA")) == "invalid_fields")
      #expect(
        await office.refusal(of: "change", path, finance, body("BA", "BB", "2027-02-01"))
          == "invalid_fields", "outside the term")
      let same = await office.get(path, finance).object
      #expect(
        await office.refusal(
          of: "change", path, finance,
          body(same["lead"] as? String ?? "", same["partner"] as? String ?? "")) == "exists")
      let changed = await office.take("change", of: path, finance, body("BA", "BB"))
      #expect(changed.status == 200, "\(changed.text)")
      #expect(changed.object["price_points"] as? Int == points)
      #expect(changed.object["from_on"] as? String == "2026-12-01")
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
      let finance = try await office.token("finance_office")
      let pairs = await office.get("/v1/chain-banks?chain=C01", finance)
      let path = "/v1/chain-banks/\(pairs.items.first?["chain_bank_id"] ?? "")"
      let body = #"""
        {"lead":"BC","partner":"BA","from":"2026-12-01","reason":"X","document_no":"X"}
        """#
      #expect(await office.refusal(of: "change", path, finance, body) == "no_capacity")
    }
  }
}
