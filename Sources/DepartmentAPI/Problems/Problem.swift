internal import Allocation
internal import Postgres

/// A call that fails, as RFC 9457 says it. Titles and remedies are worded when it is written.
struct Problem: Error, Sendable {
  let code: ProblemCode
  /// More than the title says, in both languages; never data of others.
  var detail: (@Sendable (Language) -> String)?
  var errors: [Flaw] = []
  /// What only some problems say beside.
  var members: [JSON.Field] = []
  /// More headers: `Allow`, `Retry-After`, `WWW-Authenticate`; of one name the last counts.
  var headers: [(String, String)] = []

  /// One thing that is wrong with the request.
  struct Flaw: Sendable {
    /// RFC 6901, into the body.
    var pointer: String?
    /// The name of a query parameter or header.
    var parameter: String?
    let code: String
    let message: @Sendable (Language) -> String
    let remedy: @Sendable (Language) -> String
  }

  init(_ code: ProblemCode, _ detail: (@Sendable (Language) -> String)? = nil) {
    self.code = code
    self.detail = detail
    if let seconds = code.retryAfter { headers = [("Retry-After", "\(seconds)")] }
  }

  /// A problem with one text in both languages.
  init(_ code: ProblemCode, _ chinese: String, _ english: String) {
    self.init(code) { $0 == .chinese ? chinese : english }
  }

  func with(_ header: String, _ value: String) -> Problem {
    var copy = self
    copy.headers.append((header, value))
    return copy
  }

  /// The document.
  ///
  /// - Parameter id: the request's.
  func document(_ language: Language, id: String) -> JSON {
    var fields = [
      JSON.Field("type", .text("/docs#\(code.rawValue)")),
      JSON.Field("title", .text(code.title(language))),
      JSON.Field("status", .number("\(code.status)")),
      JSON.Field("code", .text(code.rawValue)),
      JSON.Field("remedy", .text(code.remedy(language))),
      JSON.Field("instance", .text(id)),
    ]
    if let detail { fields.append(JSON.Field("detail", .text(detail(language)))) }
    if !errors.isEmpty {
      fields.append(JSON.Field("errors", .array(errors.map { $0.json(language) })))
    }
    return .object(fields + members)
  }
}

extension Problem.Flaw {
  fileprivate func json(_ language: Language) -> JSON {
    var fields: [JSON.Field] = []
    if let pointer { fields.append(JSON.Field("pointer", .text(pointer))) }
    if let parameter { fields.append(JSON.Field("parameter", .text(parameter))) }
    fields += [
      JSON.Field("code", .text(code)), JSON.Field("detail", .text(message(language))),
      JSON.Field("remedy", .text(remedy(language))),
    ]
    return .object(fields)
  }
}
