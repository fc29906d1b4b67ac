import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("Spreadsheets over HTTP")
struct ImportTests {
  private func send(
    _ harness: Harness, _ token: String, _ parts: [(String, String?, String)],
    key: String = UUID().uuidString, boundary: String = "b0undary"
  ) async -> Reply {
    var body = ""
    for (name, file, content) in parts {
      body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\""
      if let file { body += "; filename=\"\(file)\"\r\nContent-Type: text/csv" }
      body += "\r\n\r\n\(content)\r\n"
    }
    return await harness.call(
      "POST", "/v1/imports", token: token, body: body + "--\(boundary)--\r\n",
      headers: [
        "Idempotency-Key": key, "Content-Type": "multipart/form-data; boundary=\(boundary)",
      ])
  }

  private func sheet(_ rows: String) -> String {
    "code,name,industry_divisions,majors,fields\n" + rows
  }

  private func chains(_ harness: Harness) async throws -> String {
    try await harness.one(
      "SELECT md5(string_agg(c::text, '|' ORDER BY code)) FROM registry.chains c")
  }

  /// The sample's own file with one row of it changed.
  private func enterprises(_ region: String, _ count: Int, tax: String) throws -> String {
    let file = try #require(SampleCity.spreadsheets.first { $0.name.hasPrefix("enterprises") })
    let lines = file.text.split(whereSeparator: \.isNewline)
    let names = lines[0].split(separator: ",").map { $0.filter { $0 != "\u{FEFF}" } }
    let place = try #require(names.firstIndex { $0 == "region" || $0 == "所在地" || $0 == "县市区" })
    let column = try #require(names.firstIndex { $0.hasPrefix("tax") || $0.contains("税") })
    let rows = lines.dropFirst().filter {
      let cells = $0.split(separator: ",", omittingEmptySubsequences: false)
      return cells.count == names.count && cells[place] == region
    }.prefix(count).map { line in
      var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      cells[column] = tax
      return cells.joined(separator: ",")
    }
    return ([String(lines[0])] + rows).joined(separator: "\n") + "\n"
  }

