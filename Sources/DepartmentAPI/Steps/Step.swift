internal import Allocation
internal import Postgres

/// One step of a life as HTTP takes it: who may take it, what is said, what carries it out. Routes,
/// the document and the tests' walk are made of these.
struct Step: Sendable {
  /// The last segment of the path; of the step that opens a life, the operation's verb alone.
  let name: String
  /// In Chinese and English.
  let title: (String, String)
  /// The kinds of department entitled. Which rows are theirs, the database says.
  let kinds: Set<String>
  var roles: Set<Role> = [.owner]
  /// Whether it begins a life: it is posted to the collection, and there is no row before it.
  var isOpening = false
  var fields: [StepField] = []
  /// Carries the step out at its desk.
  ///
  /// - Returns: the row that the step has made; `nil` for the row that it was taken on.
  /// - Throws: a ``DeskRefusal``; ``Problem``.
  let act: @Sendable (StepEntry) async throws -> String?
}

/// A step that is being taken.
struct StepEntry: Sendable {
  /// The row's key; empty where there is none yet.
  let id: String
  let words: StepWords
  let caller: Caller
  let today: DateOnly
  /// In the service's role, with the row locked and the audit event open.
  let connection: Connection

  /// The day of the step: what was said, else today.
  ///
  /// - Throws: ``Problem`` for a day that is still to come.
  func date() throws(Problem) -> DateOnly {
    guard let day = words.day(StepField.on.name) else { return today }
    guard day <= today else {
      throw .field(
        StepField.on.name, "wrong_form", "还没有到这一天", "that day has not come", "≤ \(today)")
    }
    return day
  }

  /// The key where it is a number.
  func number() throws(Problem) -> Int { try Record.number(id) }

  /// The prefecture that the caller is bound to, or that is said.
  ///
  /// - Throws: ``Problem`` where neither is, or the two differ.
  func jurisdiction() throws(Problem) -> String {
    try caller.place(words.text(StepField.jurisdiction.name))
  }
}

extension Caller {
  /// The prefecture that the caller is bound to, or that is said.
  ///
  /// - Throws: ``Problem`` where neither is, or the two differ.
  func place(_ said: String?) throws(Problem) -> String {
    guard let place = said ?? jurisdiction, place == jurisdiction ?? place else {
      throw .field(
        StepField.jurisdiction.name, said == nil ? "missing_value" : "wrong_form", "须为此令牌的辖区",
        "it has to be the token's prefecture", jurisdiction ?? "341800 …")
    }
    return place
  }
}

/// What goes on in steps, beside the list that shows it.
struct Life: Sendable {
  /// What is counted for `hidden`: a table, with its conditions' columns and `jurisdiction`.
  let counted: SQL
  /// Counts what the caller sees, where that is not the same table in the caller's role.
  var seen: SQL?
  /// A condition on the row `t` by its key; `nil` for a text that cannot be a key.
  var identify: (@Sendable (String) -> SQL?)?
  /// Locks the row with that key, and whatever its desk locks, in the desk's order; `nil` where the
  /// desk's own lock and the row's state tell all.
  var lock: (@Sendable (String) -> SQL)?
  var steps: [Step] = []
}

extension Record {
  /// Finds the row `t` with that key; `nil` for what cannot be one.
  func condition(on value: String) -> SQL? {
    guard order.accepts(value) else { return nil }
    if let identify = life?.identify { return identify(value) }
    return "t.\(identifier: key) = \(value)::\(SQL(unsafeText: order.type))"
  }
}
