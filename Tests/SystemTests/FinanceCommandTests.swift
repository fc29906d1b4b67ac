import Foundation
import Postgres
import Testing

@Suite("The finance office's commands")
struct FinanceCommandTests {
  private func text(_ sql: SQL, _ pool: Pool) async throws -> String {
    try await pool.query(sql).only(String.self)
  }

  @Test("The LPR of a month: entered once, corrected by name, never ahead of its day")
  func primeRate() async throws {
    try await SmallTown.with { yaosu, pool in
      func lpr(_ one: String, _ more: String..., on day: String = "2025-06-20") -> [String] {
        ["lpr", day, "--one-year", one, "--five-year", "3.50", "--source", "公告"] + more
      }
      func refused(_ arguments: [String]) async throws -> String {
        let output = try await YaosuProcess.run(arguments, environment: yaosu.environment)
        #expect(output.status == 1 && output.stdout.isEmpty, "\(output)")
        return output.stderr
      }
      let stands: SQL = """
        SELECT one_year_pct || ' ' || five_year_pct FROM report.loan_prime_rate
        WHERE published_on = '2025-06-20'
        """
      #expect(try await refused(lpr("3.00", "--correct")).contains("enter one instead"))
      let entered = try await yaosu.done(lpr("3.00", "--json")).json()
      #expect(entered["isChanged"] as? Bool == true)
      #expect(try await yaosu.done(lpr("3.00")).stdout.contains("(as before)"))
      #expect(try await refused(lpr("2.90")).contains("a correction (“correct”) replaces it"))
      #expect(try await text(stands, pool) == "3.00 3.50")
      _ = try await yaosu.done(lpr("2.90", "--correct"))
      #expect(try await text(stands, pool) == "2.90 3.50")
      #expect(try await refused(lpr("2.90", on: "2098-01-20")).contains("has not come yet"))
      #expect(try await refused(lpr("2.905")).contains("two decimals"))
      // The next recommendation is told by it.
      _ = try await yaosu.done("nightly", "--date", "2026-11-20", "--mechanism", "finance")
      let told: SQL = """
        SELECT (detail ->> 'lpr_on') || ' ' || (detail ->> 'basis_points') FROM report.offer
        WHERE request = 'RZ-1'
        """
      #expect(try await text(told, pool) == "2025-06-20 110")
    }
  }

