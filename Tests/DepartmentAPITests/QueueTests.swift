import Allocation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("Rounds that departments ask for")
struct QueueTests {
  @Test("An office queues a round of its mechanism once; a worker computes it; others see nothing")
  func asked() async throws {
    try await Harness.with { harness in
      let own = try await harness.token("science_technology", .owner)
      let wish = #"{"mechanism":"techvp"}"#
      let first = await harness.post("/v1/rounds", token: own, wish, key: "one")
      #expect(first.status == 202, "\(first.text)")
      #expect(first.object["state"] as? String == "queued")
      let replay = await harness.post("/v1/rounds", token: own, wish, key: "one")
      #expect(replay.status == 202)
      #expect(replay.header("Idempotency-Replayed") == "true")
      let again = await harness.post("/v1/rounds", token: own, wish, key: "two")
      #expect(again.code == "exists", "\(again.text)")

      for (department, role) in [
        ("finance_office", Role.owner), ("supervision", .owner), ("science_technology", .reader),
        ("science_technology", .approver), ("county:341802", .owner),
      ] {
        let token = try await harness.token(department, role)
        let reply = await harness.post("/v1/rounds", token: token, wish)
        #expect(reply.status == 403, "\(department) \(role): \(reply.text)")
      }
      let foreign = try await harness.token("finance_office", .owner)
      #expect(await harness.all("/v1/queued-rounds", token: foreign).items.isEmpty)

      try await RoundWorker(pool: harness.database.pool, name: "test").drain { _ in }
      let watcher = try await harness.token("supervision", .reader)
      let items = await harness.all("/v1/queued-rounds", token: watcher).items
      #expect(items.map { $0["state"] as? String } == ["done"])
      let round: Int = try await harness.one("SELECT max(round_id) FROM allocation.round")
      #expect(items.first?["round_id"] as? Int == round)
    }
  }

  @Test(
    "Wishes that cannot be are refused, each at its field",
    arguments: [
      (#"{}"#, "/mechanism"), (#"{"mechanism":"housing"}"#, "/mechanism"),
      (#"{"mechanism":"techvp","business_date":"2020-01-01"}"#, "/business_date"),
      (#"{"mechanism":"techvp","business_date":7}"#, "/business_date"),
      (#"{"mechanism":"techvp","jurisdiction":"999999"}"#, "/jurisdiction"),
      (#"{"mechanism":"techvp","kind":"nightly"}"#, "/kind"),
    ])
  func refused(wish: String, pointer: String) async throws {
    try await Harness.with { harness in
      let token = try await harness.token("office", .owner)
      let reply = await harness.post("/v1/rounds", token: token, wish)
      #expect(reply.code == "invalid_fields", "\(reply.text)")
      let errors = reply.object["errors"] as? [[String: Any]]
      #expect(errors?.first?["pointer"] as? String == pointer)
    }
  }
}
