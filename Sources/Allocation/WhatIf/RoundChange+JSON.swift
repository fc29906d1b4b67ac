import Postgres

/// A change that a file can state.
protocol ReadableChange: StatedChange {
  /// Reads one element of `changes`.
  ///
  /// - Parameter path: where it stands, for messages: `changes[3]`.
  /// - Throws: ``FieldFault``.
  init(_ value: JSONValue, at path: String) throws
}

extension ObjectReader {
  /// The word of a change, with its fields and no others.
  ///
  /// - Parameter known: the words, each with the fields that go with it.
  /// - Throws: ``FieldFault``.
  static func change(
    _ value: JSONValue, at path: String, _ known: [(word: String, fields: [String])]
  ) throws -> (word: String, reader: ObjectReader) {
    let reader = try ObjectReader(value, at: path)
    let word = try reader.required("change", .text)
    guard let found = known.first(where: { $0.word == word }) else {
      let words = known.map(\.word)
      throw FieldFault(
        "\(path).change", word, Wording("不是改动的类别", "is no kind of change"),
        remedy: .known(words, nearest: Nearest.match(word, in: words)))
    }
    try reader.allowOnly(
      ["change"] + found.fields, of: Wording("改动“\(word)”", "a change “\(word)”"))
    return (word, reader)
  }
}

extension Mechanism {
  /// The field that names a resource: `expert`, `host_post`.
  static var resourceField: String { glossary.resource.english.replacing(" ", with: "_") }
}

extension RoundScenario.Change: ReadableChange {
  /// The words for which `change` is read, each with the fields that go with it.
  private static var fields: [(word: String, fields: [String])] {
    let resource = Subject.resourceField
    return [
      ("request_out", ["request"]),
      ("\(resource)_out", [resource]),
      ("pin", ["request", resource] + [Subject.companionField].compactMap(\.self)),
      ("forbid", ["request", resource]),
      ("capacity", ["row", "by"]),
      ("weight", ["name", "value"]),
    ]
  }

  init(_ value: JSONValue, at path: String) throws {
    let (word, reader) = try ObjectReader.change(value, at: path, Self.fields)
    func request() throws -> String { try reader.required("request", .text) }
    func resource() throws -> String { try reader.required(Subject.resourceField, .text) }
    switch word {
    case "request_out": self = .requestOut(try request())
    case "pin":
      self = .pin(
        .init(
          request: try request(), resource: try resource(),
          companion: try Subject.companionField.flatMap { try reader.optional($0, .text) }))
    case "forbid": self = .forbid(request: try request(), resource: try resource())
    case "capacity":
      self = .capacity(
        row: try reader.required("row", .text),
        by: try reader.required("by", .whole(-1_000_000_000_000...1_000_000_000_000)))
    case "weight":
      self = .weight(
        name: try reader.required("name", .text), value: try reader.required("value", .number))
    default: self = .resourceOut(try resource())
    }
  }
}
