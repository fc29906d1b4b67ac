internal import Allocation
internal import HTTPTypes

/// A request as handlers see it: decoded, bounded, and matched to an operation.
struct Call: Sendable {
  /// The operation's id.
  let operation: String
  let method: String
  /// What stands in the path's braces.
  let parameters: [String: String]
  let query: Query
  let headers: HTTPFields
  private(set) var body: [UInt8]
  /// Who the caller says it is; `nil` where nobody need say so.
  private(set) var credential: Credential?
  let language: Language
  /// The request's id, as the answer and the log name it.
  let id: String
  private(set) var deadline: ContinuousClock.Instant

  init(
    _ operation: Operation, parameters: [String: String] = [:], query: Query = Query(),
    headers: HTTPFields = [:], body: [UInt8] = [], language: Language, id: String,
    deadline: ContinuousClock.Instant
  ) {
    (self.operation, method) = (operation.id, operation.method)
    (self.parameters, self.query, self.headers, self.body) = (parameters, query, headers, body)
    (self.language, self.id, self.deadline) = (language, id, deadline)
  }

  func with(body: [UInt8]) -> Call {
    var copy = self
    copy.body = body
    return copy
  }

  func with(credential: Credential) -> Call {
    var copy = self
    copy.credential = credential
    return copy
  }

  /// The same call with as much time again as `time`; for what goes on beyond one answer.
  func renewed(for time: Duration = .seconds(15)) -> Call {
    var copy = self
    copy.deadline = .now + time
    return copy
  }

  /// What is left of the call's time.
  var timeLeft: Duration { deadline - .now }

  /// What the caller has shown.
  ///
  /// - Throws: ``Problem`` `unauthenticated`.
  func shown() throws(Problem) -> Credential {
    guard let credential else {
      throw Problem.noCaller
    }
    return credential
  }

  func parameter(_ name: String) throws(Problem) -> String {
    guard let value = parameters[name] else { throw Problem(.badRequest) }
    return value
  }

  /// Whether the body is said to be JSON, and in no other encoding than JSON's.
  private var isJSON: Bool {
    let parts = (headers[.contentType] ?? "").lowercased().split(separator: ";").map { part in
      part.filter { $0 != " " && $0 != "\"" }
    }
    guard let type = parts.first else { return false }
    return ["application/json", "application/merge-patch+json"].contains(type)
      && parts.allSatisfy { !$0.hasPrefix("charset=") || $0 == "charset=utf-8" }
  }

  /// Whether the body is not said to be compressed, which is not taken.
  var isPlain: Bool { (headers[.contentEncoding] ?? "identity").lowercased() == "identity" }

  /// The body's fields.
  ///
  /// - Throws: ``Problem`` `unsupported_media_type` or `malformed_json`, naming the place.
  func fields() throws(Problem) -> [String: JSON] {
    guard isJSON, isPlain else { throw Problem(.unsupportedMediaType) }
    let value: JSON
    do throws(JSONReader.Flaw) {
      value = try JSONReader.read(body)
    } catch {
      throw Problem(.malformedJSON) {
        $0 == .chinese
          ? "第 \(error.offset) 字节处：\(error.what.words.chinese)"
          : "at byte \(error.offset): \(error.what.words.english)"
      }
    }
    guard case .object(let fields) = value else { throw Problem(.malformedJSON) }
    return Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The version that the caller has seen, from `If-Match`.
  ///
  /// - Throws: ``Problem`` `version_missing`; `bad_parameter` for what is no entity tag.
  func version() throws(Problem) -> String {
    guard let header = headers[.ifMatch] else { throw Problem(.versionMissing) }
    let tag = header.filter { $0 != " " }
    guard tag.count > 2, tag.hasPrefix("\""), tag.hasSuffix("\"") else {
      throw .parameter("If-Match", "须为读取时的 ETag，含引号", "the ETag as it was read, in quotes")
    }
    return String(tag.dropFirst().dropLast())
  }
}

/// The query's parameters, each at most once.
struct Query: Sendable {
  private let values: [String: String]

  init(_ values: [String: String] = [:]) {
    self.values = values
  }

  var isEmpty: Bool { values.isEmpty }

  subscript(name: String) -> String? { values[name] }

  /// - Throws: ``Problem`` `bad_request` for bad escapes, `bad_parameter` for a repeated name.
  init(text: Substring) throws(Problem) {
    var values: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentText.decode(parts[0], plusIsSpace: true),
        let value = PercentText.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
      else { throw Problem(.badRequest) }
      guard values.updateValue(value, forKey: name) == nil else {
        throw Problem.parameter(name, "出现多次", "given more than once")
      }
    }
    self.values = values
  }

  /// Refuses what the operation does not know.
  func refuseOthers(than known: Set<String>) throws(Problem) {
    guard let stranger = values.keys.filter({ !known.contains($0) }).min() else { return }
    var problem = Problem(.unknownParameter)
    problem.errors = [
      Problem.Flaw(
        parameter: stranger, code: "unknown_parameter",
        message: { $0 == .chinese ? "未知的参数" : "unknown parameter" },
        remedy: { _ in known.sorted().joined(separator: ", ") })
    ]
    throw problem
  }
}

extension Problem {
  /// A query parameter or header whose value is wrong.
  static func parameter(_ name: String, _ chinese: String, _ english: String) -> Problem {
    var problem = Problem(.badParameter)
    problem.errors = [
      Flaw(
        parameter: name, code: "bad_parameter",
        message: { $0 == .chinese ? chinese : english },
        remedy: { ProblemCode.badParameter.remedy($0) })
    ]
    return problem
  }
}

/// `%E6%B1%89` and back.
enum PercentText {
  /// - Returns: `nil` for a broken escape, for what is not UTF-8 then, and for U+0000.
  static func decode(_ text: Substring, plusIsSpace: Bool = false) -> String? {
    let isPlain = text.utf8.allSatisfy {
      $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") && $0 != 0
    }
    if isPlain { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else {
          return nil
        }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
  }

  /// For a path segment: everything but unreserved characters is escaped.
  static func encode(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      let scalar = Unicode.Scalar(byte)
      if scalar.isASCII,
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
          || ["-", ".", "_", "~"].contains(scalar)
      {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
  }
}
