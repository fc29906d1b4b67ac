import Foundation
import Glibc

/// A connection to a server of this machine that stays open from answer to answer: one thread sends, one reads.
final class HostileWire: @unchecked Sendable {
  enum Fault: Error, Equatable {
    case ended, silent
    case unreadable(String)
  }

  struct Answer: Equatable {
    let status: Int
    let body: [UInt8]
    /// Whether the server goes on with the connection.
    let isLast: Bool
  }

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0

  /// - Parameter patience: seconds to wait for any byte.
  /// - Returns: `nil` where nobody listens.
  init?(port: UInt16, patience: Int) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    guard connected == 0 else {
      close(descriptor)
      return nil
    }
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(4))
  }

  deinit { close(descriptor) }

  /// Sends what the other side takes; a connection that it has ended takes nothing.
  func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
  }

  /// Nothing more will be sent.
  func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Reads one answer.
  ///
  /// - Throws: ``Fault``.
  func receive(isHead: Bool) throws(Fault) -> Answer {
    let head = try head()
    let lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
      throw .unreadable(String(head.prefix(200)))
    }
    let fields = lines.dropFirst().map { $0.lowercased() }
    let length = fields.first { $0.hasPrefix("content-length:") }
      .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) }
    let isLast = fields.contains { $0.hasPrefix("connection:") && $0.contains("close") }
    guard !isHead, status >= 200, status != 204, status != 304, let length else {
      return Answer(status: status, body: [], isLast: isLast)
    }
    while buffer.count - start < length { try fill() }
    defer { start += length }
    return Answer(status: status, body: Array(buffer[start..<start + length]), isLast: isLast)
  }

  private func head() throws(Fault) -> String {
    var searched = start
    while true {
      var place = searched
      while place + 3 < buffer.count {
        if buffer[place] == 13, buffer[place + 1] == 10, buffer[place + 2] == 13,
          buffer[place + 3] == 10
        {
          defer { start = place + 4 }
          return String(decoding: buffer[start..<place], as: UTF8.self)
        }
        place += 1
      }
      searched = max(start, buffer.count - 3)
      let before = start
      try fill()
      searched -= before - start
    }
  }

  private func fill() throws(Fault) {
    if start > 1 << 16 {
      buffer.removeFirst(start)
      start = 0
    }
    var part = [UInt8](repeating: 0, count: 1 << 14)
    let count = recv(descriptor, &part, part.count, 0)
    guard count > 0 else { throw count == 0 || errno == ECONNRESET ? .ended : .silent }
    buffer += part.prefix(count)
  }
}
