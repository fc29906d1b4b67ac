import Postgres

/// Reads the fields of one JSON object, strictly: a field that is missing, of another kind, or not
/// known at all is an error that names it.
struct ObjectReader {
  /// A kind of value: what is expected, in words, and how it is read.
  struct Kind<Value> {
    let expected: String
    let read: (JSONValue) -> Value?
  }

  let path: String
  private let fields: [String: JSONValue]

  init(_ value: JSONValue, at path: String) throws {
    guard case .object(let fields) = value else {
      throw FieldFault(
        path, value.shown, "must be an object", remedy: "write {\"…\": …}")
    }
    self.path = path
    self.fields = fields
  }

  /// - Throws: ``FieldFault`` for a field that is none of `names`.
  func allowOnly(_ names: [String], of what: String) throws {
    let unknown = fields.keys.filter { !names.contains($0) }.sorted()
    guard let name = unknown.first else { return }
    let nearest = Nearest.match(name, in: names).map { "did you mean “\($0)”? " } ?? ""
    throw fault(
      name, "is no field of \(what)",
      remedy: "\(nearest)known are \(names.joined(separator: ", "))")
  }

  func optional<Value>(_ name: String, _ kind: Kind<Value>) throws -> Value? {
    guard let value = fields[name], value != .null else { return nil }
    guard let read = kind.read(value) else {
      throw FieldFault(
        "\(path).\(name)", value.shown, "is not \(kind.expected)", remedy: "give \(kind.expected)")
    }
    return read
  }

  func required<Value>(_ name: String, _ kind: Kind<Value>) throws -> Value {
    guard let value = try optional(name, kind) else {
      throw fault(name, "is missing", remedy: "give \(kind.expected)")
    }
    return value
  }

  /// An object inside, to be read in its turn.
  func object(_ name: String) throws -> ObjectReader {
    try ObjectReader(fields[name] ?? .null, at: "\(path).\(name)")
  }

  /// A fault of one field, with the value that it has.
  func fault(_ name: String, _ problem: String, remedy: String) -> FieldFault {
    FieldFault(
      "\(path).\(name)", fields[name].flatMap { $0 == .null ? nil : $0.shown }, problem,
      remedy: remedy)
  }

  /// - Throws: the field's ``FieldFault`` unless a condition holds.
  func check(_ holds: Bool, _ name: String, _ problem: String) throws {
    guard !holds else { return }
    throw fault(name, problem, remedy: "correct it")
  }
}
