import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Testing

@testable import DepartmentAPI

@Suite("Fetching the identity provider's keys")
struct KeyFetchTests {
  /// Serves on a port of this machine while `body` runs.
  private static func serving(
    _ respond: @escaping @Sendable (Request) async throws -> Response,
    whileAsking body: @escaping @Sendable (_ root: String) async throws -> Void
  ) async throws {
    let (ports, told) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      responder: CallbackResponder<BasicRequestContext> { request, _ in try await respond(request)
      },
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in told.yield(channel.localAddress?.port ?? 0) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try? await application.run() }
      for await port in ports {
        try await body("http://127.0.0.1:\(port)")
        break
      }
      group.cancelAll()
    }
  }

  private static func get(_ address: String, atMost most: Int = 100) async throws -> [UInt8] {
    try await BoundedDownload.get(
      try #require(URL(string: address)), atMost: most, within: .milliseconds(500))
  }

  @Test("A document that is there is read, whole and once")
  func plain() async throws {
    let asked = Locked(0)
    try await Self.serving { _ in
      asked.withLock { $0 += 1 }
      return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "keys")))
    } whileAsking: { root in
      let keys = try await Self.get(root + "/keys")
      #expect(keys == Array("keys".utf8))
      #expect(asked.withLock { $0 } == 1)
    }
  }

  @Test(
    "A redirect is refused, and where it leads is never asked", arguments: [301, 302, 307, 308])
  func redirect(status: Int) async throws {
    let paths = Locked<[String]>([])
    try await Self.serving { request in
      paths.withLock { $0.append(request.uri.path) }
      guard request.uri.path == "/keys" else {
        return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "forged")))
      }
      return Response(status: .init(code: status), headers: [.location: "/elsewhere"])
    } whileAsking: { root in
      await #expect(throws: KeySource.Unavailable.self) { try await Self.get(root + "/keys") }
      #expect(paths.withLock { $0 } == ["/keys"])
    }
  }

  @Test("Other answers, too much and too slow are refused")
  func bounds() async throws {
    try await Self.serving { request in
      switch request.uri.path {
      case "/all":
        return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 32, count: 100)))
      case "/more":
        return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 32, count: 101)))
      case "/slow":
        return Response(
          status: .ok,
          body: .init { writer in
            try await writer.write(ByteBuffer(string: "{"))
            try await Task.sleep(for: .seconds(3600))
            try await writer.finish(nil)
          })
      default: return Response(status: .internalServerError)
      }
    } whileAsking: { root in
      let all = try await Self.get(root + "/all")
      #expect(all.count == 100)
      for path in ["/more", "/slow", "/away"] {
        await #expect(throws: KeySource.Unavailable.self, "\(path)") {
          try await Self.get(root + path)
        }
      }
      await #expect(throws: KeySource.Unavailable.self) {
        try await Self.get("http://127.0.0.1:1/")
      }
    }
  }
}
