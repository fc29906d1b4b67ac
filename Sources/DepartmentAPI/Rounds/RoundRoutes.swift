internal import Allocation
internal import Postgres

/// Rounds are asked for here and computed by a worker (`yaosu work`).
struct RoundRoutes: Sendable {
  let desk: CallDesk

  var routes: [Route] { [Route(operation: Self.start) { call in try await start(call) }] }

  static let operations = [start]
  static let schemas: [(String, JSON)] = [("RoundWish", fields.schema)]

  private static let fields = [
    StepField("mechanism", .word(Night.mechanisms.map { $0.name.rawValue }), "机制", "techvp"),
    StepField(
      "business_date", .day, "业务日：今天（上海）起 \(horizon) 天之内；默认今天", "2026-11-29"
    ).optional,
    .jurisdiction,
  ]

  static let start: Operation = {
    var operation = Operation(
      id: "startRound", method: "POST", path: "/v1/rounds", tag: "rounds",
      title: ("请求计算一轮", "Queue a round for a worker"))
    operation.parameters = [.idempotencyKey, .prefer]
    operation.body = .init(
      schema: Schema.reference("RoundWish"), example: [StepField](fields.prefix(2)).example)
    operation.status = 202
    operation.success = .init(schema: Schema.reference("QueuedRound"), example: nil)
    operation.problems = Operation.writeProblems + [.keyMissing, .keyReused, .exists]
    return operation
  }()

  /// How many days ahead a round may be asked for.
  private static let horizon = 7

  private func start(_ call: Call) async throws -> Answer {
    try await desk.change(call, roles: [.clerk, .owner]) { room in
      let today = try await desk.today(room.connection)
      let scope = try Self.scope(
        StepWords(try call.fields(), Self.fields), room.caller, today: today)
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
    _ words: StepWords, _ caller: Caller, today: DateOnly
  ) throws(Problem) -> RoundScope {
    let (date, last) = (words.day("business_date") ?? today, today.adding(days: horizon))
    guard today <= date, date <= last else {
      throw .field(
        "business_date", "wrong_form", "不是可以请求的业务日", "no business date that can be asked for",
        "\(today) … \(last)")
    }
    return RoundScope(
      mechanism: try StepWords.required(words.word("mechanism")),
      jurisdiction: try caller.place(words.text(StepField.jurisdiction.name)), businessDate: date)
  }
}
