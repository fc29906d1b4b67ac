internal import Allocation
internal import Postgres

/// Rounds are asked for here and computed by a worker (`yaosu work`).
struct RoundRoutes: Sendable {
  let desk: CallDesk

  var routes: [Route] { [Route(operation: Self.start) { call in try await start(call) }] }

  static let operations = [start]

  static let schemas: [(String, JSON)] = [
    (
      "RoundWish",
      Schema.object(
        [
          ("mechanism", OfferRoutes.mechanisms),
          (
            "business_date",
            [
              "type": "string", "format": "date",
              "description": "Today in Asia/Shanghai, or up to 7 days from now; today if absent.",
            ]
          ),
          (
            "jurisdiction",
            [
              "type": "string", "pattern": "^[0-9]{6}$",
              "description": "For a token that is not bound to one prefecture.",
            ]
          ),
        ], required: ["mechanism"])
    )
  ]

  static let start: Operation = {
    var operation = Operation(
      id: "startRound", method: "POST", path: "/v1/rounds", tag: "rounds",
      title: ("请求计算一轮", "Queue a round for a worker"))
    operation.parameters = [.idempotencyKey, .prefer]
    operation.body = .init(
      schema: Schema.reference("RoundWish"),
      example: ["mechanism": "techvp", "business_date": "2026-11-29"])
    operation.status = 202
    operation.success = .init(schema: Schema.reference("QueuedRound"), example: nil)
    operation.problems = Operation.writeProblems + [.keyMissing, .keyReused, .exists]
    return operation
  }()

  /// How many days ahead a round may be asked for.
  private static let horizon = 7

  private func start(_ call: Call) async throws -> Answer {
    try await desk.change(call, roles: [.clerk, .owner]) { room in
      let (today, last) = try await room.connection.query(
        """
        SELECT t.today, t.today + \(Int32(Self.horizon)) FROM (
          SELECT (transaction_timestamp() AT TIME ZONE 'Asia/Shanghai')::date AS today) t
        """
      ).only(DateOnly.self, DateOnly.self)
      let scope = try Self.scope(call.fields(), room.caller, from: today, to: last)
      let id = try await RoundQueue.ask(
        for: scope, by: room.caller.department, on: room.connection)
      let json = try await room.connection.query(
        """
        SELECT row_to_json(t)::text FROM (\(Record.queuedRounds.query("'zh'"))) t
        WHERE t.queued_id = \(id)
        """
      ).only(String.self)
      return Answer(202, json: json, location: "/v1/queued-rounds?queued_id=\(id)")
    }
  }

  private static func scope(
    _ fields: [String: JSON], _ caller: Caller, from first: DateOnly, to last: DateOnly
  ) throws(Problem) -> RoundScope {
    if let stranger = fields.keys.filter({ !fieldNames.contains($0) }).min() {
      throw flaw(stranger, "未知的字段", "unknown field", fieldNames.joined(separator: ", "))
    }
    let known = Night.mechanisms.map { $0.name }
    guard case .text(let word)? = fields["mechanism"],
      let mechanism = MechanismName(rawValue: word), known.contains(mechanism)
    else {
      throw flaw(
        "mechanism", "不是有轮次的机制", "no mechanism that has rounds",
        known.map(\.rawValue).joined(separator: ", "))
    }
    return RoundScope(
      mechanism: mechanism, jurisdiction: try place(fields["jurisdiction"], caller),
      businessDate: try date(fields["business_date"], from: first, to: last))
  }

  private static let fieldNames = ["mechanism", "business_date", "jurisdiction"]

  private static func date(
    _ value: JSON?, from first: DateOnly, to last: DateOnly
  ) throws(Problem) -> DateOnly {
    guard let value else { return first }
    guard case .text(let text) = value, let date = DateOnly(text: text), "\(date)" == text,
      first <= date, date <= last
    else {
      throw flaw(
        "business_date", "不是可以请求的业务日", "no business date that can be asked for",
        "\(first) … \(last)")
    }
    return date
  }

  static func place(_ value: JSON?, _ caller: Caller) throws(Problem) -> String {
    let bound = caller.jurisdiction
    guard let value else {
      if let bound { return bound }
      throw flaw("jurisdiction", "缺少辖区", "the prefecture is missing", "341800 …")
    }
    guard case .text(let text) = value, text.utf8.count == 6, bound == nil || bound == text else {
      throw flaw("jurisdiction", "不是此令牌的辖区", "not the token's prefecture", bound ?? "341800 …")
    }
    return text
  }

  private static func flaw(
    _ field: String, _ chinese: String, _ english: String, _ remedy: String
  ) -> Problem {
    var problem = Problem(.invalidFields)
    problem.errors = [
      Problem.Flaw(
        pointer: "/" + field.replacing("~", with: "~0").replacing("/", with: "~1"),
        code: "wrong_form",
        message: { $0 == .chinese ? chinese : english }, remedy: { _ in remedy })
    ]
    return problem
  }
}
