import Foundation

@testable import DepartmentAPI

extension HostileTarget {
  /// Asks in a good way.
  typealias Ask = (
    _ method: String, _ path: String, _ token: String, _ body: String?,
    _ headers: [String: String]
  ) async -> Reply

  /// Finds for every operation a caller who may, and a row that the caller sees.
  ///
  /// - Parameter tokens: who there is; of several who may, the first is taken.
  static func all(
    of operations: [DepartmentAPI.Operation], tokens: [String], schemas: [(String, JSON)], ask: Ask
  ) async -> [HostileTarget] {
    var rows: [String: [String: Any]] = [:]
    for operation in operations where operation.method == "GET" && !operation.path.contains("{") {
      guard operation.needsToken, operation.id != EventRoutes.stream.id else { continue }
      for token in tokens {
        let list = await ask("GET", operation.path + "?limit=1", token, nil, [:])
        rows["\(operation.path) \(token)"] = list.items.first
      }
    }
    var targets: [HostileTarget] = []
    for operation in operations {
      let collection = operation.path.split(separator: "/{")[0]
      let several = tokens.map { token in
        HostileTarget(operation, token, rows["\(collection) \(token)"] ?? [:], schemas)
      }
      targets.append(await several.first(ask))
    }
    return targets
  }

  private init(
    _ operation: DepartmentAPI.Operation, _ token: String, _ row: [String: Any],
    _ schemas: [(String, JSON)]
  ) {
    self.operation = operation
    self.token = token
    keys = row.mapValues { "\($0)" }
    version = row["etag"] as? String ?? row["version"] as? String ?? "1"
    if case .object(let example)? = operation.body?.example {
      self.example = example
    } else {
      example = []
    }
    fields = operation.body.map { Self.names($0.schema, schemas) + ["colour"] } ?? []
  }

  private static func names(_ schema: JSON, _ schemas: [(String, JSON)]) -> [String] {
    if case .text(let reference)? = schema["$ref"] {
      let meant = schemas.first { reference.hasSuffix("/\($0.0)") }?.1 ?? .null
      return names(meant, schemas)
    }
    guard case .object(let properties)? = schema["properties"] else { return [] }
    return properties.flatMap { property in
      [property.name] + names(property.value, schemas).map { "\(property.name)/\($0)" }
    }
  }

  /// Whether the caller gets past the gate; a field that nobody knows is refused right behind it.
  fileprivate func isOpen(_ ask: Ask) async -> Bool {
    guard operation.id != EventRoutes.stream.id else { return true }
    var headers = ["Idempotency-Key": "trial-\(operation.id)", "If-Match": "\"\(version)\""]
    if isForm { headers["Content-Type"] = "multipart/form-data; boundary=b" }
    let body = operation.body == nil ? nil : #"{"colour":1}"#
    let reply = await ask(operation.method, path(with: [:]), token, body, headers)
    return ![401, 403, 404].contains(reply.status)
  }
}

extension [HostileTarget] {
  fileprivate func first(_ ask: HostileTarget.Ask) async -> HostileTarget {
    for target in self where await target.isOpen(ask) { return target }
    return self[0]
  }
}
