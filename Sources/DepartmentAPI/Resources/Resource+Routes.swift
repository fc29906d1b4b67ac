internal import Allocation
internal import Postgres

extension Resource {
  /// List, read, create and change: the same four for every resource.
  func routes(_ desk: CallDesk) -> [Route] {
    [
      Route(operation: listing) { call in try await list(call, desk) },
      Route(operation: reading) { call in try await read(call, desk) },
      Route(operation: creation) { call in try await create(call, desk) },
      Route(operation: changing) { call in try await change(call, desk) },
    ]
  }

  private func list(_ call: Call, _ desk: CallDesk) async throws -> Answer {
    try await desk.read(call) { room in
      let request = try PageRequest(call.query, of: self)
      var rows = try await page(request, room.connection)
      var head = ""
      if request.after == nil {
        guard let hidden = try await hidden(room) else { throw Problem(.forbidden) }
        head = "\"hidden\":\(hidden),"
      }
      let hasMore = rows.count > request.limit
      if hasMore { rows.removeLast() }
      let next = hasMore ? rows.last.map { PageRequest.cursor(after: $0.key) } : nil
      let items = rows.map(\.json).joined(separator: ",")
      return Answer(
        200, json: "{\(head)\"next\":\(next.map(JSON.quoted) ?? "null"),\"items\":[\(items)]}")
    }
  }

  private func read(_ call: Call, _ desk: CallDesk) async throws -> Answer {
    if let person, let purpose = call.query["purpose"] {
      return try await readNamed(call, desk, person, purpose)
    }
    let search = RowSearch(
      text: path, key: try await desk.told(call) { try keyValues(call) }, statement: search(each:))
    guard let row = try await desk.rows.row(call, search) else { throw Problem(.notFound) }
    return Answer(200, json: row.json, version: row.version)
  }

  /// Reads a row with the person's name. The answer leaves after its trace is committed.
  private func readNamed(
    _ call: Call, _ desk: CallDesk, _ person: PersonalData.Kind, _ purpose: String
  ) async throws -> Answer {
    try await desk.told(call) {
      let isText = purpose.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
      guard isText, (2...200).contains(purpose.unicodeScalars.count) else {
        throw Problem.parameter("purpose", "须为 2 至 200 字", "2 to 200 characters")
      }
    }
    return try await desk.change(call, roles: [.clerk, .owner], opensEvent: false) { room in
      let key = try keyValues(call)
      guard let row = try await find(key, isNaming: true, room.connection), let code = key.first
      else { throw Problem(.notFound) }
      try await room.asService { connection in
        _ = try await PersonalData.ask(
          for: code, person, purpose: purpose,
          onBehalfOf: "\(room.caller.department), \(room.caller.proof), request \(call.id)",
          on: connection)
      }
      return Answer(200, json: row.json, version: row.version)
    }
  }

  /// Who sends a row back as it was read must not name a person so.
  func refuseMask(_ fields: [String: FieldValue]) throws(Problem) {
    for (name, value) in fields where personal.contains(name) && value == .text(Self.mask) {
      throw .field(
        name, "wrong_form", "是脱敏后的值", "this is the mask, not a name",
        "leave the field out, or give the name")
    }
  }

  private func create(_ call: Call, _ desk: CallDesk) async throws -> Answer {
    _ = try await desk.told(call) { try KeptAnswers.Claim.key(call) }
    return try await desk.creations.answer(call, in: self)
  }

  private func change(_ call: Call, _ desk: CallDesk) async throws -> Answer {
    try await desk.change(call, roles: [.clerk, .owner]) { room in
      let key = try keyValues(call)
      guard let before = try await find(key, room.connection) else {
        throw Problem(.notFound)
      }
      guard try await isWritable(room.connection) else { throw Problem(.forbidden) }
      let seen = try call.version()
      let fields = try call.fields().mapValues(\.fieldValue)
      try refuseMask(fields)
      let draft = try RegistryDraft(changing: fields, in: table)
      guard before.version == seen else { throw Problem(.changedMeanwhile) }
      let row = isKey(key)
      let differs = try await room.asService { connection in
        guard try await draft.lock(where: row, connection) == seen else {
          throw Problem(.changedMeanwhile)
        }
        try draft.refuse(try await connection.query(draft.checks(key: row)))
        return try await draft.differs(where: row, connection)
      }
      guard differs else { return Answer(200, json: before.json, version: seen) }
      // The row is locked and stands: if nothing was changed, it was not the caller's to change.
      let written = try await room.connection.pipeline([draft.update(where: row), search(key)])
      guard let changed = written.first, changed.affected > 0,
        let after = try written.last?.versioned
      else { throw Problem(.forbidden) }
      return Answer(200, json: after.json, version: after.version)
    }
  }

  /// The values of the key in the path; what cannot be a value of its column is not there.
  private func keyValues(_ call: Call) throws(Problem) -> [String] {
    var values: [String] = []
    for name in key {
      let value = try call.parameter(name)
      guard let column = table.column(name) else {
        values.append(value)
        continue
      }
      guard let text = column.canonical(.text(value)) else { throw Problem(.notFound) }
      values.append(text)
    }
    return values
  }
}

extension JSON {
  /// As the registry takes it.
  var fieldValue: FieldValue {
    switch self {
    case .null: .null
    case .truth(let truth): .truth(truth)
    case .number(let digits): .number(digits)
    case .text(let text): .text(text)
    case .array(let values): .list(values.map(\.fieldValue))
    case .object: .other
    }
  }
}
