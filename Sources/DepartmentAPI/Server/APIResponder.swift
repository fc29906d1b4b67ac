internal import Allocation
internal import HTTPTypes
internal import Logging
internal import Synchronization

/// Takes a request through the same steps whatever it asks for: id, language, limits, route, body,
/// handler, answer or problem, log and measurements.
///
/// Dispatch is ours and not Hummingbird's router, which answers 404 where a path is known and the
/// method is not.
struct APIResponder: Sendable {
  let table: RouteTable
  let gate: Gate
  let limiter: RateLimiter
  let crossOrigin: CrossOrigin
  let metrics: CallMetrics
  let limits: ServerLimits
  let logger: Logger
  /// Throws where the caller is not let in.
  let letIn: @Sendable (Call) async throws -> Void

  func incoming(_ head: HTTPRequest) -> Incoming { Incoming(head, in: table) }

  /// The answer; there always is one.
  ///
  /// - Parameter body: gives the body, and throws ``Problem`` where it is too long or does not come.
  func answer(
    to request: Incoming, body: @Sendable () async throws -> [UInt8]
  ) async -> Outgoing {
    metrics.begin()
    let id = Self.requestID(request.headers)
    let language = Language.preferred(request.headers[.acceptLanguage])
    var outgoing: Outgoing
    do {
      outgoing = Outgoing(try await answer(request, body, language, id), to: request, id: id)
    } catch {
      let problem = Problem.of(error)
      if problem.code == .internalError {
        // Never the server's own words: they can quote data.
        logger.error("call failed", metadata: ["request": "\(id)", "error": "\(Self.kind(error))"])
      }
      outgoing = Outgoing(problem, language, id: id)
    }
    outgoing.headers.append(
      contentsOf: crossOrigin.headers(
        for: request.headers, methods: outgoing.headers[.allow]))
    if request.head.method == .head { outgoing.dropBody() }
    note(outgoing.head.status.code, request, id)
    return outgoing
  }

  private func note(_ status: Int, _ request: Incoming, _ id: String) {
    let (seconds, atto) = (ContinuousClock.now - request.began).components
    let took = Double(seconds) + Double(atto) / 1e18
    metrics.end(request.operation, status: status, seconds: took)
    logger.info(
      "call",
      metadata: [
        "request": .string(id), "operation": .string(request.operation),
        "status": .string(String(status)), "ms": .string(String(Int(took * 1000))),
      ])
  }

  private static func kind(_ error: any Error) -> String { "\(error)".prefix(300).description }

  // MARK: - before the handler

  private func answer(
    _ request: Incoming, _ body: () async throws -> [UInt8], _ language: Language, _ id: String
  ) async throws -> Answer {
    switch request.match {
    case .noSuchPath: throw Problem(.notFound)
    case .noSuchMethod(let allowed):
      let listing = allowed.joined(separator: ", ")
      guard request.head.method == .options else {
        throw Problem(.methodNotAllowed).with("Allow", listing)
      }
      return Answer(allowing: listing)
    case .found(let route, let parameters):
      var call = Call(
        route.operation, parameters: parameters, query: try Query(text: request.query),
        headers: request.headers, language: language, id: id,
        deadline: request.began + limits.callTime)
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
      if route.operation.isChange { call = call.with(body: try await body()) }
      return try await route.handle(call)
    }
  }

  /// The caller's own id where it is short and plain, so that it cannot dress up a log.
  private static func requestID(_ headers: HTTPFields) -> String {
    if let given = headers[.requestID], (8...64).contains(given.utf8.count),
      given.utf8.allSatisfy({ byte in
        (48..<58).contains(byte) || (65..<91).contains(byte) || (97..<123).contains(byte)
          || byte == UInt8(ascii: "-")
      })
    {
      return given
    }
    return newID()
  }

  /// What this process draws once, and how many ids it has given out since then.
  private static let process = UInt64.random(in: .min ... .max)
  private static let given = Atomic<UInt64>(UInt64.random(in: .min ... .max))

  static func newID() -> String {
    let count = given.wrappingAdd(1, ordering: .relaxed).newValue
    return String(unsafeUninitializedCapacity: 32) { text in
      for (place, half) in [process, count].enumerated() {
        for digit in 0..<16 {
          let value = UInt8(truncatingIfNeeded: half >> (60 - 4 * UInt64(digit))) & 15
          text[16 * place + digit] =
            value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
        }
      }
      return 32
    }
  }
}
