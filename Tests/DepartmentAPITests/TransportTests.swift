import Allocation
import Foundation
import Testing

@testable import DepartmentAPI

@Suite("What browsers and slow lines ask for")
struct TransportTests {
  @Test("gzip where it is taken and worth it, the same content and ETag")
  func compression() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .reader)
      func list(_ accepted: String?, _ method: String = "GET") async -> Reply {
        await harness.call(
          method, "/v1/enterprises?limit=100", token: token,
          headers: accepted.map { ["Accept-Encoding": $0] } ?? [:])
      }
      let plain = await list(nil)
      #expect(plain.header("Content-Encoding") == nil)
      for accepted in ["gzip", "br, GZIP;q=0.5", "deflate,gzip"] {
        let packed = await list(accepted)
        #expect(packed.header("Content-Encoding") == "gzip")
        #expect(packed.header("Vary")?.contains("Accept-Encoding") == true)
        #expect(packed.body.count * 3 < plain.body.count)
        #expect(try gunzip(packed.body) == plain.body)
        let head = await list(accepted, "HEAD")
        #expect(head.header("Content-Length") == "\(packed.body.count)")
      }
      for refused in ["", "br", "gzip;q=0", "gzip; q=0.0", "gzipped", "identity"] {
        #expect(await list(refused).body == plain.body, "\(refused)")
      }
      let short = await harness.call("GET", "/healthz", headers: ["Accept-Encoding": "gzip"])
      #expect(short.header("Content-Encoding") == nil)
    }
  }

  /// By the system's own gzip.
  private func gunzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Array(output)
  }

  @Test(
    "The language is the preferred one of ours",
    arguments: [
      ("", true), ("en", false), ("en-GB,en;q=0.9", false), ("zh-CN", true), ("fr", true),
      ("en;q=0.8, zh;q=0.9", true), ("zh;q=0.5,en;q=0.6", false), ("de, en;q=0.7", false),
      ("*;q=0.1, en;q=0", true), ("zh;q=0, *", false), ("en;q=x", true), ("english", true),
      ("EN-us", false), ("*", true), (", ;q=1,en", false),
    ])
  func language(header: String, isChinese: Bool) async throws {
    #expect(Language.preferred(header) == (isChinese ? .chinese : .english))
  }

  @Test("A version that the caller has is not sent again, however its tag arrives")
  func tags() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .reader)
      let row = await harness.call("GET", "/v1/chains?limit=1", token: token).items[0]
      let path = "/v1/chains/\(row["jurisdiction"] ?? "")/\(row["code"] ?? "")"
      let tag = try #require(await harness.call("GET", path, token: token).header("ETag"))
      for (header, status) in [
        (tag, 304), ("W/" + tag, 304), ("\"x\", W/\(tag)", 304), ("*", 304), ("\"x\"", 200),
        ("", 200), (String(tag.dropFirst().dropLast()), 200),
      ] {
        let reply = await harness.call(
          "GET", path, token: token, headers: ["If-None-Match": header])
        #expect(reply.status == status, "\(header)")
        #expect(reply.header("ETag") == tag)
        #expect(reply.body.isEmpty == (status == 304))
      }
    }
  }

  @Test("Pages of named origins may call, others are told nothing")
  func crossOrigin() async throws {
    let portal = "https://portal.example.gov.cn"
    try await Harness.with { harness in
      let open = try Harness.responder(
        harness.database, .forTests, crossOrigin: try CrossOrigin(origins: [portal]))
      func ask(_ method: String, _ origin: String, on responder: APIResponder? = nil) async -> Reply
      {
        await harness.call(
          method, "/v1/enterprises",
          headers: ["Origin": origin, "Access-Control-Request-Method": "POST"],
          on: responder ?? open)
      }
      let before = await ask("OPTIONS", portal)
      #expect(before.status == 204)
      #expect(before.header("Access-Control-Allow-Origin") == portal)
      #expect(before.header("Access-Control-Allow-Methods")?.contains("POST") == true)
      #expect(before.header("Access-Control-Allow-Headers")?.contains("If-Match") == true)
      #expect(before.header("Access-Control-Allow-Credentials") == nil)
      #expect(before.header("Vary")?.contains("Origin") == true)
      // Problems can be read by the page, too.
      let refused = await ask("GET", portal)
      #expect(refused.status == 401)
      #expect(refused.header("Access-Control-Allow-Origin") == portal)
      for stranger in [
        "https://evil.example", "null", portal + ".evil.example", "http" + portal.dropFirst(5),
      ] {
        #expect(await ask("OPTIONS", stranger).header("Access-Control-Allow-Origin") == nil)
      }
      #expect(
        await ask("GET", portal, on: harness.responder).header("Access-Control-Allow-Origin") == nil
      )
    }
    for text in ["*", "portal.example", "https://", "https://a/b", "https://A", "ftp://a"] {
      #expect(throws: CrossOrigin.WrongOrigin(text: text)) { try CrossOrigin(origins: [text]) }
    }
  }
}
