import Allocation
import Foundation

@testable import DepartmentAPI

/// An operation, with a caller who may and a row that is there.
struct HostileTarget: Sendable {
  let operation: DepartmentAPI.Operation
  let token: String
  /// What stands in the path's braces.
  let keys: [String: String]
  let version: String
  /// The body of the document's example, by field.
  let example: [JSON.Field]
  /// The names of all fields that the body has, those of objects inside behind a slash.
  let fields: [String]

  var isForm: Bool { operation.body?.type == "multipart/form-data" }

  /// A request with nothing wrong.
  func request(key: String) -> HostileRequest {
    var request = HostileRequest(method: operation.method, path: path(with: [:]))
    request.set("Authorization", "Bearer \(token)")
    if operation.method == "POST" { request.set("Idempotency-Key", key) }
    if operation.parameters.contains(where: { $0.name == "If-Match" }) {
      request.set("If-Match", "\"\(version)\"")
    }
    if operation.body != nil {
      request.hasBody = true
      request.set(
        "Content-Type", isForm ? "multipart/form-data; boundary=b" : "application/json")
      request.body = body(with: nil, [])
    }
    return request
  }

  func path(with other: [String: String]) -> String {
    operation.segments.map { segment in
      guard segment.hasPrefix("{") else { return "/" + segment }
      let name = String(segment.dropFirst().dropLast())
      return "/" + (other[name] ?? PercentText.encode(keys[name] ?? "1"))
    }.joined()
  }

  /// The example with one field's value in other bytes.
  func body(with field: String?, _ value: [UInt8]) -> [UInt8] {
    isForm ? form(field, value) : Self.object(example, field?.split(separator: "/")[...], value)
  }

  private static func object(
    _ fields: [JSON.Field], _ path: ArraySlice<Substring>?, _ value: [UInt8]
  ) -> [UInt8] {
    let victim = path?.first.map(String.init)
    let names = fields.map(\.name) + (victim.map { [$0] } ?? [])
    var seen: Set<String> = []
    let pairs = names.filter { seen.insert($0).inserted }.map { name -> [UInt8] in
      let own = fields.first { $0.name == name }?.value
      var bytes = Array((own?.compact ?? "null").utf8)
      if name == victim, let path {
        if path.count == 1 {
          bytes = value
        } else if case .object(let inner)? = own {
          bytes = object(inner, path.dropFirst(), value)
        }
      }
      return Array((JSON.quoted(name) + ":").utf8) + bytes
    }
    return [0x7B] + pairs.joined(separator: [0x2C]) + [0x7D]
  }

  private func form(_ field: String?, _ value: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, content) in [("files", "code,name\nC07,x\n"), ("dry_run", "true")] {
      let file = name == "files" ? "; filename=\"chains.csv\"" : ""
      bytes += Array(
        "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\(file)\r\n\r\n".utf8)
      bytes += (name == field ? value : Array(content.utf8)) + [13, 10]
    }
    if let field, !["files", "dry_run"].contains(field) {
      bytes += Array("--b\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n".utf8)
      bytes += value + [13, 10]
    }
    return bytes + Array("--b--\r\n".utf8)
  }
}

/// What is wrong with one request: of everything that can be, in a fixed order, and by dice after that.
struct HostilePlan: Sendable {
  enum Wrong: Sendable {
    case field(String, Int)
    case segment(String, Int)
    case query(String, Int)
    case header(String, Int)
    case body(Int)
  }

  let targets: [HostileTarget]
  let cases: [(target: Int, wrong: Wrong)]

  static let bodies = 14

  init(_ targets: [HostileTarget]) {
    self.targets = targets
    cases = targets.enumerated().flatMap { number, target in
      Self.wrongs(target).map { (number, $0) }
    }
  }

