import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("The list of chains, the prime rate and conflicts of interest over HTTP")
struct ListStepTests {
  private func pointer(_ reply: Reply) -> String? {
    (reply.object["errors"] as? [[String: Any]])?.first?["pointer"] as? String
  }

  @Test("A chain leaves the list with its two banks, and comes back without")
  func chains() async throws {
    try await SmallOffice.with { office in
      let industry = try await office.token("industry")
      func leave(_ chain: String, _ from: String, _ token: String) async -> Reply {
        await office.harness.post(
          "/v1/chain-absences", token: token,
          #"""
          {"chain":"\#(chain)","from":"\#(from)","reason":"调整","document_no":"宣工信〔2026〕4号",
          "jurisdiction":"341800"}
          """#)
      }
      let county = try await office.token("county:341802")
      #expect(await leave("C02", "2026-12-01", county).code == "forbidden")
      let unknown = await leave("C99", "2026-12-01", industry)
      #expect(unknown.code == "invalid_fields" && pointer(unknown) == "/chain", "\(unknown.text)")
      // RZ-3 was recommended to the chain's two banks on the night of the 27th.
      #expect(await leave("C02", "2026-11-27", industry).code == "too_early")
      let left = await leave("C02", "2026-12-01", industry)
      #expect(left.status == 201, "\(left.text)")
      #expect(left.object["off_from"] as? String == "2026-12-01")
      let path = try #require(left.header("Location"))
      let ends: String = try await office.harness.one(
        "SELECT max(upper(period))::text FROM finance.chain_bank WHERE chain = 'C02'")
      #expect(ends == "2026-12-01")
      #expect(await leave("C02", "2026-12-05", industry).code == "wrong_state")

      let back = #"{"from":"2026-12-15"}"#
      #expect(await office.take("return", of: path, county, back).code == "forbidden")
      #expect(
        await office.refusal(of: "return", path, industry, #"{"from":"2026-12-01"}"#)
          == "too_early")
      let returned = await office.take("return", of: path, industry, back)
      #expect(returned.object["on_from"] as? String == "2026-12-15", "\(returned.text)")
      let days: String = try await office.harness.one(
        "SELECT period::text FROM finance.chain_absence")
      #expect(days == "[2026-12-01,2026-12-15)")
      #expect(await office.refusal(of: "return", path, industry, back) == "wrong_state")
      // Off again: the absence that is over is not the one that is open.
      #expect(await leave("C02", "2027-02-01", industry).status == 201)
      #expect(
        await office.refusal(of: "return", path, industry, #"{"from":"2027-03-01"}"#)
          == "wrong_state")
      let school = try await office.token("university:4134010359")
      let hidden = await office.get("/v1/chain-absences", school)
      #expect(hidden.items.isEmpty && hidden.object["hidden"] as? Int == 2, "\(hidden.text)")
      let bank = await office.get("/v1/chain-absences?chain=C02", try await office.token("bank:BC"))
      #expect(bank.items.count == 2)
    }
  }

  @Test("The prime rate is entered once, corrected with its version, and read by everybody")
  func primeRate() async throws {
    try await SmallOffice.with { office in
      let finance = try await office.token("finance_office")
      func publish(_ day: String, _ rate: String, _ token: String) async -> Reply {
        await office.harness.post(
          "/v1/prime-rates", token: token,
          #"""
          {"published_on":"\#(day)","one_year_pct":"\#(rate)","five_year_pct":"3.50","source":"公告"}
          """#)
      }
      #expect(
        await publish("2026-11-30", "3.00", try await office.token("industry")).code == "forbidden")
      let early = await publish("2026-12-20", "3.00", finance)
      #expect(early.code == "invalid_fields" && pointer(early) == "/published_on", "\(early.text)")
      for rate in ["0", "100.01", "3.005", "1e1"] {
        let wrong = await publish("2026-11-30", rate, finance)
        #expect(wrong.code == "invalid_fields", "\(wrong.text)")
        #expect(pointer(wrong) == "/one_year_pct", "\(wrong.text)")
      }
      let entered = await publish("2026-11-30", "3.00", finance)
      #expect(entered.status == 201, "\(entered.text)")
      #expect(entered.object["one_year_pct"] as? String == "3.00", "a decimal is a string")
      #expect(await publish("2026-11-30", "3.00", finance).code == "exists", "the same again")
      #expect(await publish("2026-11-30", "3.10", finance).code == "exists")

      let path = "/v1/prime-rates/2026-11-30"
      let better = #"{"one_year_pct":"3.10","five_year_pct":"3.60","source":"更正公告"}"#
      let corrected = await office.take("correct", of: path, finance, better)
      #expect(corrected.object["one_year_pct"] as? String == "3.10", "\(corrected.text)")
      let stale = await office.harness.post(
        path + "/correct", token: finance, better, version: entered.object["etag"] as? String)
      #expect(stale.code == "changed_meanwhile", "\(stale.text)")
      #expect(await office.refusal(of: "correct", path, finance, better) == "exists")
      let stored: String = try await office.harness.one(
        """
        SELECT concat_ws(' ', one_year_pct, five_year_pct, source) FROM reference.lpr
        WHERE published_on = '2026-11-30'
        """)
      #expect(stored == "3.10 3.60 更正公告")
      let bank = try await office.token("bank:BA", .reader)
      #expect(await office.get(path, bank).object["one_year_pct"] as? String == "3.10")
      let newest = await office.get("/v1/prime-rates?limit=1&to=2026-11-30", bank)
      #expect(newest.items.first?["published_on"] as? String == "2026-11-30")
      #expect(newest.object["hidden"] as? Int == 0)
      #expect(await office.get("/v1/prime-rates/2026-11-31", bank).code == "not_found")
    }
  }

  @Test("A conflict names what it touches, shows to its parties only, and has one end")
  func conflicts() async throws {
    try await SmallOffice.with { office in
      let science = try await office.token("science_technology")
      func record(_ party: String, _ uscc: String, _ token: String) async -> Reply {
        await office.harness.post(
          "/v1/conflicts", token: token,
          #"""
          {"uscc":"\#(uscc)",\#(party)"kind":"owned","evidence":"工商登记","since":"2024-03-01"}
          """#)
      }
      let (uscc, expert, university) = try await office.harness.superuser.query(
        "SELECT uscc, expert, university FROM techvp.appointment WHERE request = 'KJ-1'"
      ).only(String.self, String.self, String.self)
      let party = #""expert":"\#(expert)","#
      let county = try await office.token("county:341802")
      #expect(await record(party, uscc, county).code == "forbidden")
      for wrong in ["", party + #""university":"4134010359","#] {
        let reply = await record(wrong, uscc, science)
        #expect(reply.code == "invalid_fields" && pointer(reply) == "/expert", "\(reply.text)")
      }
      for (party, uscc, at) in [
        (party, "91350100M000100Y43", "/uscc"), (#""expert":"ZJ-99","#, uscc, "/expert"),
        (#""university":"1","#, uscc, "/university"),
      ] {
        let reply = await record(party, uscc, science)
        #expect(reply.code == "invalid_fields" && pointer(reply) == at, "\(reply.text)")
      }
      let recorded = await record(party, uscc, science)
      #expect(recorded.status == 201, "\(recorded.text)")
      #expect(recorded.object["touched"] as? [String] == ["KJ-1"])
      #expect(recorded.object["recorded_on"] as? String == "2026-11-30", "the day of its entry")
      let path = try #require(recorded.header("Location"))
      // No agreement from now on.
      let school = try await office.token("university:\(university)")
      let appointment: Int = try await office.harness.one(
        "SELECT appointment_id FROM techvp.appointment WHERE request = 'KJ-1'")
      let term = "/v1/appointments/\(appointment)"
      #expect(await office.state(after: "consent", of: term, school) == "consented")
      #expect(
        await office.refusal(
          of: "agree", term, school, #"{"agreement_no":"X","starts_on":"2026-12-01"}"#)
          == "rule_not_met")

      #expect(await office.get(path, county).object["touched"] as? [String] == ["KJ-1"])
      for other in ["county:341881", "university:\(university)", "bank:BA"] {
        let token = try await office.token(other)
        #expect(await office.get(path, token).code == "not_found", "\(other)")
        #expect(await office.get("/v1/conflicts", token).object["hidden"] as? Int == 1)
      }
      #expect(
        await office.take("end", of: path, county, #"{"until":"2026-11-30"}"#).code == "forbidden")
      #expect(
        await office.refusal(of: "end", path, science, #"{"until":"2024-02-29"}"#)
          == "invalid_fields")
      let ended = await office.take("end", of: path, science, #"{"until":"2026-11-01"}"#)
      #expect(ended.object["until"] as? String == "2026-11-01", "\(ended.text)")
      #expect(ended.object["touched"] as? [String] == [])
      #expect(
        await office.refusal(of: "end", path, science, #"{"until":"2026-11-30"}"#) == "wrong_state")
    }
  }
}
