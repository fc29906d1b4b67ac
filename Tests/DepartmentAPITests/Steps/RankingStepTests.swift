import Allocation
import Crypto
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("Lists of ranks over HTTP")
struct RankingStepTests {
  @Test("Filed once, its digest seen at once, its content by nobody before a round has opened it")
  func sealed() async throws {
    try await SmallOffice.with { office in
      let school = try await office.token("university:4134010359")
      let county = try await office.token("county:341802")
      let list = #"{"side":"expert","party":"ZJ-1","choices":["KJ-2","KJ-1"]}"#
      let filed = await office.harness.post("/v1/rankings", token: school, list)
      #expect(filed.status == 201, "\(filed.text)")
      let path = try #require(filed.header("Location"))
      let hash = try #require(filed.object["hash"] as? String)
      #expect(filed.object["entries"] as? Int == 2)
      let again = await office.harness.post("/v1/rankings", token: school, list)
      #expect(again.code == "exists", "\(again.text)")

      let science = try await office.token("science_technology")
      for token in [school, science] {
        let seen = await office.get(path, token)
        #expect(seen.object["hash"] as? String == hash)
        #expect(seen.object["choices"] is NSNull, "\(seen.text)")
      }
      #expect(await office.get(path, county).status == 404)
      #expect(await office.get("/v1/rankings", county).object["hidden"] as? Int == 1)

      try await office.night("2026-12-01", .techvp)
      let opened = await office.get(path, school)
      let choices = try #require(opened.object["choices"] as? [[String: Any]], "\(opened.text)")
      #expect(choices.map { $0["choice"] as? String } == ["KJ-2", "KJ-1"])
      let text = choices.map {
        "\($0["rank"] ?? "")\t\($0["choice"] ?? "")\t\($0["salt"] ?? "")\n"
      }.joined()
      let digest = SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
      #expect(digest == hash)
    }
  }

  @Test(
    "Nobody files for others, for nobody, or what does not exist",
    arguments: [
      (#"{"side":"expert","party":"ZJ-2","choices":["KJ-1"]}"#, "/party"),
      (#"{"side":"enterprise","party":"KJ-1","choices":["ZJ-1"]}"#, "/party"),
      (#"{"side":"expert","party":"ZJ-1","choices":["KJ-9"]}"#, "/choices"),
      (#"{"side":"expert","party":"ZJ-1","choices":["KJ-1","KJ-1"]}"#, "/choices"),
      (#"{"side":"expert","party":"ZJ-1","choices":[]}"#, "/choices"),
      (#"{"side":"both","party":"ZJ-1","choices":["KJ-1"]}"#, "/side"),
    ])
  func refused(list: String, pointer: String) async throws {
    try await SmallOffice.with { office in
      let school = try await office.token("university:4134010359")
      let reply = await office.harness.post("/v1/rankings", token: school, list)
      #expect(reply.code == "invalid_fields", "\(reply.text)")
      let errors = reply.object["errors"] as? [[String: Any]]
      #expect(errors?.first?["pointer"] as? String == pointer, "\(reply.text)")
      let seals: Int = try await office.harness.one("SELECT count(*) FROM registry.ranking_seal")
      #expect(seals == 0)
    }
  }

  @Test("Ten who file one list at once: one is sealed")
  func races() async throws {
    try await SmallOffice.with { office in
      let county = try await office.token("county:341802")
      let replies = await withTaskGroup(of: Reply.self) { group in
        for number in 0..<10 {
          let other = number % 2 == 0 ? "ZJ-1" : "ZJ-2"
          group.addTask {
            await office.harness.post(
              "/v1/rankings", token: county,
              #"{"side":"enterprise","party":"KJ-1","choices":["\#(other)"]}"#)
          }
        }
        return await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(replies.count { $0.status == 201 } == 1)
      #expect(replies.count { $0.code == "exists" } == 9)
      let seals: Int = try await office.harness.one("SELECT count(*) FROM registry.ranking_seal")
      #expect(seals == 1)
    }
  }
}
