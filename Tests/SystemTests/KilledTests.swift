import Foundation
import Postgres
import TestSupport
import Testing

/// SIGKILL when the database has committed and the answer has not left, for one POST of each kind; then the
/// same request to another process.
@Suite("Killed between commit and answer", .timeLimit(.minutes(10)))
struct KilledTests {
  /// One POST that changes something.
  private struct Kind {
    let name: String
    let by: [String]
    let path: SQL
    /// The row whose version the request names.
    var row: SQL?
    var contentType = "application/json"
    let body: SQL
    /// Counts what it does, and is 0 before.
    let effect: SQL
  }

  private static let office = ["office", "owner", "1001"]
  private static let session = "/v1/consultations/341800-2026-11-28"
  private static let sheet = [
    "--b", #"Content-Disposition: form-data; name="files"; filename="chains.csv""#, "",
    "code,name,industry_divisions", "C07,低空经济,C37", "--b--", "",
  ].joined(separator: "\r\n")

  private static let kinds = [
    Kind(
      name: "a row", by: ["industry", "clerk", "1001"], path: "SELECT '/v1/chains'",
      body: #"SELECT '{"code":"C09","name":"新链","industry_divisions":["C36"]}'"#,
      effect: "SELECT count(*) FROM registry.chains WHERE code = 'C09'"),
    Kind(
      name: "spreadsheets", by: ["industry", "clerk", "1001"], path: "SELECT '/v1/imports'",
      contentType: "multipart/form-data; boundary=b", body: "SELECT \(sheet)::text",
      effect: "SELECT count(*) FROM registry.chains WHERE code = 'C07'"),
    Kind(
      name: "a life's beginning", by: ["natural_resources", "owner", "1001"],
      path: "SELECT '/v1/consultations'", body: #"SELECT '{"session_on":"2026-11-28"}'"#,
      effect: "SELECT count(*) FROM land.session"),
    Kind(
      name: "a step", by: ["natural_resources", "owner", "1001"],
      path: "SELECT \(session + "/open")::text", row: "SELECT \(session)::text",
      body: #"SELECT '{"attending":["office"]}'"#,
      effect: "SELECT count(*) FROM land.session WHERE state = 'open'"),
    Kind(
      name: "a wish for a round", by: office, path: "SELECT '/v1/rounds'",
      body: #"SELECT '{"mechanism":"rotation"}'"#,
      effect: "SELECT count(*) FROM allocation.queued_round"),
    Kind(
      name: "a draft of the policy", by: office, path: "SELECT '/v1/policies'",
      body: #"SELECT '{"base":2,"title":"x","parameters":{"land.clock.answer":7}}'"#,
      effect: "SELECT count(*) FROM policy.versions WHERE version > 2"),
    Kind(
      name: "what takes two persons", by: office,
      path: "SELECT '/v1/rounds/' || max(round_id) || '/publication' FROM allocation.round",
      body: """
        SELECT json_build_object('content_digest', content_digest::text)::text
        FROM allocation.round ORDER BY round_id DESC LIMIT 1
        """, effect: "SELECT count(*) FROM allocation.act WHERE state = 'asked'"),
    Kind(
      name: "the second person's decision", by: ["office", "approver", "1002"],
      path: "SELECT '/v1/acts/' || act_id || '/approve' FROM allocation.act",
      row: "SELECT '/v1/acts/' || act_id FROM allocation.act",
      body: """
        SELECT json_build_object('content_digest', content_digest::text)::text FROM allocation.act
        """, effect: "SELECT count(*) FROM allocation.act WHERE state = 'approved'"),
    Kind(
      name: "a what-if", by: office,
      path: "SELECT '/v1/rounds/' || max(round_id) || '/what-if' FROM allocation.round",
      body: """
        SELECT '{"changes":[{"change":"quota","region":"341802","kind":"construction_land","by":50}]}'
        """, effect: "SELECT count(*) FROM access.answered WHERE body LIKE '%\"gains\"%'"),
  ]

