internal import Allocation

/// JSON Schema of what the API takes and gives.
enum Schema {
  static func reference(_ name: String) -> JSON { ["$ref": .text("#/components/schemas/\(name)")] }

  /// A column's values.
  static func of(_ column: RegistryColumn) -> JSON {
    var fields = form(column.form)
    fields.append(JSON.Field("description", .text(column.header)))
    return .object(fields)
  }

  /// A character that is no control character.
  private static let plain = "[^\\u0000-\\u001F\\u007F-\\u009F]"
  private static let noControls = "^\(plain)*$"
  /// PostgreSQL's text holds every character but this one.
  private static let noNull = "^[^\\u0000]*$"

  /// A text for people, as ``Fields/Form/words(atMost:)`` takes it.
  static func words(atMost limit: Int) -> JSON {
    [
      "type": "string", "minLength": 1, "maxLength": .number("\(limit)"),
      "pattern": .text("^\(plain)*[^\\s\\u0000-\\u001F\\u007F-\\u009F]\(plain)*$"),
    ]
  }

  static func form(_ form: RegistryColumn.Form) -> [JSON.Field] {
    switch form {
    case .text:
      type("string", ("minLength", 1), ("maxLength", 2000), ("pattern", .text(noControls)))
    case .code:
      type("string", ("minLength", 1), ("maxLength", 64), ("pattern", .text(noNull)))
    case .integer(let range, let isPositive):
      type(
        "integer", ("minimum", .number("\(isPositive ? 1 : range.lowerBound)")),
        ("maximum", .number("\(range.upperBound)")))
    case .decimal(let places, _, _):
      type("string", ("pattern", .text("^-?[0-9]+(\\.[0-9]{1,\(places)})?$")))
    case .day: type("string", ("format", "date"))
    case .flag: type("boolean")
    case .word(let words): type("string", ("enum", .array(words.map(JSON.text))))
    case .list(let words):
      type(
        "array",
        (
          "items",
          words.map { .object(type("string", ("enum", .array($0.map(JSON.text))))) }
            ?? .object(
              type("string", ("minLength", 1), ("maxLength", 64), ("pattern", .text(noNull))))
        ),
        ("minItems", 1), ("uniqueItems", true))
    }
  }

  private static func type(_ name: String, _ more: (String, JSON)...) -> [JSON.Field] {
    [JSON.Field("type", .text(name))] + more.map { JSON.Field($0.0, $0.1) }
  }

  /// The same, or null.
  static func orNull(_ schema: JSON) -> JSON {
    guard case .object(let fields) = schema else { return schema }
    return .object(
      fields.map { field in
        switch field.name {
        case "type": JSON.Field("type", .array([field.value, "null"]))
        case "enum":
          if case .array(let words) = field.value {
            JSON.Field("enum", .array(words + [.null]))
          } else {
            field
          }
        default: field
        }
      })
  }

  static func object(
    _ properties: [(String, JSON)], required: [String], isClosed: Bool = true
  ) -> JSON {
    var fields: [JSON.Field] = [
      JSON.Field("type", "object"),
      JSON.Field("properties", .object(properties.map { JSON.Field($0.0, $0.1) })),
    ]
    if !required.isEmpty {
      fields.append(JSON.Field("required", .array(required.map(JSON.text))))
    }
    if isClosed { fields.append(JSON.Field("additionalProperties", false)) }
    return .object(fields)
  }

  /// A page of a list.
  static func page(of item: JSON) -> JSON {
    object(
      [
        (
          "hidden",
          [
            "type": "integer", "minimum": 0,
            "description":
              "Rows of your prefecture that you may not see, whatever the filters; on the first page only.",
          ]
        ),
        (
          "next",
          [
            "type": ["string", "null"],
            "description": "Send it as cursor for the next page; null on the last.",
          ]
        ),
        ("items", ["type": "array", "items": item]),
      ], required: ["next", "items"])
  }

  static let problem = object(
    [
      ("type", ["type": "string"]), ("title", ["type": "string"]),
      ("status", ["type": "integer"]), ("code", ["type": "string"]),
      ("detail", ["type": "string"]), ("remedy", ["type": "string"]),
      ("instance", ["type": "string", "description": "The request's id."]),
      ("fault_count", ["type": "integer", "description": "Of an import: all faults."]),
      (
        "errors_csv",
        ["type": "string", "description": "Of an import: all faults as a CSV file, up to 4 MiB."]
      ),
      (
        "errors",
        [
          "type": "array",
          "items": object(
            [
              ("pointer", ["type": "string", "description": "RFC 6901, into the body."]),
              ("parameter", ["type": "string"]), ("code", ["type": "string"]),
              ("detail", ["type": "string"]), ("remedy", ["type": "string"]),
            ], required: ["code", "detail", "remedy"]),
        ]
      ),
    ], required: ["type", "title", "status", "code", "remedy", "instance"])
}