  @Test("A chain off the list and back on it: its banks end, and are designated anew")
  func chain() async throws {
    try await SmallTown.with { yaosu, pool in
      func leave(_ chain: String, _ from: String) -> [String] {
        [
          "chain", "leave", chain, "--from", from, "--reason", "清单调整", "--document",
          "宣金〔2026〕9号",
        ]
      }
      func comeBack(_ from: String) -> [String] {
        ["chain", "return", "C01", "--from", from, "--reason", "重新列入"]
      }
      func refused(_ arguments: [String], _ words: String) async throws {
        let output = try await YaosuProcess.run(arguments, environment: yaosu.environment)
        #expect(output.status == 1 && output.stderr.contains(words), "\(output)")
      }
      let pairs: SQL = """
        SELECT string_agg(period::text, ' ' ORDER BY period) FROM finance.chain_bank
        WHERE chain = 'C01'
        """
      try await refused(leave("C09", "2026-12-01"), "there is no chain C09")
      try await refused(comeBack("2026-12-01"), "is on the list")
      let left = try await yaosu.done(leave("C01", "2026-11-22") + ["--json"]).json()
      #expect(left["isListed"] as? Bool == false)
      #expect(try await text(pairs, pool) == "[2026-01-01,2026-11-22)")
      try await refused(leave("C01", "2026-12-01"), "off the list from 2026-11-22")
      _ = try await yaosu.done("nightly", "--date", "2026-11-23", "--mechanism", "finance")
      // Any bank was recommended to its enterprises on that day.
      try await refused(comeBack("2026-11-23"), "begin on 2026-11-24 or later")
      #expect(
        try await yaosu.done(comeBack("2026-11-24")).stdout.contains("yaosu designate-banks"))
      let designated = try await yaosu.done(
        "designate-banks", "--term", "2026", "--date", "2026-11-24", "--json"
      ).json()
      let one = try #require((designated["designations"] as? [[String: Any]])?.first)
      #expect(one["wasDone"] as? Bool == false && one["chains"] as? Int == 1)
      #expect(
        try await text(pairs, pool) == "[2026-01-01,2026-11-22) [2026-11-24,2027-01-01)")
      let list: SQL = """
        SELECT concat_ws(' ', is_listed, lead IS NOT NULL, off_from, off_until)
        FROM report.chain_list WHERE chain = 'C01'
        """
      _ = try await yaosu.done("nightly", "--date", "2026-11-24", "--mechanism", "finance")
      #expect(try await text(list, pool) == "t t 2026-11-22 2026-11-23")
      _ = try await yaosu.done("verify")
    }
  }

  @Test("A decline is lifted by its request and bank, once; then the bank may be asked again")
  func lift() async throws {
    try await SmallTown.with { yaosu, pool in
      let lift = [
        "offer", "lift", "finance", "RZ-1", "BA", "--by", "finance_office", "--cause", "已补材料",
        "--date", "2026-11-24",
      ]
      func refused() async throws {
        let output = try await YaosuProcess.run(lift, environment: yaosu.environment)
        #expect(output.status == 1 && output.stderr.contains("BA"), "\(output)")
      }
      func night(_ date: String) async throws -> String {
        _ = try await yaosu.done("nightly", "--date", date, "--mechanism", "finance")
        return try await text(
          """
          SELECT string_agg(DISTINCT o.resource, ' ' ORDER BY o.resource)
          FROM allocation.round_option o JOIN allocation.round_request q USING (round_id, request_no)
          JOIN allocation.round r USING (round_id)
          WHERE q.request = 'RZ-1' AND r.business_date = \(date)::date
          """, pool)
      }
      #expect(try await night("2026-11-20") == "BA BB")
      try await refused()
      for (bank, date) in [("BA", "2026-11-23"), ("BB", "2026-11-24")] {
        _ = try await yaosu.done(
          "match", "decline", "RZ-1", bank, "--code", "materials", "--by", "经办", "--date", date)
        if bank == "BA" { #expect(try await night(date) == "BB") }
      }
      let escalated: SQL = "SELECT count(*)::text FROM report.escalation WHERE request = 'RZ-1'"
      #expect(try await text(escalated, pool) == "1")
      let lifted = try await yaosu.done(lift + ["--json"]).json()
      #expect(lifted["isLifted"] as? Bool == true)
      #expect(try await text(escalated, pool) == "0")
      try await refused()
      #expect(try await night("2026-11-24") == "BA")
    }
  }

  @Test("What no bank may serve is told so: a chain without banks, a bank without a line")
  func nobody() async throws {
    try await SmallTown.with { yaosu, pool in
      // A line of another quarter, for whoever is served by any bank; a chain that nobody has designated.
      _ = try yaosu.file("chains.csv", "code,name,industry_divisions\nC03,绿色食品,C13\n")
      _ = try yaosu.file(
        "enterprises.csv",
        """
        uscc,name,region,industry,chain,size,rating
        91341802CR63F0WT2P,宣城样本企业0,341802,C3670,C03,small,A
        91341821QX6R8JL55K,宣城样本企业2,341802,C3670,,small,A

        """)
      _ = try yaosu.file(
        "finance_requests.csv",
        """
        number,uscc,submitted_on,amount_wan,term_months,collateral,max_rate_pct,purpose,first_loan,needed_by
        RZ-1,91341802CR63F0WT2P,2026-11-01,500,12,credit,4.50,plant,false,2027-12-31
        RZ-3,91341821QX6R8JL55K,2026-11-01,500,12,credit,4.50,plant,false,2027-12-31

        """)
      for table in ["chains", "enterprises", "finance_requests"] {
        _ = try await yaosu.done("import", "\(yaosu.folder.url.path)/\(table).csv")
      }
      _ = try await yaosu.done("nightly", "--date", "2027-01-04", "--mechanism", "finance")
      let chainless = try await yaosu.done("explain", "RZ-1").stdout
      #expect(chainless.contains("结果：未获推荐") && chainless.contains("尚未确定两家银行"), "\(chainless)")
      let lineless = try await yaosu.done("explain", "RZ-3").stdout
      #expect(lineless.contains("结果：未获推荐") && lineless.contains("额度"), "\(lineless)")
      _ = try await yaosu.done("verify")
    }
  }
}
