internal import Allocation

extension Resource {
  /// What stands in the document for a row that is read, created or changed.
  var schemas: [(String, JSON)] {
    let columns = table.columns.map { ($0, Schema.of($0)) }
    let derived = Self.derived.filter { table.column($0) == nil }
    let read =
      columns.map { ($0.0.name, readSchema($0.0, $0.1)) }
      + derived.map { ($0, ["type": ["string", "null"]] as JSON) } + [
        ("version", ["type": "string"])
      ]
    let place: [(String, JSON)] =
      table.needsJurisdiction
      ? [("jurisdiction", ["type": "string", "pattern": "^[0-9]{6}$"])] : []
    let created = columns.map { ($0.0.name, $0.0.isRequired ? $0.1 : Schema.orNull($0.1)) }
    let changed = created.filter { !table.key.contains($0.0) }
    return [
      (name, Schema.object(read, required: ["version"])),
      (
        "New\(name)",
        Schema.object(
          created + place, required: table.columns.filter(\.isRequired).map(\.name))
      ),
      ("\(name)Change", Schema.object(changed, required: [])),
    ]
  }

  private func readSchema(_ column: RegistryColumn, _ schema: JSON) -> JSON {
    column.isRequired ? schema : Schema.orNull(schema)
  }

  private var keyParameters: [Operation.Parameter] {
    key.map { name in
      Operation.Parameter(
        name: name, place: .path, isRequired: true,
        schema: table.column(name).map { .object(Schema.form($0.form)) }
          ?? ["type": "string", "pattern": "^[0-9]{6}$"],
        meaning: table.column(name)?.header ?? "所属地级市代码")
    }
  }

  private func operation(
    _ id: String, _ method: String, _ path: String, _ chinese: String, _ english: String
  ) -> Operation {
    Operation(
      id: id, method: method, path: path, tag: self.path, title: (chinese, english))
  }

  var listing: Operation {
    var operation = operation(
      "list\(name)", "GET", collectionPath, "查询\(table.title)", "List \(path)")
    operation.parameters =
      Operation.paging
      + [
        Operation.Parameter(
          name: "columns", place: .query, schema: ["type": "string"],
          meaning: "Columns wanted, separated by commas.")
      ]
      + PageRequest.filters(of: self).map { parameter, column, relation in
        Operation.Parameter(
          name: parameter, place: .query, schema: filterSchema(column),
          meaning: "\(column.header)（\(relation.rawValue)）")
      }
    let page = Schema.page(of: Schema.reference(name))
    operation.success = .init(schema: page, example: nil)
    operation.problems = [
      .badRequest, .unknownParameter, .badParameter, .unauthenticated, .forbidden,
    ]
    return operation
  }

  private func filterSchema(_ column: RegistryColumn) -> JSON {
    if case .list(let words) = column.form {
      return words.map { ["type": "string", "enum": .array($0.map(JSON.text))] }
        ?? ["type": "string", "minLength": 1, "maxLength": 64]
    }
    return .object(Schema.form(column.form))
  }

  var reading: Operation {
    var operation = operation(
      "get\(name)", "GET", itemPath, "读取\(table.title)", "Read one of \(path)")
    operation.parameters = keyParameters
    operation.success = .init(schema: Schema.reference(name), example: nil)
    operation.problems = [.badRequest, .unauthenticated, .notFound]
    operation.isBrief = true
    if person != nil {
      operation.parameters.append(.purpose)
      operation.problems += [.badParameter, .forbidden]
    }
    return operation
  }

  var creation: Operation {
    var operation = operation(
      "create\(name)", "POST", collectionPath, "登记\(table.title)", "Create one of \(path)")
    operation.parameters = [.idempotencyKey, .prefer]
    operation.body = .init(
      schema: Schema.reference("New\(name)"), example: .object(orderedExample))
    operation.isBrief = true
    operation.status = 201
    operation.success = .init(schema: Schema.reference(name), example: nil)
    operation.problems = Operation.writeProblems + [.keyMissing, .keyReused, .exists, .overlap]
    return operation
  }

  var changing: Operation {
    var operation = operation(
      "change\(name)", "PATCH", itemPath, "更改\(table.title)", "Change one of \(path)")
    operation.parameters = keyParameters + [.ifMatch, .prefer]
    operation.body = .init(
      schema: Schema.reference("\(name)Change"),
      example: .object(orderedExample.filter { !table.key.contains($0.name) }.suffix(1)))
    operation.success = .init(schema: Schema.reference(name), example: nil)
    operation.problems =
      Operation.writeProblems
      + [.notFound, .overlap, .wrongState, .changedMeanwhile, .versionMissing]
    return operation
  }

  /// A row that could be sent.
  private var orderedExample: [JSON.Field] {
    let sample = table.sample
    return table.columns.compactMap { column in
      sample[column.name].map { JSON.Field(column.name, JSON($0)) }
    }
  }
}

extension JSON {
  init(_ value: FieldValue) {
    self =
      switch value {
      case .null, .other: .null
      case .text(let text): .text(text)
      case .number(let digits): .number(digits)
      case .truth(let truth): .truth(truth)
      case .list(let items): .array(items.map(JSON.init))
      }
  }
}

extension Operation {
  static let paging = [
    Parameter(
      name: "limit", place: .query,
      schema: ["type": "integer", "minimum": 1, "maximum": 200, "default": 50],
      meaning: "Rows on a page."),
    Parameter(
      name: "cursor", place: .query, schema: ["type": "string"],
      meaning: "Where to go on: next of the page before."),
  ]

  /// What any operation with a body can answer.
  static let writeProblems: [ProblemCode] = [
    .badRequest, .malformedJSON, .badParameter, .unknownParameter, .unauthenticated, .forbidden,
    .bodyTimeout, .bodyTooLarge, .unsupportedMediaType, .invalidFields,
  ]
}

extension Operation.Parameter {
  static let idempotencyKey = Self(
    name: "Idempotency-Key", place: .header, isRequired: true,
    schema: ["type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"],
    meaning: "A new key for each POST, and the same one for its retries.")

  static let ifMatch = Self(
    name: "If-Match", place: .header, isRequired: true,
    schema: ["type": "string", "pattern": "^\"[!#-~]+\"$"],
    meaning: "The ETag of the row as you have read it.")

  static let purpose = Self(
    name: "purpose", place: .query,
    schema: ["type": "string", "minLength": 2, "maxLength": 200],
    meaning:
      "Why the person's name is read: it is masked otherwise. Clerks and owners only; the reading is kept."
  )

  static let prefer = Self(
    name: "Prefer", place: .header,
    schema: ["type": "string"],
    meaning: "return=minimal leaves the row out of the answer.")
}
