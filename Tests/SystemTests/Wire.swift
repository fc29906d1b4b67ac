import Foundation
import Glibc
import TestSupport

/// A connection of bytes to a server of this machine.
final class Wire {
  private let descriptor: Int32
  private var isClosed = false

  /// - Parameter room: how many bytes may wait for this side; as many as the system allows if `nil`.
  /// - Returns: `nil` while nobody listens.
  init?(port: UInt16, room: Int32? = nil) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var room {
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
    }
    // Who never answers is heard out for so long, and then has said nothing more.
    var limit = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard Self.withAddress(port, { connect(descriptor, $0, $1) }) == 0 else { return nil }
  }

  deinit { if !isClosed { close(descriptor) } }

  func send(_ text: String) throws {
    try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
      .write(contentsOf: Data(text.utf8))
  }

  /// Ends what this side says; the other side's words are still heard.
  func sayNoMore() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Sends the same again and again, as long as it is taken in within 3 seconds.
  ///
  /// - Returns: how many bytes were taken in before that, or `most` if there was no end to it.
  func flood(_ text: String, most: Int) -> Int {
    var limit = timeval(tv_sec: 3, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let bytes = Array(text.utf8)
    var total = 0
    while total < most {
      let rest = bytes.dropFirst(total % bytes.count)
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      total += count
    }
    return total
  }

  /// Ends the connection at once, with a reset.
  func abort() {
    var lingering = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
    isClosed = true
    close(descriptor)
  }

  /// What has come until `isEnough` or the end. (`FileHandle` would wait until its buffer is full.)
  func receive(until isEnough: (String) -> Bool = { _ in false }) -> String {
    var text = ""
    var part = [UInt8](repeating: 0, count: 4096)
    while !isEnough(text), case let count = recv(descriptor, &part, part.count, 0), count > 0 {
      text += String(decoding: part.prefix(count), as: UTF8.self)
    }
    return text
  }

  /// Asks and reads the answer to the connection's end.
  ///
  /// - Returns: `nil` while nobody listens.
  static func exchange(port: UInt16, _ request: String) throws -> String? {
    guard let wire = Wire(port: port) else { return nil }
    try wire.send(request)
    return wire.receive()
  }

  /// A port that the system finds free.
  static func freePort() throws -> UInt16 {
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
}

/// `yaosu serve` on a database, as a process of its own.
struct ServeProcess {
  let process: Process
  let port: UInt16

  /// Starts it, and waits until it answers.
  static func start(
    _ environment: [String: String], in folder: TemporaryFolder, _ options: [String] = []
  ) async throws -> ServeProcess {
    let port = try Wire.freePort()
    let process = try YaosuProcess.start(
      ["serve", "--port", "\(port)"] + options, environment: environment,
      stdout: folder.file("stdout"), stderr: folder.file("stderr"))
    do {
      try await eventually("the service listens") {
        !process.isRunning || Wire(port: port) != nil
      }
    } catch {
      process.terminate()
      throw error
    }
    guard process.isRunning else {
      throw Ended(said: try String(contentsOf: folder.file("stderr"), encoding: .utf8))
    }
    return ServeProcess(process: process, port: port)
  }

  struct Ended: Error { let said: String }

  /// SIGTERM, and its end in good order.
  func stop() async -> Bool {
    process.terminate()
    await YaosuProcess.waitForExit(process)
    return process.terminationReason == .exit && process.terminationStatus == 0
  }

  /// SIGKILL: no handler runs, nothing is finished.
  func kill() async {
    Glibc.kill(process.processIdentifier, SIGKILL)
    await YaosuProcess.waitForExit(process)
  }

  /// A request that closes its connection, and what came back.
  func ask(
    _ method: String, _ path: String, token: String? = nil, headers: [String: String] = [:],
    body: String = ""
  ) throws -> String {
    try Wire.exchange(
      port: port, Self.request(method, path, token: token, headers: headers, body: body)) ?? ""
  }

  static func request(
    _ method: String, _ path: String, token: String? = nil, headers: [String: String] = [:],
    body: String = ""
  ) -> String {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: x", "Connection: close"]
    if let token { lines.append("Authorization: Bearer \(token)") }
    if !body.isEmpty {
      if headers["Content-Type"] == nil { lines.append("Content-Type: application/json") }
      lines.append("Content-Length: \(body.utf8.count)")
    }
    lines += headers.map { "\($0.key): \($0.value)" }
    return (lines + ["", body]).joined(separator: "\r\n")
  }
}