  private static func wrongs(_ target: HostileTarget) -> [Wrong] {
    let operation = target.operation
    let escaped = HostileValues.escaped.indices
    let isStream = operation.id == EventRoutes.stream.id
    var wrongs: [Wrong] = target.fields.flatMap { field in
      HostileValues.fields.indices.map { .field(field, $0) }
    }
    for parameter in operation.parameters {
      switch parameter.place {
      case .path: wrongs += escaped.map { .segment(parameter.name, $0) }
      case .query: wrongs += escaped.map { .query(parameter.name, $0) }
      case .header:
        // A position that a stream takes is nothing wrong, and has no end.
        wrongs += HostileValues.headers.indices.filter {
          !isStream || HostileValues.headers[$0] != "0"
        }
        .map { .header(parameter.name, $0) }
      }
    }
    wrongs += escaped.map { .query(HostileValues.escaped[$0], $0) }
    if !isStream {
      for name in ["Authorization", "Content-Type", "X-Request-Id", "Accept-Encoding"] {
        wrongs += HostileValues.headers.indices.map { .header(name, $0) }
      }
    }
    if operation.body != nil { wrongs += (0..<bodies).map { .body($0) } }
    return wrongs
  }

  /// The request of that number.
  func request(_ number: Int, _ dice: inout Dice) -> (HostileRequest, HostileTarget) {
    let one = number < cases.count ? cases[number] : dice.pick(cases)
    let target = targets[one.target]
    var request = target.request(key: "h\(number)")
    apply(one.wrong, to: &request, of: target, &dice)
    guard number >= cases.count else { return (request, target) }
    if dice.roll(3) == 0 { apply(dice.pick(Self.wrongs(target)), to: &request, of: target, &dice) }
    switch dice.roll(20) {
    case 0 where request.hasBody: request.isChunked = true
    case 1: request.path = dice.pick(HostileValues.paths)
    case 2 where target.operation.id != EventRoutes.stream.id:
      request.method = dice.pick(HostileValues.methods)
    case 3: request = request.broken(dice.roll(HostileRequest.damages), &dice)
    default: break
    }
    return (request, target)
  }

  private func apply(
    _ wrong: Wrong, to request: inout HostileRequest, of target: HostileTarget, _ dice: inout Dice
  ) {
    switch wrong {
    case .field(let name, let odd):
      request.body = target.body(with: name, HostileValues.fields[odd])
    case .segment(let name, let odd):
      request.path = target.path(with: [name: HostileValues.escaped[odd]])
    case .query(let name, let odd):
      let mark = request.path.contains("?") ? "&" : "?"
      request.path += "\(mark)\(name)=\(HostileValues.escaped[odd])"
    case .header(let name, let odd): request.set(name, HostileValues.headers[odd])
    case .body(let kind): request.body = Self.damaged(request.body, kind, &dice)
    }
  }

  private static func damaged(_ body: [UInt8], _ kind: Int, _ dice: inout Dice) -> [UInt8] {
    var bytes = body
    let place = dice.roll(max(1, bytes.count))
    switch kind {
    case 0: bytes.removeLast(min(bytes.count, 1 + place))
    case 1: if !bytes.isEmpty { bytes[place] = UInt8(dice.roll(256)) }
    case 2: bytes.insert(contentsOf: dice.pick(HostileValues.broken), at: place)
    case 3: bytes = Array(String(repeating: "[", count: 20_000).utf8)
    case 4: bytes = Array(String(repeating: #"{"a":"#, count: 20_000).utf8)
    case 5: bytes = []
    case 6: bytes = dice.pick(HostileValues.json)
    case 7: bytes = [0xEF, 0xBB, 0xBF] + bytes
    case 8: bytes.insert(0, at: place)
    case 9: bytes += bytes
    case 10: bytes = [0x5B] + bytes + [0x5D]
    case 11: bytes.insert(contentsOf: Array(#""a":1,"a":2,"#.utf8), at: min(1, bytes.count))
    case 12: bytes.insert(contentsOf: Array(repeating: 0x20, count: 100_000), at: place)
    default: bytes = (0..<(1 + dice.roll(400))).map { _ in UInt8(dice.roll(256)) }
    }
    return bytes
  }
}
