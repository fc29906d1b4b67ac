import Allocation
import Postgres
import Testing

@testable import DepartmentAPI

/// Every route, for every role, and for rows that belong to others. What there is to be seen is what
/// the supervision department lists.
@Suite("Who may do what")
struct RightsTests {
  /// Departments that see rows of their own only.
  private static let departments = [
    "bank", "university", "county", "institution",
  ]

  private func department(_ kind: String, _ harness: Harness) async throws -> String {
    try await harness.one(
      """
      SELECT d.code FROM access.department d
      LEFT JOIN allocation.offer o ON o.department = d.code
      WHERE d.kind = \(kind) GROUP BY d.code ORDER BY count(o.*) DESC, d.code LIMIT 1
      """)
  }

  private static func may(_ role: Role, _ operation: DepartmentAPI.Operation) -> Bool {
    operation.roles.isEmpty ? role.mayWrite : operation.roles.contains(role)
  }

  private func path(_ resource: Resource, _ row: [String: Any]) -> String {
    resource.collectionPath
      + resource.key.map { "/" + PercentText.encode("\(row[$0] ?? "")") }.joined()
  }

  @Test("A department lists its own rows, is told how many are hidden, and reaches none of them")
  func foreignRows() async throws {
    try await Harness.with { harness in
      let everything = try await harness.token("supervision", .reader)
      var whole: [String: [[String: Any]]] = [:]
      for resource in try Resource.all() {
        whole[resource.path] = await harness.all(resource.collectionPath, token: everything).items
        let there: Int = try await harness.one(
          "SELECT count(*) FROM \(identifier: "registry.\(resource.table.name)")")
        #expect(whole[resource.path]?.count == there && there > 0, "\(resource.path)")
      }
      for kind in Self.departments {
        let department = try await department(kind, harness)
        let token = try await harness.token(department, .owner)
        for resource in try Resource.all() {
          let all = whole[resource.path] ?? []
          let reply = await harness.call("GET", resource.collectionPath, token: token)
          if reply.status == 403 {
            // No business with the table at all: no row of it can be read either.
            let sample = await harness.call("GET", path(resource, all[0]), token: token)
            #expect(sample.status == 404, "\(department) \(resource.path)")
            continue
          }
          let (own, hidden) = await harness.all(resource.collectionPath, token: token)
          #expect(own.count + (hidden ?? -1) == all.count, "\(department) \(resource.path)")
          let ownPaths = Set(own.map { path(resource, $0) })
          let foreign = all.map { path(resource, $0) }.filter { !ownPaths.contains($0) }
          for path in foreign.prefix(3) {
            #expect(await harness.call("GET", path, token: token).status == 404, "\(path)")
            let change = await harness.call(
              "PATCH", path, token: token, body: "{}", headers: ["If-Match": "\"1\""])
            #expect(change.status == 404, "\(department) PATCH \(path)")
          }
          if let path = ownPaths.min() {
            #expect(await harness.call("GET", path, token: token).status == 200)
          }
        }
      }
    }
  }

  /// What is on record and not everybody's, by how many rows there are.
  private static let counts: [(path: String, rows: SQL)] = [
    ("rounds", "SELECT count(*) FROM allocation.round"),
    ("queued-rounds", "SELECT count(*) FROM allocation.queued_round"),
    ("acts", "SELECT count(*) FROM allocation.act"),
    ("explanations", "SELECT count(*) FROM report.unserved"),
    ("offers", "SELECT count(*) FROM allocation.offer"),
    ("headcount", "SELECT 36 * count(*) FROM registry.institution_posts"),
  ]

