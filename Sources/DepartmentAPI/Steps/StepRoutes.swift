internal import Allocation
internal import Postgres

/// Moves on what goes on in steps, at its desk. One mechanism for all lives.
struct StepRoutes: Sendable {
  let desk: CallDesk

  var routes: [Route] {
    Record.lives.flatMap { record in
      (record.life?.steps ?? []).map { step in
        Route(operation: record.operation(of: step)) { call in
          try await take(step, of: record, call)
        }
      }
    }
  }

  private func take(_ step: Step, of record: Record, _ call: Call) async throws -> Answer {
    try await desk.change(call, roles: step.roles) { room in
      guard step.kinds.contains(room.caller.kind) else { throw Problem(.forbidden) }
      let id = step.isOpening ? "" : try call.parameter(record.key)
      // There for the caller to see; then well said; then as the caller has seen it.
      let seen =
        step.isOpening ? nil : try await record.one(id, call.language, room.connection).version
      let words = try StepWords(try call.fields(), step.fields)
      if let seen {
        guard try call.version() == seen else { throw Problem(.changedMeanwhile) }
      }
      let today = try await desk.today(room.connection)
      let made = try await room.asService { connection in
        if let lock = record.life?.lock, !step.isOpening {
          _ = try await connection.query(lock(id))
          try await check(id, of: record, call, connection)
        }
        return try await step.act(
          StepEntry(
            id: id, words: words, caller: room.caller, today: today, connection: connection))
      }
      return try await answer(made ?? id, step, of: record, call, room)
    }
  }

  /// Of two who have seen the same version the second finds another one here.
  private func check(
    _ id: String, of record: Record, _ call: Call, _ connection: Connection
  ) async throws {
    let row = try await record.one(id, call.language, connection)
    guard try call.version() == row.version else { throw Problem(.changedMeanwhile) }
  }

  private func answer(
    _ id: String, _ step: Step, of record: Record, _ call: Call, _ room: CallDesk.Room
  ) async throws -> Answer {
    let row: (json: String, version: String)
    do {
      row = try await record.one(id, call.language, room.connection)
    } catch let problem as Problem where problem.code == .notFound {
      // A step can take a row away, or out of the caller's sight: there is nothing to show.
      return Answer(204, json: "")
    }
    guard step.isOpening else { return Answer(200, json: row.json, version: row.version) }
    return Answer(
      201, json: row.json, version: row.version,
      location: "/v1/\(record.path)/" + PercentText.encode(id))
  }
}

extension CallDesk {
  /// The day on which a call is made.
  func today(_ connection: Connection) async throws -> DateOnly {
    if let clock { return clock() }
    return try await connection.query(
      "SELECT (transaction_timestamp() AT TIME ZONE 'Asia/Shanghai')::date"
    ).only(DateOnly.self)
  }
}
