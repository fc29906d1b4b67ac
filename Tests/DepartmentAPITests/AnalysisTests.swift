import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("What stored rounds are asked")
struct AnalysisTests {
  /// A report as those who read its JSON see it.
  private func reread(_ report: WhatIfReport) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(report))
    return try #require(value as? [String: Any])
  }

  @Test("Two rounds differ by who gains and who loses, there and back; other rounds do not compare")
  func differences() async throws {
    try await Harness.with { harness in
      let office = try await harness.token("office", .reader)
      let today: DateOnly = try await harness.one(
        "SELECT max(business_date) FROM allocation.round")
      let night = Night(pool: harness.database.pool, actor: "test")
      let next = try await night.run(on: today.adding(days: 1), mechanisms: [.techvp])[0].roundID
      let first: Int = try await harness.one("SELECT min(round_id) FROM allocation.round")
      let there = await harness.call("GET", "/v1/rounds/\(first)/diff?with=\(next)", token: office)
      let back = await harness.call("GET", "/v1/rounds/\(next)/diff?with=\(first)", token: office)
      #expect(there.status == 200, "\(there.text)")
      func requests(_ reply: Reply, _ name: String) -> [String] {
        (reply.object[name] as? [[String: Any]] ?? []).compactMap { $0["request"] as? String }
      }
      #expect(requests(there, "losses") == requests(back, "gains"))
      // Whoever was offered an expert takes part no more.
      let lost: Int = try await harness.one(
        """
        SELECT count(*) FROM allocation.round_request a WHERE a.round_id = \(first)
          AND a.chosen IS NOT NULL AND NOT EXISTS (SELECT FROM allocation.round_request b
            WHERE b.round_id = \(next) AND b.request = a.request AND b.chosen IS NOT NULL)
        """)
      #expect(requests(there, "losses").count == lost)
      #expect(lost > 0)
      let side = there.object["before"] as? [String: Any]
      let objective: Int = try await harness.one(
        "SELECT objective FROM allocation.round WHERE round_id = \(first)")
      #expect(side?["objective"] as? Int == objective)

      let rotation = try await night.run(on: today, mechanisms: [.rotation])[0].roundID
      let path = "/v1/rounds/\(first)/diff"
      for query in ["", "?with=x", "?with=\(rotation)", "?with=\(next)&x=1"] {
        let reply = await harness.call("GET", path + query, token: office)
        #expect([400, 404].contains(reply.status), "\(query): \(reply.text)")
      }
      #expect(await harness.call("GET", path + "?with=99", token: office).status == 404)
      #expect(await harness.call("GET", "/v1/rounds/99", token: office).status == 404)
      #expect(await harness.call("GET", "/v1/rounds/x", token: office).status == 404)
      let round = await harness.call("GET", "/v1/rounds/\(first)", token: office)
      #expect(round.object["objective"] as? Int == objective)
      let unchanged = await harness.call(
        "GET", "/v1/rounds/\(first)", token: office,
        headers: ["If-None-Match": round.header("ETag") ?? ""])
      #expect(unchanged.status == 304)
    }
  }

  @Test("What a what-if cannot be is said in the caller's language")
  func whatIfRefused() async throws {
    try await Harness.with(Harness.town) { harness in
      let friday = try #require(DateOnly(text: "2026-11-20"))
      let night = Night(pool: harness.database.pool, actor: "test")
      let rounds = try await night.run(on: friday, mechanisms: [.finance, .land]).map(\.roundID)
      let token = try await harness.token("office", .owner)
      for round in rounds {
        for changes in [
          #"{"change":"pin"}"#, #"{"change":"colour"}"#,
          #"{"change":"weight","name":"x","value":1}"#,
          #"{"change":"request_out","request":"none"}"#, "7",
        ] {
          func ask(_ language: String) async -> [String: String] {
            let reply = await harness.call(
              "POST", "/v1/rounds/\(round)/what-if", token: token,
              body: #"{"changes":[\#(changes)]}"#,
              headers: ["Idempotency-Key": "k", "Accept-Language": language])
            #expect(reply.code == "invalid_fields", "\(reply.text)")
            return (reply.object["errors"] as? [[String: String]])?.first ?? [:]
          }
          func isChinese(_ text: String?) -> Bool {
            text?.unicodeScalars.contains { $0.properties.isIdeographic } == true
          }
          let (chinese, english) = (await ask("zh-CN"), await ask("en"))
          #expect(isChinese(chinese["detail"]) && isChinese(chinese["remedy"]), "\(chinese)")
          #expect(!isChinese(english["detail"]) && !isChinese(english["remedy"]), "\(english)")
          #expect(chinese["pointer"] == english["pointer"])
        }
      }
    }
  }

  @Test("A what-if over HTTP answers as the command does, and stores nothing")
  func whatIf() async throws {
    try await Harness.with(Harness.town) { harness in
      let friday = try #require(DateOnly(text: "2026-11-20"))
      let night = Night(pool: harness.database.pool, actor: "test")
      let finance = try await night.run(on: friday, mechanisms: [.finance])[0].roundID
      let round = try await night.run(on: friday, mechanisms: [.land])[0].roundID
      let token = try await harness.token("natural_resources", .clerk)
      let path = "/v1/rounds/\(round)/what-if"
      let text =
        #"{"changes":[{"change":"quota","region":"341802","kind":"construction_land","by":500}]}"#
      let events: Int = try await harness.one("SELECT count(*) FROM audit.event")
      let reply = await harness.post(path, token: token, text)
      #expect(reply.status == 200, "\(reply.text)")
      let answer = try await harness.database.pool.withConnection { connection in
        try await WhatIfFile(text: text).prepared(on: nil, jurisdiction: nil, from: connection)
      }.answer(in: .chinese)
      let expected = try reread(answer.report)
      let after = reply.object["after"] as? [String: Any]
      #expect(
        after?["objective"] as? Int == (expected["after"] as? [String: Any])?["objective"] as? Int)
      #expect((reply.object["gains"] as? [Any])?.count == (expected["gains"] as? [Any])?.count)
      #expect(reply.object["round_id"] as? Int == round)
      #expect(try await harness.one("SELECT count(*) FROM audit.event") == events)

      for (wrong, pointer) in [
        (#"{"changes":[{"change":"quota"}]}"#, "/changes/0/lot"),
        (#"{"changes":[{"change":"magic"}]}"#, "/changes/0/change"),
        (#"{"changes":[{"change":"refuse","request":"none"}]}"#, "/changes/0/request"),
        (#"{"changes":7}"#, "/changes"), (#"{"mechanism":"finance","changes":[]}"#, "/mechanism"),
        (#"{"jurisdiction":"999999","changes":[]}"#, "/jurisdiction"),
        (
          "{\"changes\":["
            + Array(repeating: #"{"change":"refuse","request":"x"}"#, count: 51).joined(
              separator: ",")
            + "]}", "/changes"
        ),
      ] {
        let reply = await harness.post(path, token: token, wrong)
        #expect(reply.code == "invalid_fields", "\(wrong.prefix(80)): \(reply.text)")
        let errors = reply.object["errors"] as? [[String: Any]]
        let found = errors?.first?["pointer"] as? String ?? ""
        #expect(found.hasPrefix(pointer.prefix(10)), "\(wrong.prefix(80)): \(found)")
      }
      let other = await harness.post(
        "/v1/rounds/\(finance)/what-if", token: token, #"{"changes":[]}"#)
      #expect(other.status == 404, "a round of another mechanism is not theirs")
      let office = try await harness.token("office", .clerk)
      let stranger = await harness.post(
        "/v1/rounds/\(finance)/what-if", token: office, #"{"changes":[]}"#)
      #expect(stranger.status == 200, "\(stranger.text)")
      #expect((stranger.object["gains"] as? [Any])?.isEmpty == true)

      // The same round under another policy.
      let li = try await harness.token("office", .clerk)
      let made = await harness.post(
        "/v1/policies", token: li,
        #"{"base":2,"title":"x","parameters":{"land.weight.tax":0.55,"land.weight.investment":0}}"#)
      let impact = await harness.call(
        "GET", "/v1/policies/\(made.object["version"] ?? "")/impact?mechanism=land", token: li)
      let weighed = try #require(
        (impact.object["rounds"] as? [[String: Any]])?.first, "\(impact.text)")
      let under = weighed["after"] as? [String: Any]
      #expect((under?["objective"] as? Int ?? 0) >= (weighed["kept"] as? Int ?? .max))
      #expect((under?["gap"] as? Int ?? -1) >= 0)
    }
  }

  @Test("Places for computing are few, and one a caller")
  func places() async throws {
    let bench = Workbench(places: 2)
    func code(_ caller: UInt8) async -> ProblemCode? {
      do {
        try await bench.hold(for: [caller]) {}
        return nil
      } catch {
        return (error as? Problem)?.code
      }
    }
    try await bench.hold(for: [1]) {
      #expect(await code(1) == .tooManyRequests)
      #expect(await code(2) == nil)
      try await bench.hold(for: [2]) {
        #expect(await code(3) == .busy)
        #expect(await code(2) == .tooManyRequests)
      }
      #expect(await code(3) == nil)
    }
    #expect(await code(1) == nil)
    await #expect(throws: CancellationError.self) {
      try await bench.hold(for: [1]) { throw CancellationError() }
    }
    #expect(await code(1) == nil, "a failure gives its place back")
  }
}
