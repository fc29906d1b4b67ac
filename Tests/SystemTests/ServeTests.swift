import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@Suite("yaosu serve")
struct ServeTests {
  @Test("GET /healthz answers, and SIGTERM ends it in good order")
  func health() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try await TestDatabase.with { pool in
      let environment = YaosuProcess.environment(of: pool)
      _ = try await YaosuProcess.run(["migrate"], environment: environment)
      let port = try Self.freePort()
      let process = try YaosuProcess.start(
        ["serve", "--port", "\(port)"], environment: environment,
        stdout: folder.file("stdout"), stderr: folder.file("stderr"))
      let answer = try await Self.get(port: port, path: "/healthz", whileRunning: process)
      #expect(answer.hasPrefix("HTTP/1.1 200"))
      #expect(answer.contains("alive"))
      let missing = try await Self.get(port: port, path: "/nothing", whileRunning: process)
      #expect(missing.hasPrefix("HTTP/1.1 404"))
      process.terminate()
      await YaosuProcess.waitForExit(process)
      #expect(process.terminationStatus == 0)
      #expect(process.terminationReason == .exit)
    }
  }

  @Test("SIGTERM ends an open stream of events in good order, and then the process")
  func stream() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try await TestDatabase.with { pool in
      let environment = YaosuProcess.environment(of: pool)
      _ = try await YaosuProcess.run(["migrate"], environment: environment)
      let token = try await YaosuProcess.run(
        ["token", "create", "--department", "industry", "--role", "reader"],
        environment: environment
      ).stdout.filter { !$0.isWhitespace }
      let port = try Self.freePort()
      let process = try YaosuProcess.start(
        ["serve", "--port", "\(port)"], environment: environment,
        stdout: folder.file("stdout"), stderr: folder.file("stderr"))
      _ = try await Self.get(port: port, path: "/healthz", whileRunning: process)
      let said = try await Self.listen(port: port, token: token) { process.terminate() }
      #expect(said.hasPrefix("HTTP/1.1 200"), "\(said)")
      #expect(said.contains("text/event-stream"))
      #expect(said.hasSuffix("0\r\n\r\n"), "the last chunk ends the body: \(said)")
      await YaosuProcess.waitForExit(process)
      #expect(process.terminationStatus == 0)
      #expect(process.terminationReason == .exit)
    }
  }

  /// Reads the stream of events to its end; runs `onOpen` once it has begun.
  private static func listen(
    port: UInt16, token: String, onOpen: @escaping @Sendable () -> Void
  ) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(with: Result { try read(port, token, onOpen) })
      }
    }
  }

  private static func read(
    _ port: UInt16, _ token: String, _ onOpen: () -> Void
  ) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    guard withAddress(port, { connect(descriptor, $0, $1) }) == 0 else {
      throw POSIXError(.ECONNREFUSED)
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    try handle.write(
      contentsOf: Data(
        "GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n\r\n".utf8))
    var (text, isOpen) = ("", false)
    var part = [UInt8](repeating: 0, count: 4096)
    // FileHandle would wait until its buffer is full.
    while case let count = recv(descriptor, &part, part.count, 0), count > 0 {
      text += String(decoding: part.prefix(count), as: UTF8.self)
      if !isOpen, text.contains("retry: ") {
        isOpen = true
        onOpen()
      }
      if text.hasSuffix("0\r\n\r\n") { break }
    }
    return text
  }

  /// Asks until the server listens; gives up when its process has ended.
  private static func get(
    port: UInt16, path: String, whileRunning process: Process
  ) async throws -> String {
    while process.isRunning {
      if let answer = try exchange(
        port: port, "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      {
        return answer
      }
      await Task.yield()
    }
    return "the server ended with \(process.terminationStatus)"
  }

  private static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  private static func withAddress<R>(
    _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
  ) -> R {
    var address = address(port)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// `nil` while nobody listens.
  private static func exchange(port: UInt16, _ request: String) throws -> String? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    guard withAddress(port, { connect(descriptor, $0, $1) }) == 0 else { return nil }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    try handle.write(contentsOf: Data(request.utf8))
    return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
  }

  /// A port that the system finds free.
  private static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    guard withAddress(0, { bind(descriptor, $0, $1) }) == 0 else { throw POSIXError(.EADDRINUSE) }
    var bound = address(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &bound) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    return UInt16(bigEndian: bound.sin_port)
  }
}
