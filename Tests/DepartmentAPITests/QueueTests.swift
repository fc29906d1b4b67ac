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

  @Test("/metrics tells of the process also while the database is away")
  func measuredAlone() async throws {
    try await Harness.with { harness in
      let here = await harness.call("GET", "/metrics").text
      #expect(here.contains("\nyaosu_database_up 1\n"))
      #expect(here.contains("\nyaosu_offers{"))
      await harness.database.pool.close()
      let reply = await harness.call("GET", "/metrics")
      #expect(reply.status == 200)
      #expect(reply.text.contains("\nyaosu_database_up 0\n"), "\(reply.text)")
      #expect(reply.text.contains("\nyaosu_http_requests_total{"))
      #expect(reply.text.contains("\nyaosu_pool_connections_in_use 0\n"))
      #expect(!reply.text.contains("yaosu_offers"))
    }
  }

  @Test("/metrics tells of calls, the pool, rounds, the queue, and offers by state")
  func measured() async throws {
    try await Harness.with { harness in
      func value(_ name: String) async -> Double? {
        let text = await harness.call("GET", "/metrics").text
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line?.split(separator: " ").last.flatMap { Double($0) }
      }
      let own = try await harness.token("science_technology", .owner)
      let waits = #"yaosu_queued_rounds{mechanism="techvp",state="queued"}"#
      #expect(await value(waits) == nil, "nobody has asked yet")
      let asked = await harness.post("/v1/rounds", token: own, #"{"mechanism":"techvp"}"#)
      #expect(asked.status == 202)
      #expect(await value(waits) == 1)
      #expect((await value(#"yaosu_queue_age_seconds{mechanism="techvp"}"#) ?? 0) > 0)
      try await harness.superuser.execute(
        """
        INSERT INTO allocation.queue_lease (queued_id, worker, lapses_at)
        SELECT queued_id, 'test', now() + interval '1 hour' FROM allocation.queued_round
        """)
      #expect(await value(waits) == 0)
      #expect(await value(#"yaosu_queued_rounds{mechanism="techvp",state="running"}"#) == 1)
      #expect(await value(#"yaosu_queued_rounds{mechanism="techvp",state="failed"}"#) == 0)
      try await harness.superuser.execute("DELETE FROM allocation.queue_lease")
      try await RoundWorker(pool: harness.database.pool, name: "test").drain { _ in }
      #expect(await value(waits) == 0)
      let rounds: Int = try await harness.one(
        "SELECT count(*) FROM allocation.round WHERE status = 'stable'")
      #expect(await value(#"yaosu_rounds{mechanism="techvp",status="stable"}"#) == Double(rounds))
      let offers: Int = try await harness.one(
        "SELECT count(*) FROM allocation.offer WHERE state = 'offered'")
      #expect(
        await value(#"yaosu_offers{mechanism="techvp",state="offered"}"#) == Double(offers))
      #expect(
        await value(#"yaosu_http_requests_total{operation="startRound",status="202"}"#) == 1)
      #expect(
        await value(#"yaosu_http_request_seconds_count{operation="startRound"}"#) == 1)
      let maximum = await value("yaosu_pool_connections_max") ?? 0
      #expect((1...maximum).contains(await value("yaosu_pool_connections") ?? 0))
      #expect(await value("yaosu_pool_waiting") == 0)
      try await harness.database.pool.withConnection { _ in
        let inUse = await value("yaosu_pool_connections_in_use") ?? 0
        #expect((1...maximum).contains(inUse), "this one at least")
      }
      #expect(await value("yaosu_pool_connections_in_use") == 0)
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