  @Test("What is on record is never silently left out: seen and hidden rows are all that there are")
  func hiddenRecords() async throws {
    try await Harness.with { harness in
      let office = try await harness.token("office", .owner, person: "li")
      let asked = await harness.post("/v1/rounds", token: office, #"{"mechanism":"rotation"}"#)
      #expect(asked.status == 202, "\(asked.text)")
      let round = await harness.call("GET", "/v1/rounds?limit=1", token: office).items[0]
      let act = await harness.post(
        "/v1/rounds/\(round["round_id"] ?? "")/publication", token: office,
        #"{"content_digest":"\#(round["content_digest"] ?? "")"}"#)
      #expect(act.status == 201, "\(act.text)")
      var hiddenSomewhere: Set<String> = []
      for kind in Self.departments + ["finance_office", "natural_resources", "office"] {
        let token = try await harness.token(try await department(kind, harness), .owner)
        for (path, rows) in Self.counts {
          let there = try await harness.superuser.query(rows).only(Int.self)
          let (seen, hidden) = await harness.all("/v1/\(path)", token: token)
          #expect(seen.count + (hidden ?? -1) == there, "\(kind) \(path)")
          if let hidden, hidden > 0 { hiddenSomewhere.insert(path) }
        }
      }
      #expect(hiddenSomewhere == Set(Self.counts.map(\.path)))
    }
  }

  @Test("Every route asks for a token, and lets each role do its part only")
  func roles() async throws {
    try await Harness.with { harness in
      let operations = APIDocument.operations(try Resource.all())
      var tokens: [Role: String] = [:]
      for role in Role.allCases { tokens[role] = try await harness.token("office", role) }
      for operation in operations {
        let path = operation.segments.map { $0.hasPrefix("{") ? "1" : $0 }
          .map { "/" + $0 }.joined()
        let body = operation.body == nil ? nil : "{}"
        let headers = ["Idempotency-Key": "k-\(operation.id)", "If-Match": "\"1\""]
        guard operation.needsToken else {
          #expect(await harness.call(operation.method, path).status == 200, "\(path)")
          continue
        }
        for token in [nil, "", "x", "yaosu_" + String(repeating: "A", count: 43)] {
          let reply = await harness.call(
            operation.method, path, token: token, body: body, headers: headers)
          #expect(reply.status == 401, "\(operation.id)")
          #expect(reply.header("WWW-Authenticate") == "Bearer")
        }
        for role in Role.allCases {
          let reply = await harness.call(
            operation.method, path, token: tokens[role], body: body, headers: headers)
          let isAudit = operation.path == "/v1/audit"
          let isRefused =
            role == .admin || (role == .auditor) != isAudit
            || (operation.isChange && !Self.may(role, operation))
            || (operation.tag == "offers" && operation.isChange && role != .owner)
          // A path that holds no key of its table is no row, whoever asks.
          let isAbsent = reply.status == 404 && path.hasSuffix("1")
          #expect(
            isRefused ? reply.status == 403 || isAbsent : reply.status != 401,
            "\(operation.id) \(role): \(reply.status) \(reply.text)")
          #expect(reply.status < 500, "\(operation.id) \(role): \(reply.text)")
          if isRefused { #expect(reply.items.isEmpty) }
        }
      }
    }
  }

  @Test("Names of persons are masked in every role, and nobody filters by them")
  func masks() async throws {
    try await Harness.with { harness in
      let reader = try await harness.token("science_technology", .reader)
      let clerk = try await harness.token("science_technology", .clerk)
      for token in [reader, clerk] {
        let masked = await harness.call("GET", "/v1/experts?limit=5", token: token)
        #expect(masked.items.count == 5)
        #expect(masked.items.allSatisfy { $0["name"] as? String == Resource.mask })
      }
      let probe = await harness.call("GET", "/v1/experts?name=x", token: clerk)
      #expect(probe.code == "unknown_parameter")
      // The database keeps the same columns from readers.
      for resource in try Resource.all() {
        let kept = try await harness.superuser.query(
          """
          SELECT a.attname::text FROM pg_attribute a
          WHERE a.attrelid = \("registry." + resource.table.name)::regclass AND a.attnum > 0
            AND NOT has_column_privilege('yaosu_reader', a.attrelid, a.attnum, 'select')
          """
        ).decode(String.self)
        #expect(Set(kept) == resource.personal, "\(resource.path)")
      }
    }
  }

  @Test("Who tells a purpose reads a name, and leaves a trace; a mask is no name")
  func namesWithPurpose() async throws {
    try await Harness.with { harness in
      let clerk = try await harness.token("science_technology", .clerk)
      let reader = try await harness.token("science_technology", .reader)
      let (code, name) = try await harness.superuser.query(
        "SELECT code, name FROM registry.experts ORDER BY code LIMIT 1"
      ).only(String.self, String.self)
      let path = "/v1/experts/\(code)"
      let readings: SQL = """
        SELECT count(*) FROM audit.personal_reading
        WHERE kind = 'expert' AND code = \(code) AND purpose = 'agreement'
          AND on_behalf_of LIKE 'science_technology, token %'
        """
      let named = await harness.call("GET", path + "?purpose=agreement", token: clerk)
      #expect(named.object["name"] as? String == name)
      #expect(try await harness.superuser.query(readings).only(Int.self) == 1)
      for (query, token, status) in [
        ("?purpose=agreement", reader, 403), ("?purpose=x", clerk, 400), ("", clerk, 200),
      ] {
        let reply = await harness.call("GET", path + query, token: token)
        #expect(reply.status == status, "\(query)")
        #expect(!reply.text.contains(name))
      }
      let foreign = try await harness.token("finance_office", .owner)
      let hidden = await harness.call("GET", path + "?purpose=agreement", token: foreign)
      #expect(hidden.status == 404)
      #expect(try await harness.superuser.query(readings).only(Int.self) == 1)
      let sentBack = await harness.call(
        "PATCH", path, token: clerk, body: #"{"name": "***"}"#,
        headers: ["If-Match": named.header("ETag") ?? ""])
      #expect(sentBack.status == 422)
    }
  }
}
