internal import Allocation
internal import Postgres

/// New rows: each call is judged by itself, and those that stand are written together.
extension Resource {
  /// Creates a row for each call, in one transaction.
  ///
  /// - Parameters:
  ///   - calls: of one bearer.
  ///   - lockTime: how long a statement waits for a lock at most; as long as it may run if `nil`.
  /// - Returns: for each call its answer, or why it has none: its key is free then; `nil` for a key
  ///   that stands in an earlier one of the calls, whose answer it will be given when it asks again.
  /// - Throws: ``Problem`` `unauthenticated`, `forbidden`, `timeout`, and of a call by itself whatever
  ///   it is refused for; ``PostgresError`` where the database refuses the rows. Nothing has changed
  ///   then.
  func create(
    _ calls: [Call], lockTime: Duration?, _ pool: Pool
  ) async throws -> [Result<Answer, any Error>?] {
    guard let credential = try calls.first?.shown() else { return [] }
    return try await pool.transaction { connection in
      // Drawn up now: the wait for a connection is a part of the calls' time.
      let limit = calls.map(\.timeLeft).min() ?? .zero
      guard limit > .zero else { throw Problem(.timeout) }
      let (caller, home) = try await enter(credential, within: limit, lockTime, connection)
      guard [.clerk, .owner].contains(caller.role) else { throw Problem(.forbidden) }
      let room = CallDesk.Room(connection: connection, caller: caller)
      var batch = try CreationBatch(calls) { try draft($0, home) }
      try await judge(&batch, room)
      try await write(&batch, room)
      if calls.count == 1, case .failure(let refusal)?? = batch.results.first { throw refusal }
      // Whoever commits queues for the end of the audit chain, however long that takes.
      if lockTime != nil { try connection.sendAhead("SET LOCAL lock_timeout TO DEFAULT") }
      return batch.results
    }
  }

  /// Lets the bearer in.
  ///
  /// - Returns: the caller, and the prefecture of rows that do not tell it: the token's, else the only
  ///   one; `nil` where a row has to state it, or follows another one.
  private func enter(
    _ credential: Credential, within limit: Duration, _ lockTime: Duration?,
    _ connection: Connection
  ) async throws -> (caller: Caller, home: String?) {
    let entry = credential.entry(within: limit, lockTime: lockTime, as: .service)
    let answers = try await connection.pipeline(
      [entry] + (table.needsJurisdiction ? [Self.prefectures] : []))
    guard let entered = answers.first else { throw Problem(.internalError) }
    guard let caller = try credential.caller(entered) else { throw CallDesk.refusal(credential) }
    guard table.needsJurisdiction else { return (caller, nil) }
    let known = try answers.last?.decode(String.self) ?? []
    return (caller, caller.jurisdiction ?? (known.count == 1 ? known.first : nil))
  }

  private static let prefectures: SQL =
    "SELECT code FROM registry.regions WHERE kind = 'prefecture' LIMIT 2"

  /// A new row as a call's body tells it.
  ///
  /// - Throws: ``Problem``; ``RowFaults``.
  private func draft(_ call: Call, _ home: String?) throws -> RegistryDraft {
    var fields = try call.fields().mapValues(\.fieldValue)
    try refuseMask(fields)
    let stated = table.needsJurisdiction ? fields.removeValue(forKey: "jurisdiction") : nil
    var place = home
    if case .text(let text)? = stated { place = text }
    guard place != nil || !table.needsJurisdiction else {
      throw Problem(.invalidFields, "须写明 jurisdiction", "jurisdiction has to be given")
    }
    return try RegistryDraft(creating: fields, in: table, jurisdiction: place)
  }

  /// Takes the keys and checks the drafts. Who repeats a call is given its answer; who may not write at
  /// all hears nothing of what is written wrong.
  private func judge(_ batch: inout CreationBatch, _ room: CallDesk.Room) async throws {
    let (connection, caller) = (room.connection, room.caller)
    let drafted = batch.drafted
    let answers = try await connection.pipeline([
      KeptAnswers.turn(batch.claims, for: caller), KeptAnswers.known(batch.claims, for: caller),
      newRows.checks(drafted.map(\.draft)), writability,
    ])
    guard answers.count == 4 else { throw Problem(.internalError) }
    for (key, answer) in try KeptAnswers.answers(answers[1], to: batch.claims) {
      batch.repeats(key, answer)
    }
    let faults = try newRows.faults(answers[2])
    guard faults.count == drafted.count else { throw Problem(.internalError) }
    let found = zip(drafted, faults).compactMap { one, faults in faults.map { (one.number, $0) } }
    batch.refuse(
      Dictionary(found, uniquingKeysWith: { first, _ in first }),
      isWritable: try answers[3].only(Bool.self))
  }

  /// Writes what stands, and puts the answers on record.
  private func write(_ batch: inout CreationBatch, _ room: CallDesk.Room) async throws {
    let (connection, caller) = (room.connection, room.caller)
    let standing = batch.drafted
    if standing.isEmpty { return }
    try await connection.beginEvent(
      CallDesk.cause(standing.map { batch.calls[$0.number] }, caller))
    try connection.take(.caller, of: caller)
    let stored = try await connection.query(newRows.insertion(standing.map(\.draft)))
      .decode([String].self, String.self, String.self)
    let rows = Dictionary(
      stored.map { key, json, version in (key, (json, version)) }, uniquingKeysWith: { $1 })
    for (number, draft) in standing {
      let key = try key(of: draft)
      guard let (json, version) = rows[key] else { throw Problem(.internalError) }
      let path = key.map { "/" + PercentText.encode($0) }.joined()
      batch.answer(
        number, Answer(201, json: json, version: version, location: collectionPath + path))
    }
    try connection.take(.service, of: caller)
    try connection.sendAhead(KeptAnswers.keeping(batch.created, for: caller))
  }

  private func key(of draft: RegistryDraft) throws -> [String] {
    try key.map { name in
      guard let value = draft.keyText(name) else { throw Problem(.internalError) }
      return value
    }
  }
}
