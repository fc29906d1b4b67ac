import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

/// What is really answered, beside what the document says is.
@Suite("Answers are as the document says")
struct AnswerTests {
  /// The query of what needs one.
  private static let queries: [String: SQL] = [
    "compareRounds":
      "SELECT '?with=' || max(round_id) FROM allocation.round WHERE mechanism = 'land'",
    "priceChainBanks": """
    SELECT '?lead=' || partner || '&partner=' || lead || '&from=' || lower(period) + 1
    FROM finance.chain_bank WHERE chain = 'C01'
    """,
  ]

  /// The row of which the query is.
  private static let rows: [String: SQL] = [
    "/v1/rounds": "SELECT max(round_id)::text FROM allocation.round WHERE mechanism = 'land'",
    "/v1/chain-banks":
      "SELECT max(chain_bank_id)::text FROM finance.chain_bank WHERE chain = 'C01'",
  ]

  @Test("Every GET, its rows and its lists, in an office where every life has begun")
  func reads() async throws {
    try await SmallOffice.with { office in
      try await office.begun()
      let check = SchemaCheck(APIDocument.schemas(try Resource.all()))
      let token = try await office.token("office", .owner)
      let auditor = try await office.token("audit", .auditor)
      var checked = 0
      for operation in office.harness.responder.table.routes.map(\.operation)
      where operation.method == "GET" && operation.success?.type == "application/json" {
        let path = try await path(operation, office, token)
        let reply = await office.get(path, operation.path == "/v1/audit" ? auditor : token)
        #expect(reply.status == operation.status, "\(path): \(reply.text)")
        let faults = check.faults(
          in: try JSONReader.read(reply.body), by: operation.success?.schema ?? .null)
        #expect(faults == [], "\(path)")
        if operation.path.hasPrefix("/v1/"), !operation.path.contains("{") {
          #expect(!reply.items.isEmpty, "\(path) lists something")
        }
        checked += 1
      }
      #expect(checked > 60)
    }
  }

  private func path(
    _ operation: DepartmentAPI.Operation, _ office: SmallOffice, _ token: String
  ) async throws -> String {
    guard operation.path.contains("{") else { return operation.path }
    let collection = operation.path.components(separatedBy: "/{")[0]
    let row = await office.get(collection + "?limit=1", token).items.first ?? [:]
    let known = try await Self.rows[collection].asyncMap {
      try await office.harness.one($0, as: String.self)
    }
    let path = operation.segments.map { segment in
      guard segment.hasPrefix("{") else { return "/" + segment }
      let key = row[String(segment.dropFirst().dropLast())]
      return "/" + PercentText.encode(known ?? "\(key ?? "")")
    }.joined()
    guard let query = Self.queries[operation.id] else { return path }
    return path + (try await office.harness.one(query, as: String.self))
  }
}

extension Optional where Wrapped: Sendable {
  fileprivate func asyncMap<R>(_ body: (Wrapped) async throws -> R) async rethrows -> R? {
    guard let self else { return nil }
    return try await body(self)
  }
}
