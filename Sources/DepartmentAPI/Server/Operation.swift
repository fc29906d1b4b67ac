internal import Allocation

/// One method on one path: what it does, what it takes, how it can fail. Dispatch, the OpenAPI
/// document and the tests' walk over all routes read the same description.
struct Operation: Sendable {
  let id: String
  let method: String
  /// For example `/v1/enterprises/{uscc}`.
  let path: String
  let tag: String
  /// In Chinese and English.
  let title: (chinese: String, english: String)
  var parameters: [Parameter] = []
  /// Schema and example of the body.
  var body: Content?
  var status = 200
  var success: Content?
  var problems: [ProblemCode] = []
  /// Who may; empty for whoever may read, or for a change for clerks and owners.
  var roles: Set<Role> = []
  /// Whether the caller has to show a token.
  var needsToken = true

  struct Parameter: Sendable {
    enum Place: String, Sendable { case path, query, header }
    let name: String
    let place: Place
    var isRequired = false
    let schema: JSON
    let meaning: String
  }

  struct Content: Sendable {
    var type = "application/json"
    let schema: JSON
    let example: JSON?
  }

  /// The path's segments; `nil` stands for a parameter.
  var segments: [String] { path.split(separator: "/").map(String.init) }

  /// Whether it changes something.
  var isChange: Bool { method == "POST" || method == "PATCH" }
}

/// An operation with what carries it out.
struct Route: Sendable {
  let operation: Operation
  let handle: @Sendable (Call) async throws -> Answer
}

/// All routes, found by path and method.
struct RouteTable: Sendable {
  let routes: [Route]

  enum Match: Sendable {
    case found(Route, [String: String])
    case noSuchPath
    /// The methods that the path takes.
    case noSuchMethod([String])
  }

  /// - Parameter path: without the query, still percent-encoded.
  /// - Returns: a fixed segment before a parameter, where both fit.
  /// - Complexity: O(routes × segments); there are a few dozen.
  func match(_ method: String, _ path: Substring) -> Match {
    guard path.first == "/" else { return .noSuchPath }
    let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    let segments = parts.map { PercentText.decode($0) }
    var allowed: Set<String> = []
    var best: (route: Route, parameters: [String: String])?
    for route in routes {
      guard let parameters = Self.parameters(route.operation.segments, segments) else { continue }
      allowed.insert(route.operation.method)
      guard route.operation.method == method else { continue }
      if let known = best, known.parameters.count <= parameters.count { continue }
      best = (route, parameters)
    }
    if let best { return .found(best.route, best.parameters) }
    return allowed.isEmpty ? .noSuchPath : .noSuchMethod(Self.methods(allowed))
  }

  private static func parameters(_ pattern: [String], _ given: [String?]) -> [String: String]? {
    guard pattern.count == given.count else { return nil }
    var parameters: [String: String] = [:]
    for (wanted, segment) in zip(pattern, given) {
      guard let segment, !segment.isEmpty else { return nil }
      if wanted.hasPrefix("{") {
        parameters[String(wanted.dropFirst().dropLast())] = segment
      } else if wanted != segment {
        return nil
      }
    }
    return parameters
  }

  private static func methods(_ own: Set<String>) -> [String] {
    (own.union(["OPTIONS"]).union(own.contains("GET") ? ["HEAD"] : [])).sorted()
  }
}
