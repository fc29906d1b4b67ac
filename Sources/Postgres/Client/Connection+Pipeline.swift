internal import CLibPQ

/// Several statements in one round trip, by libpq's pipeline mode.
extension Connection {
  /// Runs statements one after the other in one round trip and returns the rows of each.
  ///
  /// Outside a transaction they are one: all or nothing, and what a statement sets for the
  /// transaction (`set_config(…, true)`) holds for those behind it. A later statement does not
  /// depend on what an earlier one answers; where it would, ask them apart.
  ///
  /// - Throws: ``PostgresError`` of the first that failed; those behind it have not run.
  ///   `CancellationError` when the task was cancelled meanwhile.
  public func pipeline(
    _ statements: [SQL], fileID: String = #fileID, line: Int = #line
  ) async throws -> [Rows] {
    let site = CallSite(fileID: fileID, line: line)
    let statements = try statements.map { try Statement($0, at: site) }
    if statements.isEmpty { return [] }
    return try await exclusively(at: site) {
      let ahead = try takeAhead(at: site)
      return try await send(ahead + statements).dropFirst(ahead.count).map {
        Rows($0, callSite: site)
      }
    }
  }

  /// Keeps a statement whose answer nobody needs until the next one is sent, and sends both in one
  /// round trip. If it fails, the next one throws its error and has not run.
  ///
  /// - Throws: ``PostgresError`` of kind `encoding`, or `misuse` outside a transaction, where the
  ///   next statement might never come.
  public func sendAhead(
    _ sql: SQL, fileID: String = #fileID, line: Int = #line
  ) throws {
    let site = CallSite(fileID: fileID, line: line)
    let statement = try Statement(sql, at: site)
    let isInside = state.withLock { state in
      if state.depth > 0 { state.ahead.append(statement) }
      return state.depth > 0
    }
    guard isInside else {
      throw PostgresError(.misuse, "nothing goes ahead outside a transaction", callSite: site)
    }
  }

  /// Sends what was to go ahead of a statement that cannot stand in a pipeline, such as COPY.
  func sendAwaited(at site: CallSite) async throws {
    let ahead = try takeAhead(at: site)
    if !ahead.isEmpty { _ = try await send(ahead) }
  }

  /// What goes ahead of a statement that is about to be sent.
  ///
  /// - Throws: `CancellationError` in a cancelled task, before anything is taken; ``PostgresError`` of
  ///   kind `misuse` where a transaction could not begin and its body goes on all the same: each of
  ///   its statements would be a transaction of its own.
  func takeAhead(at site: CallSite) throws -> [Statement] {
    try Task.checkCancellation()
    let (ahead, isInside) = state.withLock { ($0.takeAhead(), $0.depth > 0) }
    guard ahead.isEmpty, isInside, transactionStatus == PQTRANS_IDLE else { return ahead }
    throw PostgresError(
      .misuse, "the transaction did not begin, and the error was ignored", callSite: site)
  }

  /// Sends statements in one pipeline.
  ///
  /// - Returns: the result of each.
  func send(_ statements: [Statement]) async throws -> [ResultBox] {
    let plans = state.withLock { state in statements.map { state.cache.plan(for: $0.key) } }
    do {
      return try await send(statements, by: plans)
    } catch {
      let isStale = (error as? PostgresError)?.isStalePlan == true
      // Whether the server has come as far as a name is not known, also in a cancelled task.
      state.withLock { state in
        for (statement, plan) in zip(statements, plans) where plan.isNew || isStale {
          state.cache.forget(statement.key)
        }
      }
      guard isStale, transactionStatus == PQTRANS_IDLE else { throw error }
      return try await send(statements, by: plans.map { _ in .unnamed })
    }
  }

  private func send(
    _ statements: [Statement], by plans: [StatementCache.Plan]
  ) async throws -> [ResultBox] {
    try Task.checkCancellation()
    let commands = zip(statements, plans).map { $0.commands(by: $1) }
    let exchange = PipelineExchange(commands.flatMap { $0 })
    await wire.run(exchange) { [wire] in wire.requestCancel() }
    var results: [ResultBox] = []
    var answered = exchange.results.makeIterator()
    for (statement, commands) in zip(statements, commands) {
      for index in commands.indices {
        guard exchange.sent, let result = answered.next() else {
          throw PostgresError(
            .connectionLost, "the connection is closed", callSite: statement.site)
        }
        _ = try result.checked(statement.text, at: statement.site)
        if index == commands.count - 1 { results.append(result) }
      }
    }
    guard let last = statements.last else { return results }
    // Outside a transaction all is committed at the end: a deferred constraint may refuse it there.
    if let refusal = answered.next() { _ = try refusal.checked(last.text, at: last.site) }
    guard exchange.isSynchronised else {
      throw PostgresError(.connectionLost, "the connection is closed", callSite: last.site)
    }
    return results
  }
}

extension StatementCache.Plan {
  /// Whether the server learns the statement's name with it.
  var isNew: Bool {
    if case .prepare = self { true } else { false }
  }
}

extension Pool {
  /// Runs statements on any connection as one transaction in one round trip; see
  /// ``Connection/pipeline(_:fileID:line:)``.
  public func pipeline(
    _ statements: [SQL], fileID: String = #fileID, line: Int = #line
  ) async throws -> [Rows] {
    let connection = try await lease()
    defer { giveBack(connection) }
    return try await connection.pipeline(statements, fileID: fileID, line: line)
  }
}
