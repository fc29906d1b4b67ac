internal import Allocation
internal import Postgres

/// What is on record and only read: rounds, their explanations, policies, the calendar, the audit.
/// One list mechanism over a query each.
struct RecordRoutes: Sendable {
  let desk: CallDesk

  var routes: [Route] {
    Record.all.map { record in
      Route(operation: record.operation) { call in try await list(record, call) }
    }
      + Record.all.compactMap { record in
        record.reading.map { reading in
          Route(operation: reading) { call in try await read(record, call) }
        }
      }
  }

  private func read(_ record: Record, _ call: Call) async throws -> Answer {
    let statement: SQL = try await desk.told(call) {
      let row = try record.search(call.parameter(record.key), call.language)
      return "SELECT 1::bigint, x.* FROM (\(row)) x"
    }
    let search = RowSearch(text: nil, key: []) { _ in statement }
    guard let row = try await desk.rows.row(call, search) else { throw Problem(.notFound) }
    return Answer(200, json: row.json, version: row.version)
  }

  private func list(_ record: Record, _ call: Call) async throws -> Answer {
    try await desk.read(call) { room in
      let (limit, whole) = try Self.page(record, call)
      let direction: SQL = record.isNewestFirst ? "DESC" : "ASC"
      let language: SQL = call.language == .chinese ? "'zh'" : "'en'"
      var rows = try await room.connection.query(
        """
        SELECT row_to_json(t)::text, t.\(identifier: record.key)::text
        FROM (\(record.query(language))) t \(whole)
        ORDER BY t.\(identifier: record.key) \(direction) LIMIT \(limit + 1)
        """
      ).decode(String.self, String.self)
      let hasMore = rows.count > limit
      if hasMore { rows.removeLast() }
      let next = hasMore ? rows.last.map { PageRequest.cursor(after: [$0.1]) } : nil
      let items = rows.map(\.0).joined(separator: ",")
      let head = try await call.query["cursor"] == nil ? hidden(record, room) : ""
      return Answer(
        200, json: "{\(head)\"next\":\(next.map(JSON.quoted) ?? "null"),\"items\":[\(items)]}")
    }
  }

  /// How many rows of the caller's prefecture the caller does not see, whatever the filters.
  private func hidden(_ record: Record, _ room: CallDesk.Room) async throws -> String {
    guard let life = record.life else { return "" }
    let count: SQL = """
      SELECT count(*) FROM \(life.counted)
      WHERE access.jurisdiction() IS NULL OR coalesce(jurisdiction = access.jurisdiction(), true)
      """
    let seen = try await room.connection.query(life.seen ?? count).only(Int.self)
    let all = try await room.asService { try await $0.query(count).only(Int.self) }
    return "\"hidden\":\(max(0, all - seen)),"
  }

  private static func page(
    _ record: Record, _ call: Call
  ) throws(Problem) -> (limit: Int, condition: SQL) {
    let limit = try PageRequest.limit(call.query)
    var after: String?
    if let cursor = call.query["cursor"] {
      let position = try PageRequest.position(cursor, keys: 1)[0]
      guard record.order.accepts(position) else {
        throw .parameter("cursor", "不是本列表给出的游标", "not a cursor that this list gave out")
      }
      after = position
    }
    let conditions = try conditions(record, call, after)
    let whole: SQL = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
    return (limit, whole)
  }

  private static func conditions(
    _ record: Record, _ call: Call, _ after: String?
  ) throws(Problem) -> [SQL] {
    var conditions: [SQL] = []
    for filter in record.filters {
      guard let value = call.query[filter.name] else { continue }
      let form = record.form(of: filter)
      guard form.accepts(value) else {
        throw .parameter(filter.name, "须为：\(form.remedy)", "has to be \(form.remedy)")
      }
      let relation: SQL = SQL(unsafeText: filter.relation)
      conditions.append(
        "t.\(identifier: filter.column) \(relation) \(value)::\(SQL(unsafeText: form.type))")
    }
    if let after {
      let relation: SQL = record.isNewestFirst ? "<" : ">"
      conditions.append(
        "t.\(identifier: record.key) \(relation) \(after)::\(SQL(unsafeText: record.order.type))")
    }
    return conditions
  }
}

/// One list of what is on record.
struct Record: Sendable {
  enum Form: Hashable, Sendable {
    case text, number, day
    /// One of a closed list.
    case words([String])

    var type: String {
      switch self {
      case .text, .words: "text"
      case .number: "bigint"
      case .day: "date"
      }
    }

