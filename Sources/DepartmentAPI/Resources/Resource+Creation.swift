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
      let answers = try await connection.pipeline([
        credential.entry(within: limit, as: .service), Self.prefectures,
      ])
      guard answers.count == 2 else { throw Problem(.internalError) }
      guard let caller = try credential.caller(answers[0]) else {
        throw CallDesk.refusal(credential)
      }
      guard [.clerk, .owner].contains(caller.role) else { throw Problem(.forbidden) }
      let home = try home(caller, among: answers[1])
      let room = CallDesk.Room(connection: connection, caller: caller)
      var batch = try CreationBatch(calls) { try draft($0, home) }
      if let lockTime { try connection.sendAhead(Self.waiting(atMost: lockTime)) }
      try await judge(&batch, room)
      try await write(&batch, room)
      if calls.count == 1, case .failure(let refusal)?? = batch.results.first { throw refusal }
      // Whoever commits queues for the end of the audit chain, however long that takes.
      if lockTime != nil { try connection.sendAhead("SET LOCAL lock_timeout TO DEFAULT") }
      return batch.results
    }
  }

  private static func waiting(atMost time: Duration) -> SQL {
    let milliseconds = max(1, time / .milliseconds(1))
    return "SELECT set_config('lock_timeout', \("\(Int(milliseconds))ms"), true)"
  }

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

  /// The prefecture of rows that do not tell it: the token's, else the only one; `nil` where a row
  /// has to state it.
  private func home(_ caller: Caller, among prefectures: Rows) throws -> String? {
    guard table.needsJurisdiction else { return nil }
    if let own = caller.jurisdiction { return own }
    let known = try prefectures.decode(String.self)
    return known.count == 1 ? known.first : nil
  }

  private static let prefectures: SQL =
    "SELECT code FROM registry.regions WHERE kind = 'prefecture' LIMIT 2"

  /// Claims the keys and checks the drafts. Who repeats a call is given its answer; who may not
  /// write at all hears nothing of what is written wrong.
  private func judge(_ batch: inout CreationBatch, _ room: CallDesk.Room) async throws {
    let (connection, caller) = (room.connection, room.caller)
    let drafted = batch.drafted
    let answers = try await connection.pipeline([
      KeptAnswers.claiming(batch.claims, for: caller),
      RegistryDraft.checks(drafted.map(\.draft), in: table),
      Connection.taking(.caller, of: caller), writability,
      Connection.taking(.service, of: caller),
    ])
    guard answers.count == 5 else { throw Problem(.internalError) }
    let claimed: Set<String> = Set(try answers[0].decode(String.self))
    for claim in batch.claims where !claimed.contains(claim.key) {
      batch.repeats(claim, try await KeptAnswers.earlier(claim, of: caller, connection))
    }
    let faults = try RegistryDraft.faults(answers[1], in: table)
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
    if !standing.isEmpty {
      try await connection.beginEvent(
        CallDesk.cause(standing.map { batch.calls[$0.number] }, caller))
      try connection.take(.caller, of: caller)
      let keys = try standing.map { try key(of: $0.draft) }
      let written = try await connection.pipeline([
        RegistryDraft.insertion(standing.map(\.draft), in: table), search(each: keys),
      ])
      let rows = try written.last?.decode(Int.self, String.self, String.self) ?? []
      guard rows.count == standing.count else { throw Problem(.internalError) }
      for (position, json, version) in rows where keys.indices.contains(position - 1) {
        let path = keys[position - 1].map { "/" + PercentText.encode($0) }.joined()
        batch.answer(
          standing[position - 1].number,
          Answer(201, json: json, version: version, location: collectionPath + path))
      }
      try connection.take(.service, of: caller)
      try connection.sendAhead(KeptAnswers.keeping(batch.created, for: caller))
    }
    if !batch.freed.isEmpty {
      try connection.sendAhead(KeptAnswers.freeing(batch.freed, of: caller))
    }
  }

  private func key(of draft: RegistryDraft) throws -> [String] {
    try key.map { name in
      guard let value = draft.keyText(name) else { throw Problem(.internalError) }
      return value
    }
  }
}
