internal import Allocation
internal import HTTPTypes
internal import NIOCore

/// An answer as it goes out.
struct Outgoing: Sendable {
  private(set) var head: HTTPResponse
  /// Empty for an answer to HEAD, whose head tells the length that the body would have.
  private(set) var body = ByteBuffer()
  /// Writes the body piece by piece, instead of ``body``.
  private(set) var stream: AnswerStream?

  var headers: HTTPFields {
    get { head.headerFields }
    set { head.headerFields = newValue }
  }

  private init(_ status: Int, _ headers: HTTPFields, _ body: ByteBuffer = ByteBuffer()) {
    var headers = headers
    // RFC 9110, 8.6: not where there never is a body.
    if status != 204, status != 304 {
      headers.append(HTTPField(name: .contentLength, value: "\(body.readableBytes)"))
    }
    head = HTTPResponse(status: .init(code: status), headerFields: headers)
    self.body = body
  }

  init(_ problem: Problem, _ language: Language, id: String) {
    let body = ByteBuffer(string: problem.document(language, id: id).compact)
    self.init(problem.code.status, Self.headers(of: problem, language, id: id), body)
  }

  init(_ answer: Answer, to request: Incoming, id: String) {
    var headers = HTTPFields()
    Self.mark(&headers, id)
    if let location = answer.location { headers[.location] = location }
    if let methods = answer.allow { headers[.allow] = methods }
    if answer.isReplayed { headers[.idempotencyReplayed] = "true" }
    if let version = answer.version {
      headers.append(HTTPField(name: .eTag, value: "\"\(version)\""))
      if answer.status == 200, request.isRead,
        EntityTags.names(version, request.headers[.ifNoneMatch])
      {
        self.init(304, headers)
        return
      }
    }
    if let stream = answer.stream {
      self.init(answer, stream, headers)
    } else if !request.isRead, request.headers[.prefer]?.contains("return=minimal") == true {
      headers[.preferenceApplied] = "return=minimal"
      self.init(answer.status == 200 ? 204 : answer.status, headers)
    } else if answer.body.isEmpty {
      self.init(answer.status, headers)
    } else {
      self.init(full: answer, headers, packed: request.headers[.acceptEncoding])
    }
  }

  private init(_ answer: Answer, _ stream: AnswerStream, _ fields: HTTPFields) {
    self.init(answer.status, fields)
    head.headerFields[.contentLength] = nil
    head.headerFields[.contentType] = answer.contentType
    // A proxy that waits for the end of a stream waits for ever.
    head.headerFields[.known("X-Accel-Buffering")] = "no"
    self.stream = stream
  }

  /// An answer with its body, packed where the caller takes that.
  private init(full answer: Answer, _ fields: HTTPFields, packed accepted: String?) {
    var headers = fields
    headers.append(HTTPField(name: .contentType, value: answer.contentType))
    headers.append(HTTPField(name: .vary, value: "Accept-Encoding, Accept-Language"))
    var body = ByteBuffer(string: answer.body)
    if body.readableBytes >= Compression.least, Compression.isAccepted(accepted),
      let packed = Compression.gzip(Array(body.readableBytesView))
    {
      headers[.contentEncoding] = "gzip"
      body = ByteBuffer(bytes: packed)
    }
    self.init(answer.status, headers, body)
  }

  /// Keeps the head only, as HEAD wants it.
  mutating func dropBody() {
    body = ByteBuffer()
    guard stream != nil else { return }
    stream = nil
    // Without a length the end of a body would be written.
    head.headerFields[.contentLength] = "0"
  }

  /// What every answer has.
  private static func mark(_ headers: inout HTTPFields, _ id: String) {
    headers.append(HTTPField(name: .requestID, value: id))
    headers.append(HTTPField(name: .cacheControl, value: "no-store"))
    headers.append(HTTPField(name: .xContentTypeOptions, value: "nosniff"))
  }

  /// Of a problem's answer.
  static func headers(of problem: Problem, _ language: Language, id: String) -> HTTPFields {
    var headers = HTTPFields()
    mark(&headers, id)
    headers[.contentType] = "application/problem+json"
    headers[.contentLanguage] = language == .chinese ? "zh-CN" : "en"
    for (name, value) in problem.headers { headers[.known(name)] = value }
    return headers
  }
}
