import Foundation
import Postgres
import TestSupport
import Testing

/// The small form of `scripts/bench-api-memory`.
@Suite("What the service keeps")
struct MemoryTests {
  /// Resident memory in KiB.
  private static func resident(_ server: ServeProcess) throws -> Int {
    let status = try String(
      contentsOfFile: "/proc/\(server.process.processIdentifier)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try #require(Int(line.filter(\.isNumber)))
  }

  /// Sends a mix of requests on one connection, and reads each answer.
  private static func send(_ count: Int, _ token: String, _ server: ServeProcess) throws {
    let wire = try #require(Wire(port: server.port))
    let mix = [
      ("GET", "/healthz", nil), ("GET", "/v1/regions", token), ("GET", "/v1/enterprises", token),
      ("GET", "/v1/enterprises/none", token), ("GET", "/v1/offers", nil),
      ("POST", "/v1/chains", token),
    ]
    for number in 0..<count {
      let (method, path, shown) = mix[number % mix.count]
      let body = method == "POST" ? #"{"code":"C01","colour":"red"}"# : ""
      try wire.send(
        ServeProcess.request(
          method, path, token: shown, headers: ["Idempotency-Key": "k"], body: body
        ).replacing("Connection: close", with: "Connection: keep-alive"))
      let answer = wire.receive { text in
        guard let end = text.range(of: "\r\n\r\n"),
          let length = text[..<end.lowerBound].lowercased().split(separator: "\r\n")
            .first(where: { $0.hasPrefix("content-length:") })
            .flatMap({ Int($0.filter(\.isNumber)) })
        else { return false }
        return text[end.upperBound...].utf8.count >= length
      }
      try #require(answer.hasPrefix("HTTP/1.1 "))
    }
  }

  @Test("Six thousand requests leave it where it was, and an idle connection costs under 50 KiB")
  func flat() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try await TestDatabase.with { pool in
      let environment = YaosuProcess.environment(of: pool)
      _ = try await YaosuProcess.run(["migrate"], environment: environment)
      let token = try await YaosuProcess.run(
        ["token", "create", "--department", "industry", "--role", "clerk"],
        environment: environment
      ).stdout.filter { !$0.isWhitespace }
      let server = try await ServeProcess.start(environment, in: folder, ["--rate", "0"])
      try Self.send(3000, token, server)
      let warm = try Self.resident(server)
      try Self.send(6000, token, server)
      let after = try Self.resident(server)
      #expect(Double(after) <= 1.05 * Double(warm), "\(warm) KiB, then \(after) KiB")
      let request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
      let idle = try (0..<200).map { _ in
        let wire = try #require(Wire(port: server.port))
        try wire.send(request)
        _ = wire.receive { $0.contains("alive") }
        return wire
      }
      let more = try Self.resident(server)
      #expect((more - after) / idle.count < 50, "\(after) KiB, then \(more) KiB")
      withExtendedLifetime(idle) {}
      await server.kill()
    }
  }
}
