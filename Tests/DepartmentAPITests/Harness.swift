import Allocation
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import TestSupport

@testable import DepartmentAPI

/// The API over a database of a test's own, called without sockets.
struct Harness {
  let database: Database
  let superuser: Pool
  let responder: APIResponder
  let hub: EventHub

  /// The sample city after a night of one mechanism.
  static let city = TestDatabase.Template("apicity") { configuration in
    let database = Database(login: configuration)
    _ = try await database.migrate()
    let report = try await Importer(pool: database.pool).run(SampleCity.spreadsheets)
    guard report.isAccepted else { throw CocoaError(.fileReadCorruptFile) }
    _ = try await Night(pool: database.pool, actor: "test")
      .run(on: .todayInShanghai, mechanisms: [.techvp])
    await database.pool.close()
  }

  /// A town of a few requests, with its banks of 2026.
  static let town = TestDatabase.Template("apitown") { configuration in
    let database = Database(login: configuration)
    _ = try await database.migrate()
    let report = try await Importer(pool: database.pool)
      .run(TownSheets.all.map { ImportText(name: "\($0.key).csv", text: $0.value + "\n") })
    guard report.isAccepted, let term = Term(text: "2026"),
      let day = DateOnly(text: "2026-11-20")
    else { throw CocoaError(.fileReadCorruptFile) }
    _ = try await Designator(pool: database.pool, actor: "test").run(term: term, on: day)
    await database.pool.close()
  }

  static func with(
    _ template: TestDatabase.Template = city, limits: ServerLimits = .forTests,
    clock: (@Sendable () -> DateOnly)? = nil, _ body: (Harness) async throws -> Void
  ) async throws {
    try await TestDatabase.with(template: template) { superuser in
      let database = Database(login: superuser.configuration)
      do {
        let server = server(database, limits)
        let harness = Harness(
          database: database, superuser: superuser,
          responder: try server.responder(CallDesk(pool: database.pool, clock: clock)),
          hub: server.hub)
        try await body(harness)
        await database.pool.close()
      } catch {
        await database.pool.close()
        throw error
      }
    }
  }

  /// Another server on the same database.
  static func responder(
    _ database: Database, _ limits: ServerLimits, provider: IdentityProvider? = nil,
    crossOrigin: CrossOrigin = .nobody, clock: (@Sendable () -> DateOnly)? = nil
  ) throws -> APIResponder {
    try server(database, limits, provider: provider, crossOrigin: crossOrigin)
      .responder(CallDesk(pool: database.pool, clock: clock))
  }

  private static func server(
    _ database: Database, _ limits: ServerLimits, provider: IdentityProvider? = nil,
    crossOrigin: CrossOrigin = .nobody
  ) -> DepartmentServer {
    DepartmentServer(
      pool: database.pool, address: "127.0.0.1", port: 0, limits: limits,
      provider: provider, crossOrigin: crossOrigin,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      requireSchema: { try await database.requireSchema() })
  }

  func token(
    _ department: String, _ role: Role, person: String? = nil
  ) async throws -> String {
    try await TokenDesk(pool: database.pool)
      .issue(.init(department: department, role: role, person: person), by: "test").secret.text
  }

  /// One value of a query that has one row.
  func one<T: SQLDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await superuser.query(sql).only(type)
  }
}

extension ServerLimits {
  static var forTests: ServerLimits {
    var limits = ServerLimits()
    limits.rate = 0
    return limits
  }
}

/// What came back.
struct Reply: Sendable {
  let status: Int
  let headers: HTTPFields
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

  var object: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
  }

  var code: String? { object["code"] as? String }
  var items: [[String: Any]] { object["items"] as? [[String: Any]] ?? [] }
}

extension Harness {
  func call(
    _ method: String, _ path: String, token: String? = nil, body: String? = nil,
    headers: [String: String] = [:], on responder: APIResponder? = nil
  ) async -> Reply {
    await call(
      method, path, token: token, bytes: body.map { Array($0.utf8) }, headers: headers,
      on: responder)
  }

  func call(
    _ method: String, _ path: String, token: String? = nil, bytes: [UInt8]?,
    headers: [String: String] = [:], on responder: APIResponder? = nil
  ) async -> Reply {
    guard let verb = HTTPRequest.Method(method) else {
      return Reply(status: 0, headers: [:], body: [])
    }
    var fields = HTTPFields()
    if let token { fields[.authorization] = "Bearer \(token)" }
    if bytes != nil { fields[.contentType] = "application/json" }
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    let head = HTTPRequest(
      method: verb, scheme: "http", authority: "test", path: path, headerFields: fields)
    let request = Request(head: head, body: .init(buffer: ByteBuffer(bytes: bytes ?? [])))
    let response = await (responder ?? self.responder).response(to: request)
    let collector = Collector()
    try? await response.body.write(Writer(collector: collector))
    return Reply(
      status: response.status.code, headers: response.headers, body: collector.bytes.withLock { $0 }
    )
  }

  /// POST with a new key.
  func post(
    _ path: String, token: String, _ body: String, version: String? = nil,
    key: String = UUID().uuidString
  ) async -> Reply {
    var headers = ["Idempotency-Key": key]
    if let version { headers["If-Match"] = "\"\(version)\"" }
    return await call("POST", path, token: token, body: body, headers: headers)
  }

  /// Every row of a list, page by page.
  func all(_ path: String, token: String) async -> (items: [[String: Any]], hidden: Int?) {
    var items: [[String: Any]] = []
    var hidden: Int?
    var cursor: String?
    repeat {
      let reply = await call(
        "GET", "\(path)?limit=200" + (cursor.map { "&cursor=\($0)" } ?? ""), token: token)
      guard reply.status == 200 else { return ([], nil) }
      items += reply.items
      hidden = hidden ?? reply.object["hidden"] as? Int
      cursor = reply.object["next"] as? String
    } while cursor != nil
    return (items, hidden)
  }
}

private final class Collector: Sendable {
  let bytes = Locked<[UInt8]>([])
}

private struct Writer: ResponseBodyWriter {
  let collector: Collector

  mutating func write(_ buffer: ByteBuffer) async throws {
    collector.bytes.withLock { $0 += buffer.readableBytesView }
  }

  consuming func finish(_: HTTPFields?) async throws {}
}

/// A value behind a lock.
final class Locked<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  init(_ value: Value) { self.value = value }

  func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