  @Test("A department loads its own rows: rehearsed, done once, in its own name")
  func own() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("county:341802", .clerk)
      let text = try enterprises("341802", 3, tax: "4321")
      let events: Int = try await harness.one("SELECT count(*) FROM audit.event")
      let file = ("files", Optional("enterprises.csv"), text)
      let trial = [file, ("dry_run", nil, "true")]
      let rehearsal = await send(harness, token, trial, key: "trial")
      #expect(rehearsal.status == 200, "\(rehearsal.text)")
      #expect(rehearsal.object["dry_run"] as? Bool == true)
      #expect(try await harness.one("SELECT count(*) FROM audit.event") == events)
      // It has changed nothing, and its key is used all the same.
      let repeated = await send(harness, token, trial, key: "trial", boundary: "other")
      #expect(repeated.header("Idempotency-Replayed") == "true")
      #expect(repeated.text == rehearsal.text)
      let inEarnest = await send(harness, token, [file], key: "trial")
      #expect(inEarnest.code == "idempotency_key_reused", "\(inEarnest.text)")
      let untouched: Int = try await harness.one(
        "SELECT count(*) FROM registry.enterprises WHERE tax_wan = 4321")
      #expect(untouched == 0)
      let done = await send(harness, token, [file], key: "one")
      #expect(done.status == 200, "\(done.text)")
      let table = (done.object["tables"] as? [[String: Any]])?.first
      #expect(table?["updated"] as? Int == 3)
      // Another boundary is the same request.
      let again = await send(harness, token, [file], key: "one", boundary: "other")
      #expect(again.header("Idempotency-Replayed") == "true")
      #expect(again.text == done.text)
      #expect(try await harness.one("SELECT count(*) FROM audit.event") == events + 1)
      let actor: String = try await harness.one(
        "SELECT actor || ' ' || action FROM audit.event ORDER BY position DESC LIMIT 1")
      #expect(actor == "county:341802 import")
      let changed: Int = try await harness.one(
        "SELECT count(*) FROM registry.enterprises WHERE tax_wan = 4321 AND region = '341802'")
      #expect(changed == 3)
    }
  }

  @Test("Rows of others, by whatever way, are not loaded, and then nothing is")
  func foreign() async throws {
    try await Harness.with { harness in
      let own = try enterprises("341802", 1, tax: "4321")
      let other = try enterprises("341821", 1, tax: "4321").split(separator: "\n")[1]
      let taken = other.replacing("341821", with: "341802")
      let digest: String = try await harness.one(
        "SELECT md5(string_agg(e::text, '|' ORDER BY uscc)) FROM registry.enterprises e")
      let county = try await harness.token("county:341802", .owner)
      for stranger in [other[...], taken[...]] {
        let reply = await send(
          harness, county, [("files", "enterprises.csv", own + stranger + "\n")])
        #expect([403, 422].contains(reply.status), "\(reply.text)")
      }
      let bank: String = try await harness.one(
        "SELECT code FROM access.department WHERE kind = 'bank' LIMIT 1")
      let without = await send(
        harness, try await harness.token(bank, .owner), [("files", "enterprises.csv", own)])
      #expect(without.status == 403, "\(without.text)")
      for role in [Role.reader, .approver, .auditor, .admin] {
        let token = try await harness.token("industry", role)
        #expect(await send(harness, token, [("files", "enterprises.csv", own)]).status == 403)
      }
      let after: String = try await harness.one(
        "SELECT md5(string_agg(e::text, '|' ORDER BY uscc)) FROM registry.enterprises e")
      #expect(after == digest)
    }
  }

  /// Refused before anything is compared with what is stored: neither a fault nor an equality tells.
  @Test("Rows of others, equal, shortened or overlapping, are refused alike, and nothing is told")
  func silence() async throws {
    try await Harness.with { harness in
      let lines = try await harness.superuser.query(
        """
        SELECT bank, period_start::text, period_end::text, amount_wan::text,
          inclusive_floor_wan::text FROM registry.credit_lines ORDER BY bank LIMIT 2
        """
      ).decode(String.self, String.self, String.self, String.self, String.self)
      let (line, rival) = (lines[0], lines[1])
      #expect(line.0 != rival.0)
      let whole = "bank,period_start,period_end,amount_wan,inclusive_floor_wan\n"
      let sheets = [
        whole + "\(line.0),\(line.1),\(line.2),\(line.3),\(line.4)\n",
        whole + "\(line.0),\(line.1),\(line.2),\(line.3)9,\(line.4)\n",
        "bank,period_start,period_end,amount_wan\n\(line.0),\(line.1),\(line.2),0\n",
        whole + "\(line.0),2020-01-01,\(line.2),5,1\n",
      ]
      let strangers = ["bank:\(rival.0)", "county:341802"]
      for stranger in strangers {
        let token = try await harness.token(stranger, .clerk)
        for sheet in sheets {
          for isTrial in ["true", "false"] {
            let reply = await send(
              harness, token, [("files", "credit_lines.csv", sheet), ("dry_run", nil, isTrial)])
            #expect(reply.status == 403, "\(stranger): \(sheet) \(reply.text)")
            #expect(!reply.text.contains(line.0) && !reply.text.contains(line.4))
          }
        }
      }
      let owner = try await harness.token("bank:\(line.0)", .clerk)
      var replies: [Reply] = []
      for sheet in sheets {
        replies.append(
          await send(
            harness, owner, [("files", "credit_lines.csv", sheet), ("dry_run", nil, "true")]))
      }
      #expect(replies.map(\.status) == [200, 200, 422, 422], "\(replies.map(\.text))")
      #expect(replies[2].text.contains(line.4), "one's own values are told")
      #expect(replies[3].text.contains("\(line.0)/\(line.1)"), "one's own overlap is told")
    }
  }

  @Test("A sheet of ranks is refused before anybody is told which requests and experts there are")
  func sealed() async throws {
    try await Harness.with { harness in
      let (request, expert) = try await harness.superuser.query(
        """
        SELECT (SELECT min(number) FROM registry.expert_requests),
          (SELECT min(code) FROM registry.experts)
        """
      ).only(String.self, String.self)
      for department in ["county:341802", "science_technology"] {
        let token = try await harness.token(department, .clerk)
        for (request, expert) in [(request, expert), ("none", expert), (request, "none")] {
          let sheet = "side,request,expert,rank\nenterprise,\(request),\(expert),1\n"
          let reply = await send(harness, token, [("files", "expert_rankings.csv", sheet)])
          #expect(reply.status == 403, "\(department): \(reply.text)")
        }
      }
    }
  }

  @Test("Faults come back as a list and as a file, and nothing is loaded")
  func faults() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .clerk)
      let before = try await chains(harness)
      let bad = try enterprises("341802", 2, tax: "much")
      let reply = await send(harness, token, [("files", "../企业.csv", bad)])
      let named = await send(harness, token, [("files", "enterprises.csv", bad)])
      for reply in [reply, named] where reply.code == "invalid_fields" {
        #expect((reply.object["fault_count"] as? Int ?? 0) > 0)
        #expect((reply.object["errors_csv"] as? String)?.contains("\r\n") == true)
        #expect((reply.object["errors"] as? [[String: Any]])?.isEmpty == false)
      }
      #expect(named.status == 422)
      #expect(try await chains(harness) == before)
      for parts: [(String, String?, String)] in [
        [], [("dry_run", nil, "true")], [("files", nil, bad)],
        [("files", "enterprises.csv", bad), ("colour", nil, "red")],
        [("files", "enterprises.csv", bad), ("files", "enterprises.csv", bad)],
        [("files", "enterprises.csv", bad), ("as_of", nil, "2026-13-01")],
      ] {
        let reply = await send(harness, token, parts)
        #expect([400, 422].contains(reply.status), "\(parts): \(reply.text)")
      }
      for type in ["application/json", "multipart/form-data", "multipart/form-data; boundary="] {
        let reply = await harness.call(
          "POST", "/v1/imports", token: token, body: "{}",
          headers: ["Idempotency-Key": "k", "Content-Type": type])
        #expect([400, 415].contains(reply.status), "\(type)")
      }
    }
  }

  @Test("A form is read byte by byte, and a broken one is refused")
  func forms() throws {
    let type = "multipart/form-data; boundary=\"x y\""
    let good = "--x y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\n\r\n--x y--"
    let form = try MultipartForm(Array(good.utf8), contentType: type)
    #expect(form.parts == [.init(name: "a", file: nil, content: Array("1\r\n--x\r\n".utf8))])
    for end in 0..<(good.utf8.count - 2) {
      #expect(throws: Problem.self, "\(end)") {
        try MultipartForm(Array(good.utf8.prefix(end)), contentType: type)
      }
    }
  }

  @Test(
    "Names of parts as browsers, curl, .NET and Java write them",
    arguments: [
      (#"name="files"; filename="银行.csv""#, "files", "银行.csv"),
      ("name=files; filename=banks.csv", "files", "banks.csv"),
      (
        #"name=files; filename="=?utf-8?B?6ZO26KGMLmNzdg==?="; filename*=utf-8''%E9%93%B6%E8%A1%8C.csv"#,
        "files", "银行.csv"
      ),
      (#"NAME="files" ; FileName = "a;b.csv""#, "files", "a;b.csv"),
      (#"name="files"; filename="C:\data\banks.csv""#, "files", "banks.csv"),
      (#"name="files"; filename="../%22x\".csv""#, "files", #""x".csv"#),
      (#"name="files"; filename*=gbk''%D2%F8.csv"#, "files", nil),
      (#"name="dry_run""#, "dry_run", nil), (#"filename="a.csv""#, nil, nil),
      (#"name="files"#, nil, nil), ("name", nil, nil),
    ] as [(String, String?, String?)])
  func dispositions(_ written: String, _ name: String?, _ file: String?) {
    let body = "--b\r\nContent-Disposition: form-data; \(written)\r\n\r\n1\r\n--b--"
    let part = try? MultipartForm(
      Array(body.utf8), contentType: "multipart/form-data; boundary=b"
    ).parts.first
    #expect(part?.name == name)
    #expect(part?.file == file)
  }
}
