import Allocation
import Foundation
import Postgres
import TestSupport

@testable import DepartmentAPI

/// A POST that succeeds in a small office, and what it does there, counted in base tables.
struct PostCase: Sendable {
  /// The operation's id.
  let operation: String
  /// Asks for the department's code.
  let by: SQL
  var role = Role.owner
  var person: String?
  /// Asks for the path; of a step, the row's own.
  let path: SQL
  /// The last segment of a step's path.
  var step: String?
  /// Asks for the body.
  let body: SQL
  var contentType = "application/json"
  /// Counts what the call does.
  let effect: SQL
  /// By how much that count grows.
  var growth = 1
  /// Events of the audit that the call leaves, and what they name as their action.
  var events = 1
  var action: String?
  /// The day and the round that have to come first.
  var today: String?
  var night: MechanismName?

  /// What stands on a row and its version.
  static func step(
    _ operation: String, _ step: String, on path: SQL, by department: SQL, _ body: String = "{}",
    effect: SQL, today: String? = nil, night: MechanismName? = nil
  ) -> PostCase {
    var new = PostCase(
      operation: operation, by: department, path: path, body: "SELECT \(body)::text",
      effect: effect)
    (new.step, new.today, new.night) = (step, today, night)
    return new
  }

  /// What is posted to a collection.
  static func opening(
    _ operation: String, _ path: String, by department: String, _ body: String, effect: SQL
  ) -> PostCase {
    PostCase(
      operation: operation, by: "SELECT \(department)::text", path: "SELECT \(path)::text",
      body: "SELECT \(body)::text", effect: effect)
  }
}

/// Cases in the order in which they can happen to one office.
struct PostStory: Sendable, CustomStringConvertible {
  let name: String
  var today = "2026-11-30"
  let cases: [PostCase]

  var description: String { name }

  static let all = [
    registry, spreadsheets, loans, otherLoans, terms, talents, seals, sessions, movedSession,
    offered, lists, wishes, acts,
  ]
}

extension PostStory {
  /// The key of a new row beside the office's first one, and who may write the table.
  private static let rows: [(resource: String, by: String, other: [String: String])] = [
    ("enterprises", "industry", ["uscc": "91350100M000100Y43"]),
    ("chains", "industry", ["code": "C09"]),
    ("parcels", "natural_resources", ["code": "DK-N"]),
    (
      "land-quotas", "natural_resources",
      ["code": "JS-N", "period_start": "2027-01-01", "period_end": "2027-12-31"]
    ),
    ("land-requests", "natural_resources", ["number": "TD-N"]),
    ("banks", "finance_office", ["code": "BN"]),
    (
      "credit-lines", "finance_office",
      ["period_start": "2027-01-01", "period_end": "2027-12-31"]
    ),
    ("products", "finance_office", ["code": "BA-N"]),
    ("finance-requests", "finance_office", ["number": "RZ-N"]),
    ("experts", "science_technology", ["code": "ZJ-N"]),
    ("expert-requests", "science_technology", ["number": "KJ-N"]),
    ("talents", "human_resources", ["code": "RC-N"]),
    ("host-posts", "human_resources", ["number": "RH-N"]),
    ("institution-posts", "human_resources", ["code": "BZ-N"]),
  ]

  private static let registry = PostStory(
    name: "rows of the registry",
    cases: ((try? Resource.all()) ?? []).compactMap { resource in
      guard let row = rows.first(where: { $0.resource == resource.path }) else { return nil }
      return PostCase.opening(
        resource.creation.id, resource.collectionPath, by: row.by,
        SmallOffice.row(of: resource.table, with: row.other),
        effect: "SELECT count(*) FROM \(identifier: "registry.\(resource.table.name)")")
    })

  private static let spreadsheets: PostStory = {
    let sheet = [
      "--b", #"Content-Disposition: form-data; name="files"; filename="chains.csv""#, "",
      "code,name,industry_divisions", "C07,低空经济,C37", "--b--", "",
    ].joined(separator: "\r\n")
    var submission = PostCase.opening(
      "importSpreadsheets", "/v1/imports", by: "industry", sheet,
      effect: "SELECT count(*) FROM registry.chains WHERE code = 'C07'")
    submission.contentType = "multipart/form-data; boundary=b"
    submission.action = "import"
    return PostStory(name: "spreadsheets", cases: [submission])
  }()
}

extension SmallOffice {
  /// The first row of a table's sheet as a body, some of its cells otherwise.
  static func row(of table: RegistryTable, with other: [String: String]) -> String {
    let lines = sheets[table.name]?.split(separator: "\n").prefix(2).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let lines, lines.count == 2 else { return "{}" }
    let cells = zip(lines[0], lines[1]).map { name, cell in (name, other[name] ?? cell) }
    let fields = cells.compactMap { name, cell -> JSON.Field? in
      guard !cell.isEmpty, let form = table.column(name)?.form else { return nil }
      return JSON.Field(name, value(cell, form))
    }
    return JSON.object(fields).compact
  }

  private static func value(_ cell: String, _ form: RegistryColumn.Form) -> JSON {
    switch form {
    case .integer: .number(cell)
    case .flag: .truth(cell == "true")
    case .list: .array(cell.split(separator: ";").map { .text(String($0)) })
    case .text, .code, .decimal, .day, .word: .text(cell)
    }
  }
}