    func accepts(_ value: String) -> Bool {
      switch self {
      case .text: (1...200).contains(value.unicodeScalars.count)
      case .number: Int64(value).map { $0 >= 0 && "\($0)" == value } ?? false
      case .day: DateOnly(text: value).map { "\($0)" == value } ?? false
      case .words(let words): words.contains(value)
      }
    }

    /// What is accepted, in short.
    var remedy: String {
      switch self {
      case .text: "1 … 200"
      case .number: "1"
      case .day: "2026-11-20"
      case .words(let words): words.joined(separator: ", ")
      }
    }

    var schema: JSON {
      switch self {
      case .text: ["type": "string", "minLength": 1, "maxLength": 200]
      case .number: ["type": "string", "pattern": "^(0|[1-9][0-9]{0,17})$"]
      case .day: ["type": "string", "format": "date"]
      case .words(let words): Record.words(words)
      }
    }
  }

  struct Filter: Sendable {
    let name: String
    let column: String
    let form: Form
    var relation = "="

    init(_ name: String, _ form: Form, column: String? = nil, relation: String = "=") {
      self.name = name
      self.form = form
      self.column = column ?? name
      self.relation = relation
    }
  }

  let path: String
  let name: String
  let title: (String, String)
  /// The column of the order, unique.
  let key: String
  let order: Form
  let isNewestFirst: Bool
  let filters: [Filter]
  let schema: JSON
  /// Whether one of them can be read; its `etag` is its version then.
  var isReadable = false
  /// Of what not everybody sees whole, or what goes on in steps: how rows are counted, and how one is
  /// found, locked and moved on.
  var life: Life?
  /// The rows as the caller's role sees them; takes SQL for the language's code.
  let query: @Sendable (SQL) -> SQL

  /// How a filter's value has to be: one of its column's words where these are a closed list.
  func form(of filter: Filter) -> Form {
    guard filter.form == .text,
      case .array(let words)? = schema["properties"]?[filter.column]?["enum"]
    else { return filter.form }
    return .words(
      words.compactMap { word in
        if case .text(let text) = word { text } else { nil }
      })
  }

  /// An identifier in the path or in a cursor; what is none, is not there.
  ///
  /// - Throws: ``Problem`` `not_found`.
  static func number(_ text: String) throws(Problem) -> Int {
    guard let number = Int(text), number > 0, "\(number)" == text else { throw Problem(.notFound) }
    return number
  }

  var operation: Operation {
    var operation = Operation(
      id: "list\(name)s", method: "GET", path: "/v1/\(path)", tag: path, title: title)
    operation.parameters =
      Operation.paging
      + filters.map {
        Operation.Parameter(
          name: $0.name, place: .query, schema: form(of: $0).schema, meaning: $0.column)
      }
    operation.success = .init(schema: Schema.page(of: Schema.reference(name)), example: nil)
    operation.problems = [
      .badRequest, .unknownParameter, .badParameter, .unauthenticated, .forbidden,
    ]
    return operation
  }

  var reading: Operation? {
    guard isReadable else { return nil }
    var operation = Operation(
      id: "get\(name)", method: "GET", path: "/v1/\(path)/{\(key)}", tag: path,
      title: (title.0.replacing("查询", with: "读取"), "Read one of: \(title.1)"))
    operation.parameters = [
      Operation.Parameter(
        name: key, place: .path, isRequired: true, schema: order.schema, meaning: key)
    ]
    operation.success = .init(schema: Schema.reference(name), example: nil)
    operation.problems = [
      .badRequest, .unknownParameter, .unauthenticated, .forbidden, .notFound,
    ]
    return operation
  }

  /// One of them, as JSON, with its version.
  ///
  /// - Throws: ``Problem`` `not_found`.
  func one(
    _ value: String, _ language: Language, _ connection: Connection
  ) async throws -> (json: String, version: String) {
    guard let found = try await connection.query(search(value, language)).versioned else {
      throw Problem(.notFound)
    }
    return found
  }

  /// - Throws: ``Problem`` `not_found` for what cannot be a key.
  func search(_ value: String, _ language: Language) throws(Problem) -> SQL {
    guard let condition = condition(on: value) else { throw Problem(.notFound) }
    let words: SQL = language == .chinese ? "'zh'" : "'en'"
    return """
      SELECT row_to_json(t)::text, t.etag::text FROM (\(query(words))) t
      WHERE \(condition)
      """
  }
}
