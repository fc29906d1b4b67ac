import Allocation
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import TestSupport
import Testing

@testable import DepartmentAPI

extension Harness {
  /// What a stream that ends after its first look says.
  func events(_ token: String, after: String?) async -> Reply {
    await call(
      "GET", "/v1/events", token: token, headers: after.map { ["Last-Event-ID": $0] } ?? [:])
  }

  /// Another name for the first chain, by a token of the industry's office.
  func renameChain(_ token: String, to name: String) async {
    let row = await call("GET", "/v1/chains?limit=1", token: token).items[0]
    let (place, code) = (row["jurisdiction"] as? String ?? "", row["code"] as? String ?? "")
    let changed = await call(
      "PATCH", "/v1/chains/\(place)/\(code)", token: token, body: #"{"name":"\#(name)"}"#,
      headers: ["If-Match": "\"\(row["version"] ?? "")\""])
    #expect(changed.status == 200, "\(changed.text)")
  }
}

extension Reply {
  /// The position that a stream has told last.
  var lastID: String? {
    text.split(separator: "\n").last { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
  }
}

/// A stream that is read while it goes on.
private struct OpenStream: Sendable {
  private let said: Locked<[UInt8]>
  private let reading: Task<Void, Never>

  init(on responder: APIResponder, token: String) {
    let fields: HTTPFields = [.authorization: "Bearer \(token)"]
    let head = HTTPRequest(
      method: .get, scheme: "http", authority: "test", path: "/v1/events", headerFields: fields)
    let said = Locked<[UInt8]>([])
    self.said = said
    reading = Task {
      let request = Request(head: head, body: .init(buffer: ByteBuffer(bytes: [UInt8]())))
      let response = await responder.response(to: request)
      try? await response.body.write(Sink(said: said))
    }
  }

  var text: String { said.withLock { String(decoding: $0, as: UTF8.self) } }

  /// How many changes it has told so far.
  var changes: Int { text.split(separator: "\n").count { $0 == "event: change" } }

  /// Waits for its end.
  func end() async { await reading.value }

  private struct Sink: ResponseBodyWriter {
    let said: Locked<[UInt8]>

    mutating func write(_ buffer: ByteBuffer) async throws {
      said.withLock { $0 += buffer.readableBytesView }
    }

    consuming func finish(_: HTTPFields?) async throws {}
  }
}

@Suite("The stream of events")
struct EventTests {
  @Test("A caller is told of its rows and of nobody else's, from where it left off")
  func resumed() async throws {
    try await Harness.with { harness in
      let own = try await harness.token("county:341802", .clerk)
      let other = try await harness.token("county:341821", .clerk)
      let start = await harness.events(own, after: nil)
      #expect(start.header("Content-Type") == "text/event-stream")
      let at = try #require(start.lastID)
      #expect(!start.text.contains("data:"))
      let row = await harness.call("GET", "/v1/enterprises?region=341802&limit=1", token: own)
        .items[0]
      let uscc = row["uscc"] as? String ?? ""
      let changed = await harness.call(
        "PATCH", "/v1/enterprises/\(uscc)", token: own, body: #"{"employees":7}"#,
        headers: ["If-Match": "\"\(row["version"] ?? "")\""])
      #expect(changed.status == 200)
      let told = await harness.events(own, after: at)
      #expect(told.text.contains("event: change"))
      #expect(told.text.contains(uscc))
      let foreign = await harness.events(other, after: at)
      #expect(!foreign.text.contains("data:"), "\(foreign.text)")
      #expect(foreign.lastID == told.lastID, "it is told how far the chain is")
      #expect(await !harness.events(own, after: told.lastID).text.contains("data:"))
      for wrong in ["x", "-1", "01", ""] {
        #expect(await harness.events(own, after: wrong).code == "bad_parameter")
      }
      let auditor = try await harness.token("audit", .auditor)
      #expect(await harness.events(auditor, after: nil).code == "forbidden")
    }
  }

