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
  /// Whether a call is over so soon that it stays on its connection's thread: it asks the database
  /// for a row or two, and computes nothing.
  var isBrief = false

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

  /// The path's segments; one in braces stands for a parameter.
  var segments: [String] { path.split(separator: "/").map(String.init) }

  /// - Throws: ``Problem`` `unknown_parameter` for what the document does not name.
  func refuseOthers(in query: Query) throws(Problem) {
    guard !query.isEmpty else { return }
    var known: Set<String> = []
    for parameter in parameters where parameter.place == .query { known.insert(parameter.name) }
    try query.refuseOthers(than: known)
  }

  /// Whether it changes something.
  var isChange: Bool { method == "POST" || method == "PATCH" }
}

/// An operation with what carries it out. One for all calls, so that no call copies it.
final class Route: Sendable {
  let operation: Operation
  let handle: @Sendable (Call) async throws -> Answer

  init(operation: Operation, handle: @escaping @Sendable (Call) async throws -> Answer) {
    self.operation = operation
    self.handle = handle
  }
}
