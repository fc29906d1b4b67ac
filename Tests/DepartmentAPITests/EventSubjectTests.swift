import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

/// What a message says of one resource.
private struct Told {
  let resource: String
  let rows: Int
  /// Each as the path has it.
  let keys: [String]
}

extension Reply {
  /// What a stream has told.
  ///
  /// - Throws: where a line of data is not one JSON document.
  fileprivate func told() throws -> [Told] {
    try text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.flatMap { line in
      let data = try JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8))
      let changes = (data as? [String: Any])?["changes"] as? [[String: Any]] ?? []
      return changes.map { change in
        let keys = change["keys"] as? [[String]] ?? []
        return Told(
          resource: change["resource"] as? String ?? "", rows: change["rows"] as? Int ?? 0,
          keys: keys.map { $0.joined(separator: "/") })
      }
    }
  }

  /// The keys that it has told of a resource.
  fileprivate func told(of resource: String) throws -> Set<String> {
    Set(try told().filter { $0.resource == resource }.flatMap(\.keys))
  }
}

extension SmallOffice {
  /// The keys of a resource that a department is told of since a position.
  fileprivate func told(
    _ department: String, of resource: String, since at: String?
  ) async throws -> Set<String> {
    let token = try await token(department, .reader)
    return try await harness.events(token, after: at).told(of: resource)
  }

  /// How far the chain is.
  fileprivate func position() async throws -> String {
    let token = try await token("industry", .reader)
    return try #require(await harness.events(token, after: nil).lastID)
  }
}

@Suite("What the stream of events tells of")
struct EventSubjectTests {
  /// Paths of which nothing is told.
  private static let untold = [
    "events": "the stream itself", "audit": "those who read it may not listen",
    "answer-codes": "no running service changes them", "imports": "its rows are told",
    "overrides": "its act is told",
  ]

  /// Audited tables that a row shows something of, beside what it is: its version does not change with them.
  private static let beside: [String: Set<String>] = [
    "conflicts": ["techvp.appointment"], "decisions": ["allocation.offer"],
    "tasks": ["land.decision"],
  ]

  @Test("Every path of the API is told of, or stands here with its reason")
  func everyPath() async throws {
    try await SmallOffice.with { office in
      let segments = office.harness.responder.table.routes.map { $0.operation.segments }
      let paths = Set(segments.filter { $0.first == "v1" }.compactMap { $0.dropFirst().first })
      let told = EventSubject.all(try Resource.all()).map(\.resource)
      #expect(Set(told).count == told.count)
      #expect(paths == Set(told).union(Self.untold.keys))
    }
  }

  @Test("Every audited table that a resource is read from is a source, with an index on the event")
  func everyTable() async throws {
    try await SmallOffice.with { office in
      let audited = Set<String>(
        try await office.harness.superuser.query(
          """
          SELECT DISTINCT n.nspname || '.' || c.relname
          FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE t.tgfoid = 'audit.note()'::regprocedure
          """
        ).decode(String.self))
      let subjects = EventSubject.all(try Resource.all())
      for record in Record.all where Self.untold[record.path] == nil {
        let sources = subjects.filter { $0.resource == record.path }.flatMap(\.sources)
        let missing = Self.words(of: record.query("'zh'")).intersection(audited)
          .subtracting(sources.map(\.table)).subtracting(Self.beside[record.path] ?? [])
        #expect(missing.isEmpty, "\(record.path): \(missing)")
      }
      for table in Set(subjects.flatMap(\.sources).map(\.table)) {
        #expect(audited.contains(table), "\(table)")
        let indices: Int = try await office.harness.one(
          """
          SELECT count(*) FROM pg_index i
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
          WHERE i.indrelid = to_regclass(\(table)) AND a.attname = 'event_id'
          """)
        #expect(indices > 0, "\(table)")
      }
    }
  }

  /// The words of a statement, names of tables with their schema among them.
  private static func words(of statement: SQL) -> Set<String> {
    Set(
      String(describing: statement).split { !($0.isLetter || $0 == "_" || $0 == ".") }
        .map(String.init))
  }

  @Test(
    "Whoever listens from the beginning is told of every row that they may list, and of no other",
    arguments: [
      ("office", .owner), ("natural_resources", .reader), ("human_resources", .reader),
      ("bank:BA", .reader), ("county:341802", .owner), ("university:4134010359", .clerk),
      ("institution:样本单位一", .reader),
    ] as [(String, Role)])
  func sameAsListed(department: String, role: Role) async throws {
    try await SmallOffice.with { office in
      try await office.begun()
      let token = try await office.token(department, role)
      let told = try await office.harness.events(token, after: "0").told()
      #expect(!told.isEmpty)
      for (path, key) in try Self.lists() {
        let rows = await office.harness.all("/v1/\(path)", token: token).items
        let listed = Set(
          rows.map { row in key.map { "\(row[$0] ?? "")" }.joined(separator: "/") })
        let own = told.filter { $0.resource == path }
        let keys = Set(own.flatMap(\.keys))
        // Of many rows in one event only the first keys are told.
        let isCut = own.contains { $0.rows > $0.keys.count }
        #expect(keys.isSubset(of: listed), "\(path): \(keys.subtracting(listed))")
        #expect(isCut || keys == listed, "\(path): \(listed.subtracting(keys))")
      }
    }
  }

