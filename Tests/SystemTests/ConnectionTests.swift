import Foundation
import Postgres
import TestSupport
import Testing

/// Brief calls are answered by another way through the server than the rest: what is here mixes both
/// on one connection.
@Suite("yaosu serve, one connection after many requests", .timeLimit(.minutes(5)))
struct ConnectionTests {
  private static func with(
    _ body: (ServeProcess, _ token: String, Pool) async throws -> Void,
    after: (Pool) async throws -> Void = { _ in }
  ) async throws {
    try await ServeTests.with { pool, environment, folder in
      let token = try await ServeTests.token("clerk", environment)
      let server = try await ServeProcess.start(environment, in: folder)
      do {
        try await body(server, token, pool)
      } catch {
        await server.kill()
        throw error
      }
      #expect(await server.stop())
      try await after(pool)
    }
  }

  /// A request that leaves the connection open, by an id of its own.
  private static func request(
    _ method: String, _ path: String, _ id: String, token: String? = nil,
    _ headers: [String: String] = [:], body: String? = nil
  ) -> String {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: x", "X-Request-Id: \(id)"]
    if let token { lines.append("Authorization: Bearer \(token)") }
    if let body {
      lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
    }
    lines += headers.map { "\($0.key): \($0.value)" }
    return (lines + ["", body ?? ""]).joined(separator: "\r\n")
  }

  private static func chain(_ code: String, _ id: String, _ token: String) -> String {
    request(
      "POST", "/v1/chains", id, token: token, ["Idempotency-Key": id],
      body: #"{"code":"\#(code)","name":"汽车零部件","industry_divisions":["C36"]}"#)
  }

  /// Of each answer its status and its request's id, in the order in which they came.
  private static func answers(_ text: String) -> [String] {
    text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { answer in
      let id = answer.split(separator: "\r\n").first { $0.lowercased().hasPrefix("x-request-id:") }
      return "\(answer.prefix(3)) \(id?.dropFirst(14) ?? "")"
    }
  }

  private static let places = "/v1/chains/341800"

  @Test("Requests sent ahead are answered in their order, whichever way each goes")
  func pipelined() async throws {
    try await Self.with { server, token, _ in
      let wire = try #require(Wire(port: server.port))
      let ids = (1...9).map { "request-\($0)" }
      try wire.send(
        Self.chain("C01", ids[0], token)
          + Self.request("GET", "/v1/chains", ids[1], token: token)
          + Self.request("GET", "\(Self.places)/C01", ids[2], token: token)
          + Self.request("GET", "/healthz", ids[3])
          + Self.request("HEAD", "\(Self.places)/C01", ids[4], token: token)
          + Self.request("GET", "/nothing", ids[5])
          + Self.chain("C02", ids[6], token)
          + Self.request("GET", "\(Self.places)/C03", ids[7], token: token)
          + Self.request("GET", "\(Self.places)/C02", ids[8])
          + "no HTTP at all\r\n\r\n")
      let text = wire.receive()
      #expect(
        Self.answers(text).dropLast() == [
          "201 request-1", "200 request-2", "200 request-3", "200 request-4", "200 request-5",
          "404 request-6", "201 request-7", "404 request-8", "401 request-9",
        ])
      #expect(Self.answers(text).last?.hasPrefix("400") == true)
      #expect(text.contains("malformed") || text.contains("bad_request"), "\(text.suffix(600))")
    }
  }

