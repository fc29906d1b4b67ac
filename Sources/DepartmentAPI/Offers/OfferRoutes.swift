internal import Allocation
internal import Postgres

/// Offers: listed and read as row-level security shows them, answered at the ``OfferDesk``.
struct OfferRoutes: Sendable {
  let desk: CallDesk

  var routes: [Route] {
    [
      Route(operation: Self.listing) { call in try await list(call) },
      Route(operation: Self.reading) { call in try await read(call) },
      Route(operation: Self.acceptance) { call in try await answer(call, .accept) },
      Route(operation: Self.decline) { call in try await answer(call, .decline) },
    ]
  }

  private static let row: SQL = """
    (SELECT row_to_json(x)::text FROM (
      SELECT t.offer_id::text AS offer_id, t.round_id::text AS round_id,
        t.mechanism, t.jurisdiction, t.department, t.request, t.uscc, t.resource, t.detail,
        t.amount::text AS amount, t.unit, t.score, t.state, t.due_on, t.due_is_provisional,
        t.answered_by, t.answered_on, t.answer_code, t.answer_note,
        t.event_id::text AS version) x)
    """

  private func list(_ call: Call) async throws -> Answer {
    try await desk.read(call) { room in
      let (limit, after, whole) = try Self.page(call.query)
      var rows = try await room.connection.query(
        """
        SELECT \(Self.row), t.offer_id FROM allocation.offer t \(whole)
        ORDER BY t.offer_id LIMIT \(limit + 1)
        """
      ).decode(String.self, Int.self)
      let head = after == nil ? "\"hidden\":\(try await hidden(room))," : ""
      let hasMore = rows.count > limit
      if hasMore { rows.removeLast() }
      let next = hasMore ? rows.last.map { PageRequest.cursor(after: ["\($0.1)"]) } : nil
      let items = rows.map(\.0).joined(separator: ",")
      return Answer(
        200, json: "{\(head)\"next\":\(next.map(JSON.quoted) ?? "null"),\"items\":[\(items)]}")
    }
  }

  private static func page(
    _ query: Query
  ) throws(Problem) -> (limit: Int, after: Int?, condition: SQL) {
    let filters = ["mechanism", "state", "request", "resource", "uscc"]
    try query.refuseOthers(than: Set(filters + ["limit", "cursor"]))
    let limit = try PageRequest.limit(query)
    try Self.checkWords(query)
    var after: Int?
    if let cursor = query["cursor"] {
      after = try number(PageRequest.position(cursor, keys: 1)[0])
    }
    var conditions = filters.compactMap { name in
      query[name].map { "t.\(identifier: name) = \($0)" as SQL }
    }
    if let after { conditions.append("t.offer_id > \(after)") }
    let whole: SQL = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
    return (limit, after, whole)
  }

  private static func checkWords(_ query: Query) throws(Problem) {
    for (name, schema) in [("mechanism", mechanisms), ("state", states)] {
      guard let value = query[name], case .array(let words) = schema["enum"] else { continue }
      guard words.contains(.text(value)) else {
        throw .parameter(name, "不是文档所列的值", "not one of the values that the document lists")
      }
    }
  }

  private func hidden(_ room: CallDesk.Room) async throws -> Int {
    let count: SQL = """
      SELECT count(*) FROM allocation.offer
      WHERE access.jurisdiction() IS NULL OR jurisdiction = access.jurisdiction()
      """
    let seen = try await room.connection.query(count).only(Int.self)
    let all = try await room.asService { try await $0.query(count).only(Int.self) }
    return max(0, all - seen)
  }

  private func read(_ call: Call) async throws -> Answer {
    let rows = try await desk.read(call) {
      [Self.search(try Self.number(call.parameter("offer_id")))]
    }
    guard let row = try rows.first?.versioned else { throw Problem(.notFound) }
    return Answer(200, json: row.json, version: row.version)
  }

  private static func search(_ id: Int) -> SQL {
    "SELECT \(row), t.event_id::text FROM allocation.offer t WHERE t.offer_id = \(id)"
  }

  private static func find(
    _ id: Int, _ connection: Connection
  ) async throws -> (json: String, version: String) {
    guard let found = try await connection.query(search(id)).versioned else {
      throw Problem(.notFound)
    }
    return found
  }

  /// An identifier in the path or in a cursor; what is none, is not there.
  static func number(_ text: String) throws(Problem) -> Int {
    guard let number = Int(text), number > 0, "\(number)" == text else { throw Problem(.notFound) }
    return number
  }

  private func answer(_ call: Call, _ kind: OfferAnswer.Kind) async throws -> Answer {
    try await desk.change(call, roles: [.owner]) { room in
      let id = try Self.number(call.parameter("offer_id"))
      // Visible to the caller, and as the caller saw it; the desk judges everything else.
      let version = try await Self.find(id, room.connection).version
      guard try call.version() == version else { throw Problem(.changedMeanwhile) }
      let reason = try Self.reason(call, kind)
      try await room.asService { connection in
        let today = try await desk.today(connection)
        try await OfferDesk(on: connection).answer(
          id,
          OfferAnswer(
            kind, by: room.caller.department, code: reason.code, note: reason.note, on: today))
      }
      let row = try await Self.find(id, room.connection)
      return Answer(200, json: row.json, version: row.version)
    }
  }

  /// `{"code": …, "note": …}`; nothing else.
  private static func reason(
    _ call: Call, _ kind: OfferAnswer.Kind
  ) throws(Problem) -> (code: String?, note: String?) {
    var texts: [String: String] = [:]
    for (name, value) in try call.fields() {
      let isKnown = name == "note" || (name == "code" && kind == .decline)
      guard isKnown, case .text(let text) = value, (1...400).contains(text.unicodeScalars.count)
      else {
        var problem = Problem(.invalidFields)
        problem.errors = [
          Problem.Flaw(
            pointer: "/" + name, code: isKnown ? "wrong_form" : "unknown_column",
            message: { $0 == .chinese ? "不是此处的字段或值" : "not a field or value that belongs here" },
            remedy: {
              $0 == .chinese
                ? "code、note 为 1 至 400 字的文字" : "code and note are texts of 1 to 400 characters"
            })
        ]
        throw problem
      }
      texts[name] = text
    }
    return (texts["code"], texts["note"])
  }
}