  /// Each list's path and the columns that are its key.
  private static func lists() throws -> [(path: String, key: [String])] {
    try Resource.all().map { (path: $0.path, key: $0.key) }
      + Record.all.filter { untold[$0.path] == nil }.map { record in
        // The months of a post are told of by the post.
        (path: record.path, key: [record.path == "headcount" ? "institution_post" : record.key])
      }
  }

  @Test("A bank's steps are told to the bank, the county and the finance office, not to others")
  func matches() async throws {
    try await SmallOffice.with { office in
      let finance = try await office.token("finance_office", .reader)
      let row = try #require(await office.get("/v1/matches?request=RZ-1", finance).items.first)
      let (id, bank) = ("\(row["match_id"] ?? "")", "\(row["bank"] ?? "")")
      let owner = try await office.token("bank:\(bank)")
      let path = "/v1/matches/\(id)"
      for step in ["acknowledge", "due-diligence", "approve"] {
        _ = await office.state(after: step, of: path, owner)
      }
      for (step, body, state) in [
        ("sign", #"{"rate_pct":"3.85"}"#, "signed"), ("draw", "{}", "drawn"),
      ] {
        let at = try await office.position()
        #expect(await office.state(after: step, of: path, owner, body) == state)
        for department in ["bank:\(bank)", "finance_office", "county:341802"] {
          #expect(try await office.told(department, of: "matches", since: at) == [id])
        }
        for stranger in [bank == "BA" ? "bank:BB" : "bank:BA", "county:341881", "housing"] {
          #expect(try await office.told(stranger, of: "matches", since: at) == [], "\(stranger)")
        }
      }
    }
  }

  @Test("Steps of an appointment and parts of it are told to its university and county only")
  func appointments() async throws {
    try await SmallOffice.with { office in
      let science = try await office.token("science_technology")
      let row = try #require(
        await office.get("/v1/appointments?request=KJ-1", science).items.first)
      let (id, school) = ("\(row["appointment_id"] ?? "")", "\(row["university"] ?? "")")
      let path = "/v1/appointments/\(id)"
      let university = try await office.token("university:\(school)")
      for (step, token, body) in [
        ("consent", university, "{}"),
        ("agree", science, #"{"agreement_no":"三方〔2026〕1号","starts_on":"2026-12-01","months":12}"#),
        ("start", science, "{}"),
        ("outcome", science, #"{"kind":"contract","title":"研发","value_wan":9,"document_no":"H"}"#),
      ] {
        if step == "start" { office.turn(to: "2026-12-01") }
        let at = try await office.position()
        let reply = await office.take(step, of: path, token, body)
        #expect(reply.status == 200, "\(step): \(reply.text)")
        for party in ["university:\(school)", "county:341802", "science_technology"] {
          #expect(try await office.told(party, of: "appointments", since: at) == [id], "\(step)")
        }
        let other = school == "4134010359" ? "4134010357" : "4134010359"
        for stranger in ["university:\(other)", "county:341881", "bank:BA"] {
          #expect(try await office.told(stranger, of: "appointments", since: at) == [], "\(step)")
        }
      }
    }
  }

  @Test("A consultation, its decisions and its tasks are told, a decision to whom it concerns")
  func decisions() async throws {
    try await SmallOffice.with(today: "2026-11-28") { office in
      let land = try await office.token("natural_resources")
      let begin = try await office.position()
      let planned = await office.harness.post(
        "/v1/consultations", token: land, #"{"session_on":"2026-11-28"}"#)
      #expect(planned.status == 201, "\(planned.text)")
      let id = "341800-2026-11-28"
      #expect(try await office.told("county:341881", of: "consultations", since: begin) == [id])
      let agenda = try await office.told("natural_resources", of: "agenda-items", since: begin)
      #expect(agenda.contains("\(id)-TD-2"), "\(agenda)")
      let path = "/v1/consultations/\(id)"
      _ = await office.state(after: "open", of: path, land, #"{"attending":["office"]}"#)
      let at = try await office.position()
      let decided = await office.take(
        "decide", of: path, land,
        #"{"kind":"assign_task","department":"county:341881","working_days":5,"note":"清理"}"#)
      #expect(decided.status == 200, "\(decided.text)")
      let decision = try await office.told("natural_resources", of: "decisions", since: at)
      #expect(decision.count == 1)
      for resource in ["decisions", "tasks"] {
        #expect(try await office.told("county:341881", of: resource, since: at) == decision)
        #expect(try await office.told("county:341802", of: resource, since: at) == [])
      }
    }
  }

  @Test("A draft of the policy and its parameters are told")
  func policies() async throws {
    try await SmallOffice.with { office in
      let li = try await office.harness.token("office", .owner, person: "li")
      let at = try await office.position()
      let draft = await office.harness.post(
        "/v1/policies", token: li, #"{"base":2,"title":"x","parameters":{"land.clock.answer":7}}"#)
      #expect(draft.status == 201, "\(draft.text)")
      let version = "\(draft.object["version"] ?? "")"
      #expect(try await office.told("county:341802", of: "policies", since: at) == [version])
      let parameters = try await office.told("bank:BA", of: "policy-parameters", since: at)
      #expect(parameters.contains("\(version)/land.clock.answer"), "\(parameters)")
    }
  }
}
