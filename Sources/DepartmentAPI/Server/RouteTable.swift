/// All routes, found by path and method: a tree of the paths' segments.
struct RouteTable: Sendable {
  let routes: [Route]
  /// The root first.
  private let nodes: [Node]
  /// Of each route its parameters and the segments that they stand for.
  private let parameters: [[(name: String, segment: Int)]]

  private struct Node: Sendable {
    var fixed: [String: Int] = [:]
    var parameter: Int?
    /// The numbers of the routes that end here.
    var routes: [Int] = []
  }

  enum Match: Sendable {
    case found(Route, [String: String])
    case noSuchPath
    /// The methods that the path takes.
    case noSuchMethod([String])
  }

  init(routes: [Route]) {
    self.routes = routes
    var nodes = [Node()]
    for (number, route) in routes.enumerated() {
      let end = route.operation.segments.reduce(0) { Self.step(from: $0, by: $1, &nodes) }
      nodes[end].routes.append(number)
    }
    self.nodes = nodes
    parameters = routes.map { route in
      route.operation.segments.enumerated().filter { $0.element.hasPrefix("{") }.map {
        (String($0.element.dropFirst().dropLast()), $0.offset)
      }
    }
  }

  private static func step(from place: Int, by segment: String, _ nodes: inout [Node]) -> Int {
    let isParameter = segment.hasPrefix("{")
    if let known = isParameter ? nodes[place].parameter : nodes[place].fixed[segment] {
      return known
    }
    let new = nodes.count
    nodes.append(Node())
    if isParameter { nodes[place].parameter = new } else { nodes[place].fixed[segment] = new }
    return new
  }

  /// - Parameter path: without the query, still percent-encoded.
  /// - Returns: of several that fit the one with the fewest parameters.
  /// - Complexity: O(bytes of the path), but for paths that fit fixed segments and parameters alike.
  func match(_ method: String, _ path: Substring) -> Match {
    let (slash, bytes) = (UInt8(ascii: "/"), path.utf8)
    guard bytes.first == slash else { return .noSuchPath }
    var segments: [String] = []
    for part in bytes.dropFirst().split(separator: slash, omittingEmptySubsequences: false) {
      guard let segment = PercentText.decode(Substring(part)), !segment.isEmpty else {
        return .noSuchPath
      }
      segments.append(segment)
    }
    var fitting: [Int] = []
    collect(from: 0, segments[...], into: &fitting)
    let best = fitting.filter { routes[$0].operation.method == method }
      .min { parameters[$0].count < parameters[$1].count }
    guard let best else {
      let allowed = Set(fitting.map { routes[$0].operation.method })
      return allowed.isEmpty ? .noSuchPath : .noSuchMethod(Self.methods(allowed))
    }
    var values: [String: String] = [:]
    for (name, segment) in parameters[best] { values[name] = segments[segment] }
    return .found(routes[best], values)
  }

  private func collect(from place: Int, _ rest: ArraySlice<String>, into fitting: inout [Int]) {
    guard let segment = rest.first else {
      fitting += nodes[place].routes
      return
    }
    for next in [nodes[place].fixed[segment], nodes[place].parameter] {
      if let next { collect(from: next, rest.dropFirst(), into: &fitting) }
    }
  }

  private static func methods(_ own: Set<String>) -> [String] {
    (own.union(["OPTIONS"]).union(own.contains("GET") ? ["HEAD"] : [])).sorted()
  }
}
