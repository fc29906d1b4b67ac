import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("Overrides")
struct OverrideTests {
  /// Approves what was asked for, as Wang of the office.
  private func approve(_ harness: Harness, _ asked: Reply) async throws -> Reply {
    let wang = try await harness.token("office", .approver, person: "wang")
    let act = try #require(asked.header("Location"), "\(asked.text)")
    return await harness.post(
      act + "/approve", token: wang,
      #"{"content_digest":"\#(asked.object["content_digest"] ?? "")"}"#,
      version: asked.object["etag"] as? String)
  }

  @Test("A parcel is given by decision once another person has approved, and not before")
  func land() async throws {
    try await Harness.with(Harness.town) { harness in
      let sessions = try await SessionDesk(pool: harness.database.pool, jurisdiction: nil)
      let saturday = try #require(DateOnly(text: "2026-11-21"))
      _ = try await sessions.open(saturday, attending: ["office"], by: "office")
      let li = try await harness.token("natural_resources", .clerk, person: "li")
      func wish(_ area: String) -> String {
        """
        {"kind":"allocate_land","content":{"session":"2026-11-21","request":"TD-2","parcel":"DK-A",
         "area_mu":"\(area)"},"note":"重点项目"}
        """
      }
      let large = await harness.post("/v1/overrides", token: li, wish("400"))
      #expect((400..<500).contains(large.status), "\(large.text)")
      let asked = await harness.post("/v1/overrides", token: li, wish("18"))
      #expect(asked.status == 201, "\(asked.text)")
      let given: SQL = """
        SELECT count(*) FROM allocation.offer
        WHERE request = 'TD-2' AND resource = 'DK-A' AND amount = 18 AND state = 'accepted'
        """
      #expect(try await harness.one(given) == 0)
      #expect(try await harness.one("SELECT count(*) FROM land.decision") == 0)
      let done = try await approve(harness, asked)
      #expect(done.status == 200, "\(done.text)")
      #expect(try await harness.one(given) == 1)
      let again = await harness.post("/v1/overrides", token: li, wish("18"))
      #expect(again.status == 409, "what is given is not asked for again: \(again.text)")
    }
  }

  @Test("A chain's banks are changed once another person has approved, and as they were then")
  func banks() async throws {
    try await Harness.with(Harness.town) { harness in
      let (lead, partner): (String, String) = try await harness.superuser.query(
        "SELECT lead, partner FROM finance.chain_bank WHERE chain = 'C01'"
      ).only(String.self, String.self)
      let li = try await harness.token("finance_office", .owner, person: "li")
      func wish(_ lead: String, _ partner: String) -> String {
        """
        {"kind":"change_banks","content":{"chain":"C01","lead":"\(lead)","partner":"\(partner)",
         "from":"2026-12-01","reason":"主办行申请","document_no":"宣金〔2026〕18号"}}
        """
      }
      for (one, two) in [(lead, partner), (lead, lead), (lead, "BX")] {
        let reply = await harness.post("/v1/overrides", token: li, wish(one, two))
        #expect((400..<500).contains(reply.status), "\(reply.text)")
      }
      let asked = await harness.post("/v1/overrides", token: li, wish(partner, lead))
      #expect(asked.status == 201, "\(asked.text)")
      let second = await harness.post("/v1/overrides", token: li, wish(partner, lead))
      #expect(second.code == "exists", "one change of a chain waits at a time")
      let now: SQL = """
        SELECT lead FROM finance.chain_bank WHERE chain = 'C01' AND period @> date '2026-12-01'
        """
      #expect(try await harness.one(now) == lead)
      let done = try await approve(harness, asked)
      #expect(done.status == 200, "\(done.text)")
      #expect(try await harness.one(now) == partner)
      let foreign = try await harness.token("natural_resources", .owner, person: "zhao")
      let refused = await harness.post("/v1/overrides", token: foreign, wish(lead, partner))
      #expect(refused.code == "forbidden")
    }
  }

  @Test(
    "An override that says too little or too much is refused at its field",
    arguments: [
      (#"{"kind":"allocate_land","content":{}}"#, "/content/request"),
      (
        #"{"kind":"allocate_land","content":{"request":"a","parcel":"b","area_mu":"1","session":"x"}}"#,
        "/content/session"
      ),
      (#"{"kind":"change_banks","content":{"colour":"red"}}"#, "/content/colour"),
      (#"{"kind":"publish_round","content":{}}"#, "/kind"),
      (#"{"kind":"change_banks","content":[]}"#, "/content"),
      (#"{"kind":"change_banks","content":{},"by":"me"}"#, "/by"),
    ])
  func wrong(body: String, pointer: String) async throws {
    try await Harness.with(Harness.town) { harness in
      let token = try await harness.token("office", .owner, person: "li")
      let reply = await harness.post("/v1/overrides", token: token, body)
      #expect(reply.code == "invalid_fields", "\(reply.text)")
      let errors = reply.object["errors"] as? [[String: Any]]
      #expect(errors?.first?["pointer"] as? String == pointer)
    }
  }
}
