import Allocation
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Testing

@testable import DepartmentAPI

@Suite("What a caller may cost")
struct LimitTests {
  @Test("A call's time is the database's, too: it gives up by itself, and the caller is told")
  func time() async throws {
    var limits = ServerLimits.forTests
    limits.callTime = .milliseconds(600)
    try await Harness.with(limits: limits) { harness in
      let token = try await harness.token("industry", .clerk)
      let free = try Harness.responder(harness.database, .forTests)
      let row = await harness.call("GET", "/v1/chains?limit=1", token: token, on: free).items[0]
      let path = "/v1/chains/\(row["jurisdiction"] ?? "")/\(row["code"] ?? "")"
      let holder = try await Connection.connect(harness.superuser.configuration)
      defer { holder.close() }
      try await holder.execute("BEGIN")
      try await holder.execute("LOCK TABLE registry.chains IN ACCESS EXCLUSIVE MODE")
      let began = ContinuousClock.now
      let read = await harness.call("GET", path, token: token)
      let change = await harness.call(
        "PATCH", path, token: token, body: #"{"name":"x"}"#,
        headers: ["If-Match": "\"\(row["version"] ?? "")\""])
      let made = await harness.post(
        "/v1/chains", token: token, #"{"code":"C99","name":"x","industry_divisions":["C36"]}"#,
        key: "late")
      #expect(ContinuousClock.now - began < .seconds(20))
      for reply in [read, change, made] {
        #expect(reply.code == "timeout", "\(reply.text)")
        #expect(reply.header("Retry-After") != nil)
      }
      let waiting: Int = try await harness.one(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """)
      #expect(waiting == 0, "nothing goes on behind the answer")
      try await holder.execute("ROLLBACK")
      let again = await harness.call(
        "POST", "/v1/chains", token: token,
        body: #"{"code":"C99","name":"x","industry_divisions":["C36"]}"#,
        headers: ["Idempotency-Key": "late"], on: free)
      #expect(again.status == 201, "the key is free: \(again.text)")
    }
  }

  /// A server on a socket, in this process.
  private func serve(
    _ limits: ServerLimits, _ body: (Harness, UInt16) async throws -> Void
  ) async throws {
    try await Harness.with { harness in
      let ports = AsyncStream<Int>.makeStream()
      let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let server = DepartmentServer(
        pool: harness.database.pool, address: "127.0.0.1", port: 0, limits: limits, logger: quiet,
        requireSchema: {}, onListening: { ports.continuation.yield($0) })
      let group = ServiceGroup(services: try server.services(), logger: quiet)
      let running = Task { try await group.run() }
      var listening = ports.stream.makeAsyncIterator()
      let port = try #require(await listening.next())
      try await body(harness, UInt16(port))
      await group.triggerGracefulShutdown()
      try await running.value
    }
  }

  /// Calls that block, on a thread of their own: the server in this process needs those that there are.
  private func apart<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      Thread { continuation.resume(with: Result(catching: body)) }.start()
    }
  }

  @Test("A head that comes byte by byte is not waited for, nor a body; others are served meanwhile")
  func slow() async throws {
    var limits = ServerLimits.forTests
    limits.idleTime = .seconds(2)
    limits.bodyTime = .milliseconds(400)
    try await serve(limits) { harness, port in
      let token = try await harness.token("industry", .clerk)
      let head = try #require(HostileWire(port: port, patience: 60))
      head.send(Array("GET /healthz HTTP/1.1\r\nX-Slow: ".utf8))
      let dripping = Task {
        // For as long as the other side listens; never a whole head.
        for _ in 0..<1200 {
          head.send([UInt8(ascii: "G")])
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      let body = try #require(HostileWire(port: port, patience: 60))
      var request = HostileRequest(method: "POST", path: "/v1/chains")
      request.set("Authorization", "Bearer \(token)")
      request.set("Idempotency-Key", "slow")
      request.set("Content-Type", "application/json")
      request.set("Content-Length", "100")
      body.send(request.bytes + [UInt8(ascii: "{")])
      let fast = try #require(HostileWire(port: port, patience: 60))
      fast.send(HostileRequest(method: "GET", path: "/healthz").bytes)
      #expect(try await apart { try fast.receive(isHead: false).status } == 200)
      #expect(try await apart { try body.receive(isHead: false).status } == 408)
      await #expect(throws: HostileWire.Fault.ended) {
        try await apart { try head.receive(isHead: false) }
      }
      dripping.cancel()
      _ = try? await dripping.value
    }
  }

  @Test("More header or body than is allowed is refused, whatever the head says of it")
  func size() async throws {
    var limits = ServerLimits.forTests
    limits.bodyBytes = 2000
    try await serve(limits) { harness, port in
      let token = try await harness.token("industry", .clerk)
      for isChunked in [false, true] {
        let wire = try #require(HostileWire(port: port, patience: 60))
        var request = HostileRequest(method: "POST", path: "/v1/chains", isChunked: isChunked)
        request.set("Authorization", "Bearer \(token)")
        request.set("Idempotency-Key", "large")
        request.set("Content-Type", "application/json")
        (request.hasBody, request.body) = (true, [UInt8](repeating: 0x20, count: 30_000))
        let bytes = request.bytes
        let status = try await apart {
          wire.send(bytes)
          return try wire.receive(isHead: false).status
        }
        #expect(status == 413, "chunked: \(isChunked)")
        // The same body breaking off.
        let short = try #require(HostileWire(port: port, patience: 60))
        let broken = try await apart {
          short.send(Array(bytes.prefix(bytes.count - 29_000)))
          short.finish()
          return try short.receive(isHead: false).status
        }
        #expect((400..<500).contains(broken), "\(broken)")
      }
      let wire = try #require(HostileWire(port: port, patience: 60))
      var request = HostileRequest(method: "GET", path: "/healthz")
      request.set("X-Long", String(repeating: "x", count: 20_000))
      wire.send(request.bytes)
      #expect(try await apart { try wire.receive(isHead: false).status } == 431)
    }
  }

  @Test(
    "What is no HTTP is refused with a problem's body, as everything is",
    arguments: [
      ("G@T /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad_request"),
      ("GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n", 400, "bad_request"),
      ("GET /healthz HTTP/1.1\r\nno header\r\n\r\n", 400, "bad_request"),
      ("POST /v1/chains HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, "bad_request"),
      (
        "POST /v1/chains HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
        "bad_request"
      ),
      (
        "GET /" + String(repeating: "x", count: 20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431,
        "headers_too_large"
      ),
      (
        "GET /healthz HTTP/1.1\r\n" + String(repeating: "X-A: b\r\n", count: 200) + "\r\n", 431,
        "headers_too_large"
      ),
    ])
  func malformed(request: String, status: Int, code: String) async throws {
    try await serve(.forTests) { _, port in
      let wire = try #require(HostileWire(port: port, patience: 60))
      wire.send(Array(request.utf8))
      let answer = try await apart { try wire.receive(isHead: false) }
      #expect(answer.status == status && answer.isLast)
      let problem = try JSONReader.read(answer.body)
      #expect(problem["code"] == .text(code))
      let faults = SchemaCheck(APIDocument.schemas(try Resource.all())).faults(
        in: problem, by: Schema.problem)
      #expect(faults.isEmpty, "\(faults)")
    }
  }
}
