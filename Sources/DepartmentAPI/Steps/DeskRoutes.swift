internal import Allocation
internal import Postgres

/// What desks tell without a step: the minutes of a consultation, the price of a change of banks.
struct DeskRoutes: Sendable {
  let desk: CallDesk

  var routes: [Route] {
    [
      Route(operation: Self.minutes) { call in
        Answer(text: try await minutes(call).markdown, type: "text/markdown; charset=utf-8")
      },
      Route(operation: Self.page) { call in
        Answer(text: try await minutes(call).html, type: "text/html; charset=utf-8")
      },
      Route(operation: Self.price) { call in try await price(call) },
    ]
  }

  static let operations = [minutes, page, price]

  private static func operation(
    _ id: String, _ record: Record, _ last: String, _ title: (String, String),
    _ parameters: [Operation.Parameter] = []
  ) -> Operation {
    var operation = Operation(
      id: id, method: "GET", path: "/v1/\(record.path)/{\(record.key)}/\(last)", tag: record.path,
      title: title)
    operation.parameters =
      [
        Operation.Parameter(
          name: record.key, place: .path, isRequired: true, schema: record.order.schema,
          meaning: record.title.0)
      ] + parameters
    operation.problems = [
      .badRequest, .unknownParameter, .badParameter, .unauthenticated, .forbidden, .notFound,
      .wrongState, .exists, .invalidFields,
    ]
    return operation
  }

  private static let minutes: Operation = {
    var operation = Self.operation(
      "getMinutes", .consultations, "minutes", ("会议纪要（Markdown）", "The minutes, as Markdown"))
    operation.success = .init(type: "text/markdown", schema: ["type": "string"], example: nil)
    return operation
  }()

  private static let page: Operation = {
    var operation = Self.operation(
      "getMinutesPage", .consultations, "minutes.html", ("会议纪要（网页）", "The minutes, as a page"))
    operation.success = .init(type: "text/html", schema: ["type": "string"], example: nil)
    return operation
  }()

  private func minutes(_ call: Call) async throws -> SessionMinutes {
    try await desk.read(call) { room in
      // Conclusions name all parties: the minutes are for those who see every decision.
      let reads = try await room.connection.query("SELECT access.reads('land.decision')")
        .only(String?.self)
      guard reads == "all" else { throw Problem(.forbidden) }
      let id = try call.parameter(Record.consultations.key)
      guard let key = SessionKey(id) else { throw Problem(.notFound) }
      _ = try await Record.consultations.one(id, call.language, room.connection)
      return try await room.asService { connection in
        try await SessionMinutes.load(
          key.session, jurisdiction: key.jurisdiction, from: connection)
      }
    }
  }

  private static let price: Operation = {
    func day(_ name: String, _ meaning: String) -> Operation.Parameter {
      Operation.Parameter(
        name: name, place: .query, isRequired: true, schema: ["type": "string", "format": "date"],
        meaning: meaning)
    }
    func bank(_ name: String, _ meaning: String) -> Operation.Parameter {
      Operation.Parameter(
        name: name, place: .query, isRequired: true,
        schema: ["type": "string", "minLength": 1, "maxLength": 64], meaning: meaning)
    }
    var operation = Self.operation(
      "priceChainBanks", .chainBanks, "price",
      ("人工调整两行的代价（分），不作更改", "What a change of banks would cost, in points; nothing is changed"),
      [bank("lead", "主办行"), bank("partner", "合作行"), day("from", "自此日起")])
    operation.success = .init(
      schema: Schema.object(
        [("price_points", ["type": "integer"])], required: ["price_points"]),
      example: ["price_points": 1200])
    return operation
  }()

  private func price(_ call: Call) async throws -> Answer {
    try await desk.read(call) { room in
      guard ["finance_office", "office"].contains(room.caller.kind) else {
        throw Problem(.forbidden)
      }
      let id = try call.parameter(Record.chainBanks.key)
      _ = try await Record.chainBanks.one(id, call.language, room.connection)
      let words = try Self.words(call.query)
      let price = try await room.asService { connection in
        let change = try await BankChange(Record.number(id), words).change(connection)
        return try await ChainBankDesk(on: connection).price(of: change)
      }
      return Answer(200, json: "{\"price_points\":\(price)}")
    }
  }

  private static func words(_ query: Query) throws(Problem) -> StepWords {
    var body: [String: JSON] = [:]
    for field in BankChange.pair {
      guard let value = query[field.name] else {
        throw .parameter(field.name, "缺少", "missing")
      }
      body[field.name] = .text(value)
    }
    return try StepWords(body, BankChange.pair)
  }
}
