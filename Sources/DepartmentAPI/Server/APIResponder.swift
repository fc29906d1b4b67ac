internal import Allocation
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Takes a request through the same steps whatever it asks for: id, language, limits, route, body,
/// handler, answer or problem, log and measurements.
///
/// Dispatch is ours and not Hummingbird's router, which answers 404 where a path is known and the
/// method is not.
struct APIResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let table: RouteTable
  let gate: Gate
  let limiter: RateLimiter
  let crossOrigin: CrossOrigin
  let metrics: CallMetrics
  let limits: ServerLimits
  let logger: Logger
  /// Throws where the caller is not let in.
  let letIn: @Sendable (Call) async throws -> Void

  func respond(to request: Request, context: Context) async throws -> Response {
    await response(to: request)
  }

  /// The response; there always is one. What is not brief leaves the connection's thread.
  func response(to request: Request) async -> Response {
    let began = ContinuousClock.now
    let (target, operation) = route(request)
    if Self.isBrief(target, request) {
      return await response(to: request, target, operation, began)
    }
    return await LoopExecutor.$current.withValue(nil) {
      await withTaskExecutorPreference(globalConcurrentExecutor) {
        await response(to: request, target, operation, began)
      }
    }
  }

  /// Bytes of a body that are read beside other connections' calls.
  private static let briefBody = SharedCreations.longest

  private static func isBrief(_ match: RouteTable.Match, _ request: Request) -> Bool {
    guard case .found(let route, _) = match, route.operation.isBrief else { return false }
    guard route.operation.isChange else { return true }
    let length = request.headers[.contentLength].flatMap { Int($0) }
    return length.map { $0 <= briefBody } ?? false
  }

  private func response(
    to request: Request, _ target: RouteTable.Match, _ operation: String,
    _ began: ContinuousClock.Instant
  ) async -> Response {
    metrics.begin()
    let id = Self.requestID(request)
    let language = Language.preferred(request.headers[.acceptLanguage])
    let outcome: Result<Answer, Problem>
    do {
      outcome = .success(try await answer(request, target, language, id, began))
    } catch {
      let problem = Problem.of(error)
      if problem.code == .internalError {
        // Never the server's own words: they can quote data.
        logger.error("call failed", metadata: ["request": "\(id)", "error": "\(Self.kind(error))"])
      }
      outcome = .failure(problem)
    }
    var response = Self.response(outcome, request, language, id)
    response.headers.append(
      contentsOf: crossOrigin.headers(for: request.headers, methods: response.headers[.allow]))
    if request.method == .head { response = response.createHeadResponse() }
    note(response.status.code, operation, id, began)
    return response
  }

  private func note(
    _ status: Int, _ operation: String, _ id: String, _ began: ContinuousClock.Instant
  ) {
    let (seconds, atto) = (ContinuousClock.now - began).components
    let took = Double(seconds) + Double(atto) / 1e18
    metrics.end(operation, status: status, seconds: took)
    logger.info(
      "call",
      metadata: [
        "request": "\(id)", "operation": "\(operation)", "status": "\(status)",
        "ms": "\(Int(took * 1000))",
      ])
  }

  private static func kind(_ error: any Error) -> String { "\(error)".prefix(300).description }

  // MARK: - before the handler

  private func route(_ request: Request) -> (RouteTable.Match, String) {
    let target = request.head.path ?? "/"
    let path = target.prefix { $0 != "?" }
    let method = request.method == .head ? "GET" : request.method.rawValue
    let match = table.match(method, path)
    if case .found(let route, _) = match { return (match, route.operation.id) }
    return (match, "none")
  }

  private func answer(
    _ request: Request, _ match: RouteTable.Match, _ language: Language, _ id: String,
    _ began: ContinuousClock.Instant
  ) async throws -> Answer {
    switch match {
    case .noSuchPath: throw Problem(.notFound)
    case .noSuchMethod(let allowed):
      let listing = allowed.joined(separator: ", ")
      guard request.method == .options else {
        throw Problem(.methodNotAllowed).with("Allow", listing)
      }
      return Answer(allowing: listing)
    case .found(let route, let parameters):
      let target = request.head.path ?? "/"
      let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
      var call = Call(
        operation: route.operation, parameters: parameters, query: try Query(text: query),
        headers: request.headers, body: [], language: language, id: id,
        deadline: began + limits.callTime)
      if route.operation.needsToken {
        let credential = try await gate.credential(request.headers)
        call = call.with(credential: credential)
        if let wait = limiter.wait(for: credential.countedBy) {
          throw Problem(.tooManyRequests).with("Retry-After", "\(Int(wait.rounded(.up)))")
        }
        do {
          try route.operation.refuseOthers(in: call.query)
        } catch {
          try await letIn(call)
          throw error
        }
      }
      if route.operation.isChange { call = call.with(body: try await body(request)) }
      return try await route.handle(call)
    }
  }

  /// - Throws: ``Problem`` `body_too_large`, `body_timeout`.
  private func body(_ request: Request) async throws -> [UInt8] {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limits.bodyBytes
    {
      throw Problem(.bodyTooLarge)
    }
    let (body, most, time) = (request.body, limits.bodyBytes, limits.bodyTime)
    return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
      group.addTask {
        var bytes: [UInt8] = []
        for try await part in body {
          guard bytes.count + part.readableBytes <= most else { throw Problem(.bodyTooLarge) }
          bytes += part.readableBytesView
        }
        return bytes
      }
      group.addTask {
        try await Task.sleep(for: time)
        return nil
      }
      defer { group.cancelAll() }
      guard let bytes = try await group.next() ?? nil else { throw Problem(.bodyTimeout) }
      return bytes
    }
  }

  /// The caller's own id where it is short and plain, so that it cannot dress up a log.
  private static func requestID(_ request: Request) -> String {
    if let given = request.headers[.requestID], (8...64).contains(given.utf8.count),
      given.utf8.allSatisfy({ byte in
        (48..<58).contains(byte) || (65..<91).contains(byte) || (97..<123).contains(byte)
          || byte == UInt8(ascii: "-")
      })
    {
      return given
    }
    return newID()
  }

  static func newID() -> String {
    String(UInt64.random(in: .min ... .max), radix: 16)
      + String(UInt64.random(in: .min ... .max), radix: 16)
  }
}