  @Test("Asked again, each has one effect and gives the answer that was lost")
  func killed() async throws {
    try await SmallTown.with { yaosu, pool in
      _ = try await yaosu.done("nightly", "--date", "2026-11-20", "--mechanism", "land")
      let watcher = try await Connection.connect(pool.configuration)
      defer { watcher.close() }
      // Only this database's sessions commit synchronously, and so wait for a standby that is not there.
      let name = try await watcher.query("SELECT current_database()::text").only(String.self)
      try await watcher.execute("ALTER DATABASE \(identifier: [name]) SET synchronous_commit = on")
      var server = try await ServeProcess.start(yaosu.environment, in: yaosu.folder)
      for kind in Self.kinds {
        do {
          server = try await Self.kill(server, during: kind, yaosu, watcher)
        } catch {
          // The setting is the whole server's: other tests' commits must not wait for nobody.
          try? await Self.waitForStandby("", watcher)
          throw error
        }
      }
      #expect(await server.stop())
    }
  }

  /// - Returns: the server that has taken the killed one's place.
  private static func kill(
    _ server: ServeProcess, during kind: Kind, _ yaosu: SmallTown.Commands, _ watcher: Connection
  ) async throws -> ServeProcess {
    let request = try await request(kind, server, yaosu, watcher)
    let events = try await count("SELECT count(*) FROM audit.event", watcher)
    #expect(try await count(kind.effect, watcher) == 0, "\(kind.name)")
    try await waitForStandby("nobody", watcher)
    let wire = try #require(Wire(port: server.port))
    try wire.send(request)
    try await ServeTests.wait(for: Self.waiting, on: watcher)
    await server.kill()
    #expect(wire.receive() == "", "\(kind.name): no answer has left")
    try await waitForStandby("", watcher)
    _ = try await watcher.query(
      """
      SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event = 'SyncRep'
      """)
    try await eventually("\(kind.name) is committed") {
      try await count(kind.effect, watcher) > 0
    }
    let committed = try await count("SELECT count(*) FROM audit.event", watcher)
    #expect(committed <= events + 1, "\(kind.name)")
    let heir = try await ServeProcess.start(yaosu.environment, in: yaosu.folder)
    let again = try #require(try Wire.exchange(port: heir.port, request))
    #expect(again.hasPrefix("HTTP/1.1 20"), "\(kind.name): \(again)")
    #expect(again.lowercased().contains("idempotency-replayed: true"), "\(kind.name)")
    #expect(try await count(kind.effect, watcher) == 1, "\(kind.name)")
    #expect(
      try await count("SELECT count(*) FROM audit.event", watcher) == committed, "\(kind.name)")
    return heir
  }

  private static let waiting: SQL = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event = 'SyncRep'
    """

  private static func request(
    _ kind: Kind, _ server: ServeProcess, _ yaosu: SmallTown.Commands, _ watcher: Connection
  ) async throws -> String {
    let file = try await yaosu.token(kind.by[0], kind.by[1], kind.by[2])
    let token = try String(contentsOfFile: file, encoding: .utf8).filter { !$0.isWhitespace }
    var headers = ["Idempotency-Key": kind.name.replacing(" ", with: "-")]
    headers["Content-Type"] = kind.contentType
    if let row = kind.row {
      let path = try await watcher.query(row).only(String.self)
      let answer = try server.ask("GET", path, token: token)
      let tag = answer.split(separator: "\r\n").first { $0.lowercased().hasPrefix("etag:") }
      headers["If-Match"] = String(try #require(tag, "\(answer)").dropFirst(6))
    }
    return ServeProcess.request(
      "POST", try await watcher.query(kind.path).only(String.self), token: token,
      headers: headers, body: try await watcher.query(kind.body).only(String.self))
  }

  private static func count(_ sql: SQL, _ connection: Connection) async throws -> Int {
    try await connection.query(sql).only(Int.self)
  }

  private static func waitForStandby(_ name: String, _ connection: Connection) async throws {
    try await connection.execute(
      name.isEmpty
        ? "ALTER SYSTEM RESET synchronous_standby_names"
        : "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    _ = try await connection.query("SELECT pg_reload_conf()")
    let stated: SQL = "SELECT current_setting('synchronous_standby_names')"
    try await eventually("the setting has come into force") {
      try await connection.query(stated).only(String.self) == name
    }
  }
}
