import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

/// Every route that names a row × every role × a row of somebody else's, in an office where every life has
/// begun. What there is, supervision lists.
@Suite("Nobody reaches what is not theirs")
struct ForeignRowWalkTests {
  /// One of each kind that sees rows of its own only, and offices with a mechanism of theirs.
  private static let departments = [
    "bank:BC", "university:4134010357", "county:341881", "institution:样本单位二", "finance_office",
    "human_resources",
  ]

  /// What everybody reads: nobody's row is foreign there.
  private static let everybodys: Set<String> = ["/v1/chains", "/v1/policies", "/v1/prime-rates"]

  private static func collection(_ operation: DepartmentAPI.Operation) -> String {
    operation.path.components(separatedBy: "/{")[0]
  }

  private static func path(_ operation: DepartmentAPI.Operation, _ row: [String: Any]) -> String {
    operation.segments.map { segment in
      guard segment.hasPrefix("{") else { return "/" + segment }
      return "/" + PercentText.encode("\(row[String(segment.dropFirst().dropLast())] ?? "")")
    }.joined()
  }

  @Test("404 or 403 on every route, in every role, and nothing is written")
  func walk() async throws {
    try await SmallOffice.with { office in
      try await office.begun()
      let routes = office.harness.responder.table.routes.map(\.operation)
        .filter { $0.path.contains("{") }
      let everything = try await office.token("supervision", .reader)
      var rows: [String: [[String: Any]]] = [:]
      for collection in Set(routes.map(Self.collection)) {
        rows[collection] = await office.harness.all(collection, token: everything).items
        #expect(rows[collection]?.isEmpty == false, "\(collection) has rows")
      }
      let before = try await traces(office)
      var walked: Set<String> = []
      for department in Self.departments {
        var tokens: [Role: String] = [:]
        for role in Role.allCases { tokens[role] = try await office.token(department, role) }
        let issued = try await traces(office)
        let own = tokens[.owner] ?? ""
        for (collection, all) in rows {
          let key = routes.first { Self.collection($0) == collection && $0.method == "GET" }
          guard let key else { continue }
          let seen = Set(
            await office.harness.all(collection, token: own).items.map { Self.path(key, $0) })
          guard let foreign = all.first(where: { !seen.contains(Self.path(key, $0)) }) else {
            continue
          }
          for operation in routes where Self.collection(operation) == collection {
            walked.insert(operation.id)
            for role in Role.allCases {
              await refuse(operation, foreign, tokens[role] ?? "", "\(department) \(role)", office)
            }
          }
        }
        #expect(try await traces(office) == issued, "\(department) has written something")
      }
      #expect(before.rows > 0)
      let missed = routes.filter { !walked.contains($0.id) }
      #expect(Set(missed.map(Self.collection)) == Self.everybodys, "\(missed.map(\.id))")
    }
  }

  /// What any change or reading of a name leaves.
  private struct Traces: Equatable {
    let rows: Int
    let readings: Int
    let answers: Int
  }

  private func traces(_ office: SmallOffice) async throws -> Traces {
    Traces(
      rows: try await office.harness.one("SELECT count(*) FROM audit.event"),
      readings: try await office.harness.one("SELECT count(*) FROM audit.personal_reading"),
      answers: try await office.harness.one("SELECT count(*) FROM access.answered"))
  }

  private func refuse(
    _ operation: DepartmentAPI.Operation, _ row: [String: Any], _ token: String, _ who: String,
    _ office: SmallOffice
  ) async {
    var path = Self.path(operation, row)
    if operation.parameters.contains(where: { $0.name == "purpose" }) { path += "?purpose=test" }
    let version = row["etag"] ?? row["version"] ?? "1"
    var headers = ["Idempotency-Key": UUID().uuidString]
    if operation.isChange { headers["If-Match"] = "\"\(version)\"" }
    let reply = await office.harness.call(
      operation.method, path, token: token,
      body: operation.body.map { $0.example?.compact ?? "{}" },
      headers: headers)
    #expect(
      reply.code == "not_found" || reply.code == "forbidden",
      "\(who) \(operation.method) \(path): \(reply.status) \(reply.text.prefix(300))")
    #expect(reply.items.isEmpty)
  }
}