  @Test("A position beyond the chain's end is said to be none, and the stream goes on from the end")
  func reset() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .clerk)
      let end = try #require(await harness.events(token, after: nil).lastID)
      #expect(await !harness.events(token, after: end).text.contains("event:"), "the end is one")
      let beyond = "\((Int(end) ?? 0) + 1)"
      for position in [beyond, "999999999999999999"] {
        let reply = await harness.events(token, after: position)
        #expect(
          reply.text.contains("event: reset\nid: \(end)\ndata: {\"position\":\"\(end)\"}\n\n"),
          "\(reply.text)")
        #expect(reply.lastID == end)
      }
      // From there it goes on; a position that the chain has come to meanwhile is one of its own.
      await harness.renameChain(token, to: "改名的产业链")
      #expect(await harness.events(token, after: end).text.contains("event: change"))
      #expect(await !harness.events(token, after: beyond).text.contains("event:"))
    }
  }

  @Test("An open stream is woken by a commit, and ends with the service or the token")
  func live() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .clerk)
      let running = Task { try await harness.hub.run() }
      try await eventually("the feed runs") { harness.hub.isRunning }
      let stream = Task { await harness.events(token, after: nil) }
      try await eventually("a stream is open") { harness.hub.streams > 0 }
      await harness.renameChain(token, to: "改名的产业链")
      // The token's end is an event of the chain, too: it wakes the stream, which then ends.
      let desk = TokenDesk(pool: harness.database.pool)
      try await desk.revoke(try #require(try await desk.list().first).id, by: "test", cause: "t")
      _ = await stream.value
      #expect(harness.hub.streams == 0)
      let fresh = try await harness.token("industry", .clerk)
      let second = Task { await harness.events(fresh, after: nil) }
      try await eventually("a stream is open") { harness.hub.streams > 0 }
      running.cancel()
      #expect(await second.value.status == 200)
      try? await running.value
    }
  }

  @Test("A bearer has so many streams and no more, others have theirs; a place left is free again")
  func places() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .reader)
      let bearer = try #require(TokenSecret(shown: token)).digest
      let running = Task { try await harness.hub.run() }
      try await eventually("the feed runs") { harness.hub.isRunning }
      var held = try (0..<EventHub.mostOfBearer).map { _ in
        try harness.hub.subscribe(for: bearer)
      }
      let refused = await harness.events(token, after: nil)
      #expect(refused.status == 429 && refused.code == "too_many_requests", "\(refused.text)")
      #expect(refused.header("Retry-After") == "30")
      let others = OpenStream(
        on: harness.responder, token: try await harness.token("industry", .reader))
      try await eventually("somebody else's stream is open") { others.text.contains("id: ") }
      held.removeLast()
      #expect(harness.hub.streams == EventHub.mostOfBearer, "the others' one among them")
      let again = OpenStream(on: harness.responder, token: token)
      try await eventually("the bearer's stream is open") { again.text.contains("id: ") }
      held.removeAll()
      #expect(harness.hub.streams == 2)
      running.cancel()
      await others.end()
      await again.end()
      try? await running.value
    }
  }

  @Test("All bearers together have so many streams, and a service that is full says so")
  func full() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .reader)
      let running = Task { try await harness.hub.run() }
      try await eventually("the feed runs") { harness.hub.isRunning }
      let held = try (0..<EventHub.most).map {
        try harness.hub.subscribe(for: [UInt8($0 / EventHub.mostOfBearer)])
      }
      let refused = await harness.events(token, after: nil)
      #expect(refused.status == 503 && refused.code == "unavailable", "\(refused.text)")
      #expect(held.count == harness.hub.streams)
      running.cancel()
      try? await running.value
    }
  }

  /// What makes a token of the identity provider count no more while a stream is open.
  enum Ending: CaseIterable, Sendable { case expiry, withdrawnKey }

  @Test(
    "The stream of an identity provider's person ends with their token, and with its key",
    .timeLimit(.minutes(10)), arguments: Ending.allCases)
  func personsToken(ending: Ending) async throws {
    let issuer = try Issuer()
    let clock = Locked(Issuer.now)
    let age = Locked(ContinuousClock.now)
    let document = Locked(try issuer.document)
    let source = KeySource(
      read: { Array(document.withLock { $0 }.utf8) }, now: { age.withLock { $0 } })
    let provider = IdentityProvider(
      issuer: Issuer.name, audience: Issuer.audience, source: source,
      now: { clock.withLock { $0 } })
    try await Harness.with { harness in
      let server = Self.server(harness, provider)
      let running = Task { try await server.hub.run() }
      try await eventually("the feed runs") { server.hub.isRunning }
      let responder = try server.responder(CallDesk(pool: harness.database.pool))
      let stream = OpenStream(on: responder, token: try issuer.token())
      try await eventually("the stream is open") { stream.text.contains("id: ") }
      let token = try await harness.token("industry", .clerk)
      // It expires 300 s from now, with a minute of grace.
      clock.withLock { $0 += 359 }
      await harness.renameChain(token, to: "甲")
      try await eventually("the change is told") { stream.changes == 1 }
      switch ending {
      case .expiry: clock.withLock { $0 += 1 }
      case .withdrawnKey:
        document.withLock { $0 = $0.replacing("\"kid\":\"e\"", with: "\"kid\":\"new\"") }
        age.withLock { $0 += KeySource.age }
      }
      await harness.renameChain(token, to: "乙")
      await stream.end()
      #expect(stream.changes == 1, "\(stream.text)")
      #expect(server.hub.streams == 0)
      running.cancel()
      try? await running.value
    }
  }

  /// A server whose streams go on, with an identity provider.
  private static func server(_ harness: Harness, _ provider: IdentityProvider) -> DepartmentServer {
    DepartmentServer(
      pool: harness.database.pool, address: "127.0.0.1", port: 0, limits: .forTests,
      provider: provider, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      requireSchema: {})
  }
}
