internal import Allocation

/// Examples of what the API gives, made of the schemas themselves and so never at odds with them.
///
/// A row of the registry is the sample city's first. Everything else is put together field by field: of a
/// closed list the first word, of a name that ``words`` knows its value there.
struct ExampleMaker: Sendable {
  private let schemas: [String: JSON]
  private let rows: [String: JSON]

  init(schemas: [(String, JSON)], resources: [Resource]) {
    self.schemas = Dictionary(schemas, uniquingKeysWith: { first, _ in first })
    rows = Dictionary(
      resources.map { ($0.name, $0.exampleRow) }, uniquingKeysWith: { first, _ in first })
  }

  /// What an operation gives where all is well; `nil` for one that gives nothing.
  func answer(of operation: Operation) -> JSON? {
    guard let success = operation.success else { return nil }
    if let text = Self.texts[operation.id] { return .text(text) }
    return success.example ?? value(by: success.schema, named: "")
  }

  /// - Complexity: O(the schema with all that it refers to); no schema of ours refers to itself.
  private func value(by schema: JSON, named name: String) -> JSON {
    if case .text(let reference)? = schema["$ref"], let meant = reference.split(separator: "/").last
    {
      let meant = String(meant)
      return rows[meant] ?? schemas[meant].map { value(by: $0, named: name) } ?? .null
    }
    if case .array(let words)? = schema["enum"] {
      if let known = Self.words[name], words.contains(known) { return known }
      return words.first ?? .null
    }
    if let known = Self.words[name], Self.fits(known, schema) { return known }
    return switch Self.type(schema) {
    case "object": object(schema)
    case "array": .array(schema["items"].map { [value(by: $0, named: "")] } ?? [])
    case "string": Self.text(schema)
    case "integer": 1
    case "boolean": false
    default: .null
    }
  }

  private func object(_ schema: JSON) -> JSON {
    guard case .object(let properties)? = schema["properties"] else { return .object([]) }
    return .object(properties.map { JSON.Field($0.name, value(by: $0.value, named: $0.name)) })
  }

  private static func text(_ schema: JSON) -> JSON {
    switch schema["format"] {
    case "date": "2026-11-27"
    case "date-time": "2026-11-27T02:00:05.123+08:00"
    default: "…"
    }
  }

  /// The type where a value is required; what may be null and has no value of its own, is null.
  private static func type(_ schema: JSON) -> JSON? {
    if case .array? = schema["type"] { return "null" }
    return schema["type"]
  }

  private static func fits(_ value: JSON, _ schema: JSON) -> Bool {
    let types: [JSON] =
      switch schema["type"] {
      case .array(let several)?: several
      case let one?: [one]
      case nil: []
      }
    return switch value {
    case .text: types.contains("string")
    case .number: types.contains("integer")
    case .truth: types.contains("boolean")
    case .array: types.contains("array")
    case .object: types.contains("object")
    case .null: types.contains("null")
    }
  }
}

extension Resource {
  /// The sample city's first row as it is read.
  fileprivate var exampleRow: JSON {
    let sample = table.sample
    let columns = table.columns.map { column in
      let value = sample[column.name].map(JSON.init) ?? .null
      return JSON.Field(column.name, personal.contains(column.name) ? .text(Self.mask) : value)
    }
    let derived = Self.derived.filter { table.column($0) == nil }.map {
      JSON.Field($0, $0 == "jurisdiction" ? "341800" : .null)
    }
    return .object(columns + derived + [JSON.Field("version", "41")])
  }
}

extension ProblemCode {
  /// The document of such a problem.
  var example: JSON {
    let problem =
      switch self {
      case .invalidFields:
        Problem.field("tax_wan", "not_number", "不是数", "not a number", "120")
      case .badParameter, .unknownParameter:
        Problem.parameter("limit", "须为 1 至 200", "1 to 200").with(code: self)
      default: Problem(self)
      }
    return problem.document(.chinese, id: "3f9d2c51b0a7e846")
  }
}

extension Problem {
  fileprivate func with(code: ProblemCode) -> Problem {
    var copy = Problem(code)
    copy.errors = errors
    return copy
  }
}
