import Allocation
import Foundation
import Postgres
import TestSupport
import Testing

@testable import DepartmentAPI

@Suite("The stream of events")
struct EventTests {
  /// What a stream that ends after its first look says.
  private func look(_ harness: Harness, _ token: String, after: String?) async -> Reply {
    await harness.call(
      "GET", "/v1/events", token: token, headers: after.map { ["Last-Event-ID": $0] } ?? [:])
  }

  private func lastID(_ reply: Reply) -> String? {
    reply.text.split(separator: "\n").last { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
  }

  @Test("A caller is told of its rows and of nobody else's, from where it left off")
  func resumed() async throws {
    try await Harness.with { harness in
      let own = try await harness.token("county:341802", .clerk)
      let other = try await harness.token("county:341821", .clerk)
      let start = await look(harness, own, after: nil)
      #expect(start.header("Content-Type") == "text/event-stream")
      let at = try #require(lastID(start))
      #expect(!start.text.contains("data:"))
      let row = await harness.call("GET", "/v1/enterprises?region=341802&limit=1", token: own)
        .items[0]
      let uscc = row["uscc"] as? String ?? ""
      let changed = await harness.call(
        "PATCH", "/v1/enterprises/\(uscc)", token: own, body: #"{"employees":7}"#,
        headers: ["If-Match": "\"\(row["version"] ?? "")\""])
      #expect(changed.status == 200)
      let told = await look(harness, own, after: at)
      #expect(told.text.contains("event: change"))
      #expect(told.text.contains(uscc))
      let foreign = await look(harness, other, after: at)
      #expect(!foreign.text.contains("data:"), "\(foreign.text)")
      #expect(lastID(foreign) == lastID(told), "it is told how far the chain is")
      #expect(await !look(harness, own, after: lastID(told)).text.contains("data:"))
      for wrong in ["x", "-1", "01", ""] {
        #expect(await look(harness, own, after: wrong).code == "bad_parameter")
      }
      let auditor = try await harness.token("audit", .auditor)
      #expect(await look(harness, auditor, after: nil).code == "forbidden")
    }
  }

  @Test("An open stream is woken by a commit, and ends with the service or the token")
  func live() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .clerk)
      let running = Task { try await harness.hub.run() }
      try await eventually("the feed runs") { harness.hub.isRunning }
      let stream = Task { await look(harness, token, after: nil) }
      try await eventually("a stream is open") { harness.hub.streams > 0 }
      let row = await harness.call("GET", "/v1/chains?limit=1", token: token).items[0]
      let (place, code) = (row["jurisdiction"] as? String ?? "", row["code"] as? String ?? "")
      let changed = await harness.call(
        "PATCH", "/v1/chains/\(place)/\(code)", token: token, body: #"{"name":"改名的产业链"}"#,
        headers: ["If-Match": "\"\(row["version"] ?? "")\""])
      #expect(changed.status == 200, "\(changed.text)")
      // The token's end is an event of the chain, too: it wakes the stream, which then ends.
      let desk = TokenDesk(pool: harness.database.pool)
      try await desk.revoke(try #require(try await desk.list().first).id, by: "test", cause: "t")
      _ = await stream.value
      #expect(harness.hub.streams == 0)
      let fresh = try await harness.token("industry", .clerk)
      let second = Task { await look(harness, fresh, after: nil) }
      try await eventually("a stream is open") { harness.hub.streams > 0 }
      running.cancel()
      #expect(await second.value.status == 200)
      try? await running.value
    }
  }
}