  @Test("Thousands of brief requests in one go")
  func many() async throws {
    try await Self.with { server, _, _ in
      let wire = try #require(Wire(port: server.port))
      let ids = (1000..<4000).map { "many-\($0)" }
      try wire.send(
        ids.map { Self.request("GET", "/healthz", $0) }.joined()
          + Self.request("GET", "/healthz", "the-last-one", ["Connection": "close"]))
      #expect(
        Self.answers(wire.receive()) == ids.map { "200 \($0)" } + ["200 the-last-one"])
    }
  }

  @Test("A body that comes in pieces is waited for, and what comes behind it is answered, too")
  func pieces() async throws {
    try await Self.with { server, token, pool in
      let wire = try #require(Wire(port: server.port))
      let parts = Self.chain("C01", "in-pieces", token).components(separatedBy: "\"name\"")
      try wire.send(parts[0])
      // Only what this connection has not sent yet is waited for.
      #expect(try server.ask("GET", "/healthz").hasPrefix("HTTP/1.1 200"))
      try wire.send(
        "\"name\"" + parts[1]
          + Self.request(
            "GET", "\(Self.places)/C01", "behind-it", token: token, ["Connection": "close"]))
      #expect(Self.answers(wire.receive()) == ["201 in-pieces", "200 behind-it"])
      #expect(try await pool.query("SELECT count(*) FROM registry.chains").only(Int.self) == 1)
    }
  }

  @Test("Who has said all there is to say still hears the answer")
  func halfClosed() async throws {
    try await Self.with { server, token, pool in
      let wire = try #require(Wire(port: server.port))
      // The call waits in the database while its connection is closed from the other side.
      let holder = try await Self.lock(pool)
      defer { holder.close() }
      try wire.send(Self.chain("C01", "half-closed", token))
      try await Self.waitForLock(pool)
      wire.sayNoMore()
      #expect(try server.ask("GET", "/healthz").hasPrefix("HTTP/1.1 200"))
      try await holder.execute("COMMIT")
      #expect(Self.answers(wire.receive()) == ["201 half-closed"])
    }
  }

  @Test("Answers that nobody takes in pile up to a bound, and all arrive when somebody does")
  func flooded() async throws {
    try await Self.with { server, _, _ in
      let wire = try #require(Wire(port: server.port))
      let request = Self.request("GET", "/healthz", "in-a-flood")
      let most = 40 << 20
      let sent = wire.flood(String(repeating: request, count: 1000), most: most)
      #expect(sent < most, "nobody reads, and yet all is taken in")
      let complete = sent / request.utf8.count
      var (answers, rest) = (0, "")
      while answers < complete {
        let more = wire.receive { !$0.isEmpty }
        guard !more.isEmpty else { break }
        let parts = (rest + more).components(separatedBy: "HTTP/1.1 200")
        answers += parts.count - 1
        rest = String((parts.last ?? "").suffix(11))
      }
      #expect(answers == complete)
      #expect(try server.ask("GET", "/healthz").hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test("Who has said thousands of requests and no more hears every answer, late as it may be")
  func halfClosedLater() async throws {
    try await Self.with { server, _, _ in
      // Takes in little at a time: most answers wait in the server.
      let wire = try #require(Wire(port: server.port, room: 4096))
      let ids = (10_000..<30_000).map { "many-\($0)" }
      try wire.send(ids.map { Self.request("GET", "/healthz", $0) }.joined())
      wire.sayNoMore()
      #expect(try server.ask("GET", "/healthz").hasPrefix("HTTP/1.1 200"))
      #expect(Self.answers(wire.receive()) == ids.map { "200 \($0)" })
    }
  }

  @Test("What was sent ahead on a connection that is gone is not carried out")
  func gone() async throws {
    try await Self.with { server, token, pool in
      let wire = try #require(Wire(port: server.port))
      let holder = try await Self.lock(pool)
      defer { holder.close() }
      try wire.send((11...40).map { Self.chain("C\($0)", "for-nobody-\($0)", token) }.joined())
      try await Self.waitForLock(pool)
      wire.abort()
      // Whichever thread a connection is given to: each has looked at its sockets since.
      for _ in 0..<32 { #expect(try server.ask("GET", "/healthz").hasPrefix("HTTP/1.1 200")) }
      try await holder.execute("COMMIT")
      try await eventually("the first is carried out") {
        try await pool.query("SELECT count(*) FROM registry.chains").only(Int.self) > 0
      }
    } after: { pool in
      let count = try await pool.query("SELECT count(*) FROM registry.chains").only(Int.self)
      #expect(count == 1)
    }
  }

  /// Who holds the chains until its transaction ends.
  private static func lock(_ pool: Pool) async throws -> Connection {
    let holder = try await Connection.connect(pool.configuration)
    try await holder.execute("BEGIN")
    try await holder.execute("LOCK TABLE registry.chains IN ACCESS EXCLUSIVE MODE")
    return holder
  }

  private static func waitForLock(_ pool: Pool) async throws {
    try await eventually("somebody waits for a lock") {
      try await pool.query(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """
      ).only(Int.self) > 0
    }
  }

  @Test("Only the word itself ends the connection")
  func anotherWord() async throws {
    try await Self.with { server, _, _ in
      let wire = try #require(Wire(port: server.port))
      try wire.send(
        Self.request("GET", "/healthz", "not-the-last", ["Connection": "xclose"])
          + Self.request("GET", "/healthz", "the-last-one", ["Connection": "x, close"]))
      #expect(Self.answers(wire.receive()) == ["200 not-the-last", "200 the-last-one"])
    }
  }

  @Test("Connection: close ends it behind the answer; what is sent behind it counts for nothing")
  func closing() async throws {
    try await Self.with { server, token, pool in
      let wire = try #require(Wire(port: server.port))
      try wire.send(
        Self.request("GET", "/healthz", "the-last-one", ["Connection": "Close"])
          + Self.chain("C01", "too-late", token))
      let text = wire.receive()
      #expect(Self.answers(text) == ["200 the-last-one"])
      #expect(text.lowercased().contains("connection: close"))
      #expect(try await pool.query("SELECT count(*) FROM registry.chains").only(Int.self) == 0)
    }
  }

  @Test("Both ways tell the same in their heads")
  func heads() async throws {
    try await Self.with { server, token, _ in
      let wire = try #require(Wire(port: server.port))
      try wire.send(
        Self.chain("C01", "by-the-one", token)
          + Self.request(
            "GET", "\(Self.places)/C01", "brief-one", token: token)
          // Asked to be asked for a body that it has not: the long way.
          + Self.request(
            "GET", "\(Self.places)/C01", "long-way", token: token,
            ["Transfer-Encoding": "chunked", "Connection": "close"]) + "0\r\n\r\n")
      let answers = wire.receive().components(separatedBy: "HTTP/1.1 ").suffix(2).map { answer in
        answer.components(separatedBy: "\r\n")
          .filter { !$0.hasPrefix("X-Request-Id") && !$0.lowercased().hasPrefix("connection") }
          .map { $0.hasPrefix("Date") ? String($0.prefix(10)) : $0 }.sorted()
      }
      #expect(answers.count == 2)
      #expect(answers.first == answers.last)
      #expect(answers.first?.contains { $0.hasPrefix("Server: yaosu") } == true)
      #expect(answers.first?.contains { $0.hasPrefix("ETag") } == true)
    }
  }

  @Test("The log has a line of JSON for each call, and no token")
  func log() async throws {
    try await ServeTests.with { _, environment, folder in
      let token = try await ServeTests.token("reader", environment)
      let server = try await ServeProcess.start(environment, in: folder)
      let wire = try #require(Wire(port: server.port))
      try wire.send(
        Self.request("GET", "\(Self.places)/C1", "a-readers", token: token)
          + Self.request("GET", "/healthz", "in-the-log", ["Connection": "close"]))
      _ = wire.receive()
      #expect(await server.stop())
      let text = try String(contentsOf: folder.file("stderr"), encoding: .utf8)
      #expect(!text.contains(token))
      let entries = try text.split(separator: "\n").map { line in
        try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
      }
      let call = try #require(entries.first { $0["request"] as? String == "in-the-log" })
      #expect(call["operation"] as? String == "health")
      #expect(call["status"] as? String == "200")
      #expect(call["level"] as? String == "info")
    }
  }
}
