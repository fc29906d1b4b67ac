internal import Allocation

/// The OpenAPI 3.1 document and its readable page, made of the operations that are served: neither
/// can say more or less than what there is.
struct APIDocument: Sendable {
  let yaml: String
  let page: String

  /// Every operation, in the order of the document.
  static func operations(_ resources: [Resource]) -> [Operation] {
    let parts: [[Operation]] = [
      resources.flatMap { [$0.listing, $0.creation, $0.reading, $0.changing] },
      ImportRoutes.operations, EventRoutes.operations, Record.all.map(\.operation),
      Record.all.compactMap(\.reading), Record.stepOperations, DeskRoutes.operations,
      RoundRoutes.operations, AnalysisRoutes.operations, PolicyRoutes.operations,
      ActRoutes.operations, ServiceRoutes.operations,
    ]
    return parts.flatMap(\.self)
  }

  init(resources: [Resource]) {
    let operations = Self.operations(resources)
    yaml = Self.header + YAMLText.write(Self.document(operations, resources))
    page = DocsPage.html(operations)
  }

  private static let header = """
    # Made by Sources/DepartmentAPI/Document of the routes that are served. A test compares it with
    # Sources/DepartmentAPI/openapi.yaml; YAOSU_WRITE_DOCUMENT=1 makes the test write that file.

    """

  private static func document(_ operations: [Operation], _ resources: [Resource]) -> JSON {
    let schemas = schemas(resources)
    let examples = ExampleMaker(schemas: schemas, resources: resources)
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "要素 · department API", "version": "1",
        "description": .text(
          "Departments, banks, universities and county offices work through this API. "
            + "docs/api.md is a tutorial of ten minutes."),
      ],
      "servers": [["url": "/"]],
      "security": [["token": []]],
      "tags": .array(tags(operations).map { ["name": .text($0)] }),
      "paths": .object(paths(operations, examples)),
      "components": [
        "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
        "schemas": .object(schemas.map { JSON.Field($0.0, $0.1) }),
        "examples": .object(
          ProblemCode.allCases.map {
            JSON.Field($0.rawValue, ["summary": .text($0.title(.english)), "value": $0.example])
          }),
      ],
    ]
  }

  private static func tags(_ operations: [Operation]) -> [String] {
    operations.reduce(into: []) { tags, operation in
      if !tags.contains(operation.tag) { tags.append(operation.tag) }
    }
  }

  /// Every schema that has a name.
  static func schemas(_ resources: [Resource]) -> [(String, JSON)] {
    let parts: [[(String, JSON)]] = [
      resources.flatMap(\.schemas), ImportRoutes.schemas, Record.all.map { ($0.name, $0.schema) },
      Record.stepSchemas, RoundRoutes.schemas, AnalysisRoutes.schemas, PolicyRoutes.schemas,
      ActRoutes.schemas, [("Problem", Schema.problem)],
    ]
    return parts.flatMap(\.self)
  }

  private static func paths(_ operations: [Operation], _ examples: ExampleMaker) -> [JSON.Field] {
    var order: [String] = []
    var items: [String: [JSON.Field]] = [:]
    for operation in operations {
      if items[operation.path] == nil { order.append(operation.path) }
      items[operation.path, default: []].append(
        JSON.Field(operation.method.lowercased(), operation.json(examples)))
    }
    return order.map { JSON.Field($0, .object(items[$0] ?? [])) }
  }
}

extension Operation {
  /// The OpenAPI operation object.
  fileprivate func json(_ examples: ExampleMaker) -> JSON {
    var fields: [JSON.Field] = [
      JSON.Field("operationId", .text(id)), JSON.Field("tags", .array([.text(tag)])),
      JSON.Field("summary", .text("\(title.chinese) · \(title.english)")),
    ]
    if !needsToken { fields.append(JSON.Field("security", .array([]))) }
    if !parameters.isEmpty {
      fields.append(JSON.Field("parameters", .array(parameters.map(\.json))))
    }
    if let body {
      fields.append(
        JSON.Field("requestBody", ["required": true, "content": .object([body.json])]))
    }
    fields.append(JSON.Field("responses", .object(responses(examples))))
    return .object(fields)
  }

  private func responses(_ examples: ExampleMaker) -> [JSON.Field] {
    var responses: [JSON.Field] = []
    if let success = success.map({ $0.with(example: examples.answer(of: self)) }) {
      var answer: [JSON.Field] = [
        JSON.Field("description", .text(title.english)),
        JSON.Field("content", .object([success.json])),
      ]
      if !responseHeaders.isEmpty {
        answer.insert(JSON.Field("headers", .object(responseHeaders)), at: 1)
      }
      responses.append(JSON.Field("\(status)", .object(answer)))
    }
    if isChange, status == 200 {
      responses.append(JSON.Field("204", ["description": "Done, with Prefer: return=minimal."]))
    }
    if method == "GET", path.contains("{") {
      responses.append(JSON.Field("304", ["description": "Unchanged, with If-None-Match."]))
    }
    return responses + failures
  }

  /// Every problem that it can give.
  var allProblems: Set<ProblemCode> {
    Set(
      problems + [.headersTooLarge]
        + (needsToken
          ? [.badRequest, .unknownParameter, .tooManyRequests, .unavailable, .timeout]
          : [.badRequest]))
  }

  private var failures: [JSON.Field] {
    let byStatus = Dictionary(grouping: allProblems, by: \.status)
    return byStatus.sorted(by: { $0.key < $1.key }).map { status, codes in
      let names = codes.map(\.rawValue).sorted()
      let examples = names.map {
        JSON.Field($0, ["$ref": .text("#/components/examples/\($0)")])
      }
      var answer = [JSON.Field("description", .text(names.joined(separator: ", ")))]
      let headers = Self.headers(of: status)
      if !headers.isEmpty { answer.append(JSON.Field("headers", .object(headers))) }
      let content: JSON = ["schema": Schema.reference("Problem"), "examples": .object(examples)]
      answer.append(JSON.Field("content", ["application/problem+json": content]))
      return JSON.Field("\(status)", .object(answer))
    }
  }

  private static func headers(of failure: Int) -> [JSON.Field] {
    switch failure {
    case 401: [JSON.Field("WWW-Authenticate", header)]
    case 429, 503: [JSON.Field("Retry-After", ["schema": ["type": "integer"]])]
    default: []
    }
  }

  private static let header: JSON = ["schema": ["type": "string"]]

  private var responseHeaders: [JSON.Field] {
    guard path.contains("{") || status == 201 else { return [] }
    let names = ["ETag"] + (status == 201 ? ["Location"] : [])
    return names.map { JSON.Field($0, Self.header) }
  }
}

extension Operation.Parameter {
  fileprivate var json: JSON {
    [
      "name": .text(name), "in": .text(place.rawValue), "required": .truth(isRequired),
      "description": .text(meaning), "schema": schema,
    ]
  }
}

extension Operation.Content {
  fileprivate func with(example: JSON?) -> Self {
    Self(type: type, schema: schema, example: self.example ?? example)
  }

  fileprivate var json: JSON.Field {
    var fields = [JSON.Field("schema", schema)]
    if let example { fields.append(JSON.Field("example", example)) }
    return JSON.Field(type, .object(fields))
  }
}
