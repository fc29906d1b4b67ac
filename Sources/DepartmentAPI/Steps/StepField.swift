internal import Allocation
internal import Postgres

/// A field of a step's body.
struct StepField: Sendable {
  let name: String
  let form: RegistryColumn.Form
  var isRequired = true
  /// Whether the document's example has it though it may be left out.
  var isShown = false
  /// In Chinese, as the spreadsheets' headers are.
  let meaning: String
  let example: JSON

  init(_ name: String, _ form: RegistryColumn.Form, _ meaning: String, _ example: JSON) {
    self.name = name
    self.form = form
    self.meaning = meaning
    self.example = example
  }

  var optional: StepField {
    var copy = self
    copy.isRequired = false
    return copy
  }

  var shown: StepField {
    var copy = self
    copy.isShown = true
    return copy
  }

  static let note = StepField("note", .text, "说明", "材料齐备").optional.shown
  static let code = code(example: "mutual")

  static func code(example: String) -> StepField {
    StepField("code", .code, "缘由代码", .text(example))
  }

  static let documentNo = StepField("document_no", .code, "文号", "宣要素〔2026〕12号")
  static let on = StepField("on", .day, "办理之日，不晚于今天；默认今天", "2026-11-27").optional
  static let jurisdiction = StepField("jurisdiction", .code, "地级市代码，令牌未限辖区时须写明", "341800")
    .optional

  static func whole(_ range: ClosedRange<Int64>) -> RegistryColumn.Form {
    .integer(range, isPositive: range.lowerBound > 0)
  }

  var schema: JSON {
    var fields = Schema.form(form)
    fields.append(JSON.Field("description", .text(meaning)))
    return .object(fields)
  }
}

extension [StepField] {
  /// Of a body with these fields.
  var schema: JSON {
    Schema.object(
      map { ($0.name, $0.isRequired ? $0.schema : Schema.orNull($0.schema)) },
      required: filter(\.isRequired).map(\.name))
  }

  /// A body with all of them.
  var example: JSON { .object(map { JSON.Field($0.name, $0.example) }) }
}

/// What a step's body says, each field read in its form.
struct StepWords: Sendable {
  enum Value: Hashable, Sendable {
    case text(String)
    case whole(Int64)
    case decimal(Numeric)
    case day(DateOnly)
    case flag(Bool)
    case list([String])
  }

  private let values: [String: Value]
  /// The body as it was sent.
  let body: [String: JSON]

  /// - Throws: ``Problem`` `invalid_fields` with every fault found.
  init(_ body: [String: JSON], _ fields: [StepField]) throws(Problem) {
    var problem = Problem(.invalidFields)
    let names = fields.map(\.name)
    for stranger in body.keys.filter({ !names.contains($0) }).sorted() {
      problem.errors +=
        Problem.field(
          stranger, "unknown_column", "未知的字段", "unknown field", names.joined(separator: ", ")
        ).errors
    }
    var values: [String: Value] = [:]
    for field in fields {
      let given = body[field.name] ?? .null
      if given == .null {
        if field.isRequired { problem.errors += field.missing.errors }
      } else if let value = Value(given, field.form) {
        values[field.name] = value
      } else {
        problem.errors += field.wrong.errors
      }
    }
    guard problem.errors.isEmpty else { throw problem }
    self.values = values
    self.body = body
  }

  func text(_ name: String) -> String? {
    guard case .text(let text)? = values[name] else { return nil }
    return text
  }

  func whole(_ name: String) -> Int64? {
    guard case .whole(let whole)? = values[name] else { return nil }
    return whole
  }

  func decimal(_ name: String) -> Numeric? {
    guard case .decimal(let decimal)? = values[name] else { return nil }
    return decimal
  }

  func day(_ name: String) -> DateOnly? {
    guard case .day(let day)? = values[name] else { return nil }
    return day
  }

  func list(_ name: String) -> [String]? {
    guard case .list(let list)? = values[name] else { return nil }
    return list
  }

  /// One of a closed list of words.
  func word<W: RawRepresentable<String>>(_ name: String) -> W? {
    text(name).flatMap(W.init(rawValue:))
  }

  /// A value that a required field has.
  static func required<V>(_ value: V?) throws(Problem) -> V {
    guard let value else { throw Problem(.internalError) }
    return value
  }
}

extension StepField {
  fileprivate var missing: Problem {
    .field(name, "missing_value", "缺少\(meaning)", "missing", form.example)
  }

  fileprivate var wrong: Problem {
    .field(name, "wrong_form", "\(meaning)的形式或范围不对", "not of its form or range", schema.compact)
  }
}

extension StepWords.Value {
  /// - Returns: `nil` for what the form does not hold.
  fileprivate init?(_ json: JSON, _ form: RegistryColumn.Form) {
    switch (form, json) {
    case (.text, .text(let text)) where Self.isPlain(text, atMost: 2000): self = .text(text)
    case (.code, .text(let text)) where Self.isPlain(text, atMost: 64): self = .text(text)
    case (.word(let words), .text(let text)) where words.contains(text): self = .text(text)
    case (.integer(let range, let isPositive), .number(let digits)):
      guard let whole = Int64(digits), range.contains(whole), whole > 0 || !isPositive else {
        return nil
      }
      self = .whole(whole)
    case (.decimal(let places, let range, let isPositive), .text(let text)):
      guard let number = Self.decimal(text, places), number > 0 || !isPositive,
        Numeric(range.lowerBound) <= number, number <= Numeric(range.upperBound)
      else { return nil }
      self = .decimal(number)
    case (.day, .text(let text)):
      guard let day = DateOnly(text: text), "\(day)" == text, Self.years.contains(day.year)
      else { return nil }
      self = .day(day)
    case (.flag, .truth(let flag)): self = .flag(flag)
    case (.list(let words), .array(let items)):
      guard let list = Self.list(items, words) else { return nil }
      self = .list(list)
    default: return nil
    }
  }

  /// No office dates anything outside these.
  private static let years = 1900...2999

  private static func isPlain(_ text: String, atMost most: Int) -> Bool {
    text.unicodeScalars.count <= most && text.contains { !$0.isWhitespace }
  }

  private static func decimal(_ text: String, _ places: Int) -> Numeric? {
    let isPlain = text.utf8.allSatisfy { byte in
      (48..<58).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
    guard isPlain, let number = Numeric(text: text), number.mantissa(atScale: places) != nil else {
      return nil
    }
    return number
  }

  private static func list(_ items: [JSON], _ words: [String]?) -> [String]? {
    var list: [String] = []
    for item in items {
      guard case .text(let text) = item, isPlain(text, atMost: 64), !list.contains(text),
        words?.contains(text) ?? true
      else { return nil }
      list.append(text)
    }
    return (1...1000).contains(list.count) ? list : nil
  }
}

extension Problem {
  /// One field of the body that is wrong.
  static func field(
    _ name: String, _ code: String, _ chinese: String, _ english: String, _ remedy: String
  ) -> Problem {
    var problem = Problem(.invalidFields)
    problem.errors = [
      Flaw(
        pointer: "/" + name.replacing("~", with: "~0").replacing("/", with: "~1"), code: code,
        message: { $0 == .chinese ? chinese : english }, remedy: { _ in remedy })
    ]
    return problem
  }
}
