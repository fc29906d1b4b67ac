import Postgres

/// Reads the fields of one JSON object, strictly: a field that is missing, of another kind, or not
/// known at all is an error that names it.
struct ElementReader {
  /// A kind of value: what is expected, in words, and how it is read.
  struct Kind<Value> {
    let expected: String
    let read: (JSONValue) -> Value?
  }

  let path: String
  private let fields: [String: JSONValue]

  init(_ value: JSONValue, at path: String) throws {
    guard case .object(let fields) = value else {
      throw WhatIfError(
        path, value.shown, "must be an object", remedy: "write {\"…\": …}")
    }
    self.path = path
    self.fields = fields
  }

  /// - Throws: ``WhatIfError`` for a field that is none of `names`.
  func allowOnly(_ names: [String], of what: String) throws {
    let unknown = fields.keys.filter { !names.contains($0) }.sorted()
    guard let name = unknown.first else { return }
    let nearest = Nearest.match(name, in: names).map { "did you mean “\($0)”? " } ?? ""
    throw WhatIfError(
      "\(path).\(name)", nil, "is no field of \(what)",
      remedy: "\(nearest)known are \(names.joined(separator: ", "))")
  }

  func optional<Value>(_ name: String, _ kind: Kind<Value>) throws -> Value? {
    guard let value = fields[name], value != .null else { return nil }
    guard let read = kind.read(value) else {
      throw WhatIfError(
        "\(path).\(name)", value.shown, "is not \(kind.expected)", remedy: "give \(kind.expected)")
    }
    return read
  }

  func required<Value>(_ name: String, _ kind: Kind<Value>) throws -> Value {
    guard let value = try optional(name, kind) else {
      throw WhatIfError("\(path).\(name)", nil, "is missing", remedy: "give \(kind.expected)")
    }
    return value
  }

  /// An object inside, to be read in its turn.
  func element(_ name: String) throws -> ElementReader {
    try ElementReader(fields[name] ?? .null, at: "\(path).\(name)")
  }
}

extension ElementReader.Kind where Value: RawRepresentable<String> & CaseIterable {
  /// What a word of a closed list stands for.
  static func word(_ type: Value.Type) -> Self {
    .init(expected: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", ")) {
      guard case .text(let text) = $0 else { return nil }
      return Value(rawValue: text)
    }
  }
}

extension ElementReader.Kind<String> {
  static var text: Self {
    .init(expected: "a text that is not empty") {
      guard case .text(let text) = $0, !text.isEmpty else { return nil }
      return text
    }
  }
}

extension ElementReader.Kind<[String]> {
  static var list: Self {
    .init(expected: "a list of different texts, [\"…\", \"…\"]") {
      guard case .array(let values) = $0 else { return nil }
      let texts = values.compactMap { value -> String? in
        guard case .text(let text) = value, !text.isEmpty else { return nil }
        return text
      }
      return texts.count == values.count && Set(texts).count == texts.count ? texts : nil
    }
  }
}

extension ElementReader.Kind<Bool> {
  static var truth: Self {
    .init(expected: "true or false") {
      guard case .truth(let truth) = $0 else { return nil }
      return truth
    }
  }
}

extension ElementReader.Kind<DateOnly> {
  static var date: Self {
    .init(expected: "a date, \"2026-11-20\"") {
      guard case .text(let text) = $0 else { return nil }
      return DateOnly(text: text)
    }
  }
}

extension ElementReader.Kind<Int64> {
  /// 万元, tce: what the registry holds as whole numbers up to 10¹².
  static var whole: Self {
    .init(expected: "a whole number from 0 to 1000000000000") {
      guard case .number(let number) = $0, let whole = try? number.integer(Int64.self) else {
        return nil
      }
      return (0...1_000_000_000_000).contains(whole) ? whole : nil
    }
  }
}

extension ElementReader.Kind<Numeric> {
  /// Any decimal number: weights.
  static var number: Self {
    .init(expected: "a number") {
      guard case .number(let number) = $0 else { return nil }
      return number
    }
  }

  /// A difference in a quota's unit; it may be negative.
  static var difference: Self { decimal(from: -9_999_999_999, places: 4) }
  /// An area in mu, at least 0.
  static var area: Self { decimal(from: 0, places: 4) }
  /// 万元 a mu.
  static var moneyPerMu: Self { decimal(from: 0, places: 2) }

  private static func decimal(from least: Numeric, places: Int) -> Self {
    .init(
      expected: "a number from \(least) to 9999999999 with at most \(places) decimals"
    ) {
      guard case .number(let number) = $0, number >= least, number <= 9_999_999_999,
        number.mantissa(atScale: places) != nil
      else { return nil }
      return number
    }
  }
}
