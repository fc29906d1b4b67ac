import Foundation

@testable import DepartmentAPI

/// Compares values with the schemas of the document, by as much of JSON Schema as that uses. A word of a
/// schema that it does not know is a fault, too: nothing goes unread.
struct SchemaCheck {
  private let schemas: [String: JSON]

  init(_ schemas: [(String, JSON)]) {
    self.schemas = Dictionary(schemas, uniquingKeysWith: { first, _ in first })
  }

  func faults(in value: JSON, by schema: JSON, at place: String = "") -> [String] {
    guard case .object(let words) = schema else { return ["\(place): no schema"] }
    if case .text(let reference)? = schema["$ref"] {
      guard let name = reference.split(separator: "/").last, let meant = schemas[String(name)]
      else { return ["\(place): \(reference)"] }
      return faults(in: value, by: meant, at: place)
    }
    return words.flatMap { fault($0, value, schema, place) }
  }

  private func fault(
    _ word: JSON.Field, _ value: JSON, _ schema: JSON, _ place: String
  ) -> [String] {
    func unless(_ holds: Bool) -> [String] {
      holds
        ? [] : ["\(place): \(value.compact.prefix(80)) against \(word.name) \(word.value.compact)"]
    }
    switch (word.name, value) {
    case ("description", _), ("default", _), ("contentMediaType", _): return []
    case ("type", _): return unless(types(word.value).contains { fits(value, $0) })
    case ("enum", _):
      guard case .array(let list) = word.value else { return unless(false) }
      return unless(list.contains(value))
    case ("properties", .object(let fields)):
      return fields.flatMap { field in
        word.value[field.name].map { faults(in: field.value, by: $0, at: "\(place)/\(field.name)") }
          ?? []
      }
    case ("required", .object(let fields)):
      guard case .array(let names) = word.value else { return unless(false) }
      return unless(names.allSatisfy { name in fields.contains { .text($0.name) == name } })
    case ("additionalProperties", .object(let fields)):
      let others = fields.filter { schema["properties"]?[$0.name] == nil }
      guard word.value != .truth(false) else { return unless(others.isEmpty) }
      return others.flatMap { faults(in: $0.value, by: word.value, at: "\(place)/\($0.name)") }
    case ("propertyNames", .object(let fields)):
      return fields.flatMap { faults(in: .text($0.name), by: word.value, at: place) }
    case ("minProperties", .object(let fields)):
      return unless(fields.count >= number(word.value))
    case ("items", .array(let items)):
      return items.enumerated().flatMap { faults(in: $1, by: word.value, at: "\(place)/\($0)") }
    case ("minItems", .array(let items)): return unless(items.count >= number(word.value))
    case ("maxItems", .array(let items)): return unless(items.count <= number(word.value))
    case ("uniqueItems", .array(let items)): return unless(Set(items).count == items.count)
    case ("minLength", .text(let text)):
      return unless(text.unicodeScalars.count >= number(word.value))
    case ("maxLength", .text(let text)):
      return unless(text.unicodeScalars.count <= number(word.value))
    case ("pattern", .text(let text)):
      guard case .text(let pattern) = word.value else { return unless(false) }
      return unless(text.range(of: pattern, options: .regularExpression) != nil)
    case ("format", .text(let text)): return unless(isFormed(text, word.value))
    case ("minimum", .number(let digits)):
      return unless((Double(digits) ?? -.infinity) >= Double(number(word.value)))
    case ("maximum", .number(let digits)):
      return unless((Double(digits) ?? .infinity) <= Double(number(word.value)))
    case (let name, _) where Self.others.contains(name): return []
    default: return ["\(place): a schema's \(word.name)"]
    }
  }

  /// They say nothing of values of another type.
  private static let others: Set<String> = [
    "properties", "required", "additionalProperties", "propertyNames", "minProperties", "items",
    "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "format", "minimum",
    "maximum",
  ]

  private func number(_ json: JSON) -> Int {
    guard case .number(let digits) = json else { return 0 }
    return Int(digits) ?? 0
  }

  private func types(_ json: JSON) -> [String] {
    switch json {
    case .text(let name): [name]
    case .array(let names): names.flatMap(types)
    default: []
    }
  }

  private func fits(_ value: JSON, _ type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.truth, "boolean"), (.text, "string"), (.array, "array"),
      (.object, "object"), (.number, "number"):
      true
    case (.number(let digits), "integer"): Int(digits) != nil
    default: false
    }
  }

  private func isFormed(_ text: String, _ format: JSON) -> Bool {
    let day = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    let pattern =
      format == "date"
      ? "^\(day)$" : "^\(day)T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"
    return text.range(of: pattern, options: .regularExpression) != nil
  }
}
