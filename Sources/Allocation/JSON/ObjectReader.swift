import Postgres

/// Reads the fields of one JSON object, strictly: a field that is missing, of another kind, or not
/// known at all is an error that names it.
struct ObjectReader {
  /// A kind of value: what is expected, in words, and how it is read.
  struct Kind<Value> {
    let expected: Wording
    let read: (JSONValue) -> Value?

    var remedy: Wording { Wording("须为\(expected.chinese)", "give \(expected.english)") }
  }

  let path: String
  private let fields: [String: JSONValue]

  init(_ value: JSONValue, at path: String) throws {
    guard case .object(let fields) = value else {
      throw FieldFault(
        path, value.shown, Wording("须为对象", "must be an object"),
        remedy: Wording("写作 {\"…\": …}", "write {\"…\": …}"))
    }
    self.path = path
    self.fields = fields
  }

  /// - Throws: ``FieldFault`` for a field that is none of `names`.
  func allowOnly(_ names: [String], of what: Wording) throws {
    let unknown = fields.keys.filter { !names.contains($0) }.sorted()
    guard let name = unknown.first else { return }
    throw fault(
      name, Wording("不是\(what.chinese)的字段", "is no field of \(what.english)"),
      remedy: .known(names, nearest: Nearest.match(name, in: names)))
  }

  func optional<Value>(_ name: String, _ kind: Kind<Value>) throws -> Value? {
    guard let value = fields[name], value != .null else { return nil }
    guard let read = kind.read(value) else {
      throw FieldFault(
        "\(path).\(name)", value.shown,
        Wording("不是\(kind.expected.chinese)", "is not \(kind.expected.english)"),
        remedy: kind.remedy)
    }
    return read
  }

  func required<Value>(_ name: String, _ kind: Kind<Value>) throws -> Value {
    guard let value = try optional(name, kind) else {
      throw fault(name, Wording("缺少", "is missing"), remedy: kind.remedy)
    }
    return value
  }

  /// An object inside, to be read in its turn.
  func object(_ name: String) throws -> ObjectReader {
    try ObjectReader(fields[name] ?? .null, at: "\(path).\(name)")
  }

  /// A fault of one field, with the value that it has.
  func fault(_ name: String, _ problem: Wording, remedy: Wording) -> FieldFault {
    FieldFault(
      "\(path).\(name)", fields[name].flatMap { $0 == .null ? nil : $0.shown }, problem,
      remedy: remedy)
  }

  /// - Throws: the field's ``FieldFault`` unless a condition holds.
  func check(_ holds: Bool, _ name: String, _ problem: Wording) throws {
    guard !holds else { return }
    throw fault(name, problem, remedy: .correct)
  }
}