extension APIResponder {
  private static func response(
    _ outcome: Result<Answer, Problem>, _ request: Request, _ language: Language, _ id: String
  ) -> Response {
    var response =
      switch outcome {
      case .success(let answer): Self.response(answer, request)
      case .failure(let problem): Self.response(problem, language, id)
      }
    mark(&response.headers, id)
    return response
  }

  /// What every answer has.
  private static func mark(_ headers: inout HTTPFields, _ id: String) {
    headers[.requestID] = id
    headers[.cacheControl] = "no-store"
    headers[.xContentTypeOptions] = "nosniff"
  }

  /// Of a problem's answer.
  static func headers(of problem: Problem, _ language: Language, _ id: String) -> HTTPFields {
    var headers = HTTPFields()
    headers[.contentType] = "application/problem+json"
    headers[.contentLanguage] = language == .chinese ? "zh-CN" : "en"
    for (name, value) in problem.headers { headers[.known(name)] = value }
    mark(&headers, id)
    return headers
  }

  private static func response(_ answer: Answer, _ request: Request) -> Response {
    var headers = HTTPFields()
    if let version = answer.version {
      headers[.eTag] = "\"\(version)\""
      if EntityTags.names(version, request.headers[.ifNoneMatch]), answer.status == 200,
        request.method == .get || request.method == .head
      {
        return Response(status: .notModified, headers: headers)
      }
    }
    headers[.location] = answer.location
    headers[.allow] = answer.allow
    if answer.isReplayed { headers[.idempotencyReplayed] = "true" }
    if let stream = answer.stream {
      headers[.contentType] = answer.contentType
      // A proxy that waits for the end of a stream waits for ever.
      headers[.known("X-Accel-Buffering")] = "no"
      return Response(
        status: .init(code: answer.status), headers: headers,
        body: .init { writer in
          try await withTaskExecutorPreference(globalConcurrentExecutor) {
            try await stream.write(&writer)
          }
        })
    }
    let isMinimal =
      request.headers[.prefer]?.contains("return=minimal") == true && request.method != .get
      && request.method != .head
    if isMinimal || answer.body.isEmpty {
      let status = isMinimal && answer.status == 200 ? 204 : answer.status
      if isMinimal { headers[.preferenceApplied] = "return=minimal" }
      return Response(status: .init(code: status), headers: headers)
    }
    return full(answer, headers, request)
  }

  /// An answer with its body, packed where the caller takes that.
  private static func full(
    _ answer: Answer, _ fields: HTTPFields, _ request: Request
  ) -> Response {
    var headers = fields
    headers[.contentType] = answer.contentType
    headers[.vary] = "Accept-Encoding, Accept-Language"
    var body = ByteBuffer(string: answer.body)
    if body.readableBytes >= Compression.least,
      Compression.isAccepted(request.headers[.acceptEncoding]),
      let packed = Compression.gzip(Array(body.readableBytesView))
    {
      headers[.contentEncoding] = "gzip"
      body = ByteBuffer(bytes: packed)
    }
    return Response(
      status: .init(code: answer.status), headers: headers, body: .init(byteBuffer: body))
  }

  private static func response(_ problem: Problem, _ language: Language, _ id: String) -> Response {
    Response(
      status: .init(code: problem.code.status), headers: headers(of: problem, language, id),
      body: .init(byteBuffer: ByteBuffer(string: problem.document(language, id: id).compact)))
  }
}

/// What a request may cost.
public struct ServerLimits: Sendable {
  /// Bytes of a body.
  public var bodyBytes = 10 << 20
  /// How long a body may take to arrive.
  public var bodyTime: Duration = .seconds(30)
  /// How long a call may take, the database's part included.
  public var callTime: Duration = .seconds(15)
  /// How long a connection may send nothing.
  public var idleTime: Duration = .seconds(60)
  /// Bytes of all headers together.
  public var headerBytes = 16 << 10
  /// Calls a second that a token may make in the long run; twice as many at once. 0 is no limit.
  public var rate = 100.0

  public init() {}
}
