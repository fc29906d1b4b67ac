internal import HTTPTypes

/// A request whose head has come: what it asks for is known, its body may still be on its way.
struct Incoming: Sendable {
  let head: HTTPRequest
  let match: RouteTable.Match
  let began: ContinuousClock.Instant
  /// What stands behind the path's question mark.
  let query: Substring

  init(_ head: HTTPRequest, in table: RouteTable, began: ContinuousClock.Instant = .now) {
    self.head = head
    self.began = began
    let target = head.path ?? "/"
    let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    match = table.match(
      head.method == .head ? "GET" : head.method.rawValue, target[..<mark])
    query = target[mark...].dropFirst()
  }

  var headers: HTTPFields { head.headerFields }

  /// Whether only a row's content is asked for, and nothing changes.
  var isRead: Bool { head.method == .get || head.method == .head }

  /// The operation's id; one word for all that have none.
  var operation: String {
    if case .found(let route, _) = match { route.operation.id } else { "none" }
  }

  /// Whether the caller wants no other answer on this connection.
  var closes: Bool {
    guard let options = headers[.connection] else { return false }
    return options.split(separator: ",").contains {
      $0.filter { $0 != " " && $0 != "\t" }.lowercased() == "close"
    }
  }

  /// Bytes that the body has by its header; `nil` where it does not say.
  var bodyLength: Int? { headers[.contentLength].flatMap { Int($0) } }
}
