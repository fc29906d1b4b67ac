import Foundation

@testable import DepartmentAPI

/// A request as it goes over the wire.
struct HostileRequest: Sendable {
  var method: String
  var path: String
  var headers: [(name: String, value: String)] = []
  var body: [UInt8] = []
  var hasBody = false
  var isChunked = false
  /// Bytes in place of all that: what is no HTTP any more. The connection ends with them.
  var raw: [UInt8]?

  /// Whether only answers of 4xx, or the connection's end, are right.
  var isNoHTTP: Bool { raw != nil }

  mutating func set(_ name: String, _ value: String?) {
    headers.removeAll { $0.name == name }
    if let value { headers.append((name, value)) }
  }

  var bytes: [UInt8] {
    if let raw { return raw }
    var lines = ["\(method) \(path) HTTP/1.1", "Host: x"]
    lines += headers.map { "\($0.name): \($0.value)" }
    if isChunked { lines.append("Transfer-Encoding: chunked") }
    if hasBody, !isChunked { lines.append("Content-Length: \(body.count)") }
    return Array((lines + ["", ""]).joined(separator: "\r\n").utf8) + (isChunked ? chunks : body)
  }

  private var chunks: [UInt8] {
    var parts: [UInt8] = []
    var rest = body[...]
    while !rest.isEmpty {
      let part = rest.prefix(max(1, body.count / 3))
      parts += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [13, 10]
      rest = rest.dropFirst(part.count)
    }
    return parts + Array("0\r\n\r\n".utf8)
  }

  /// For a report, on one line.
  var description: String {
    bytes.prefix(1500).map { byte in
      (32..<127).contains(byte) ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16)
    }.joined()
  }
}

extension HostileRequest {
  /// Ways to be no HTTP.
  static let damages = 14

  /// Damages what goes over the wire.
  func broken(_ kind: Int, _ dice: inout Dice) -> HostileRequest {
    var copy = self
    let whole = bytes
    func text(_ head: String) -> [UInt8] { Array(head.utf8) }
    let start = "\(method) \(path.prefix(200))"
    let more: String? =
      switch kind {
      case 0: "Content-Length: -1\r\n\r\n"
      case 1: "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"
      case 2: "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
      case 3: "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"
      case 4: "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc"
      case 5: "No colon here\r\n\r\n"
      case 6: "X-Null: a\u{0}b\r\n\r\n"
      case 7: "X-Long: \(String(repeating: "a", count: 20_000))\r\n\r\n"
      case 8: (0..<150).map { "X-\($0): 1\r\n" }.joined() + "\r\n"
      case 9: "Content-Length: 99999999999999999999\r\n\r\n"
      case 10: ": empty\r\n\r\n"
      default: nil
      }
    if let more { copy.raw = text("\(start) HTTP/1.1\r\nHost: x\r\n\(more)") }
    switch kind {
    case 11: copy.raw = text("\(start) HTTP/9.9\r\nHost: x\r\n\r\n")
    case 12: copy.raw = Array(whole.prefix(1 + dice.roll(whole.count)))
    case 13:
      copy.raw = (0..<(1 + dice.roll(300))).map { _ in UInt8(dice.roll(256)) } + [13, 10, 13, 10]
    default: break
    }
    return copy
  }
}
