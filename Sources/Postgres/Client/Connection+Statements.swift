internal import CLibPQ

/// How a statement goes to the server, once its values are encoded.
extension Connection {
  func result(of sql: SQL, at site: CallSite) async throws -> ResultBox {
    let statement = try Statement(sql, at: site)
    return try await exclusively(at: site) {
      let ahead = try takeAhead(at: site)
      guard ahead.isEmpty else { return try await last(of: send(ahead + [statement])) }
      return try await send(statement)
    }
  }

  /// A text without parameters: by the simple protocol, unless something goes ahead of it.
  func simple(_ text: String, at site: CallSite) async throws -> ResultBox {
    try await exclusively(at: site) {
      let ahead = try takeAhead(at: site)
      guard ahead.isEmpty else {
        return try await last(of: send(ahead + [Statement(text: text, site: site)]))
      }
      return try await run(Command(text: text) { PQsendQuery($0, text) }, at: site)
    }
  }

  private func last(of results: [ResultBox]) throws -> ResultBox {
    guard let last = results.last else { throw PostgresError(.misuse, "nothing was sent") }
    return last
  }

  private func send(_ statement: Statement) async throws -> ResultBox {
    let plan = state.withLock { $0.cache.plan(for: statement.key) }
    do {
      return try await send(statement, plan)
    } catch let error where plan != .unnamed {
      if plan.isNew { state.withLock { $0.cache.forget(statement.key) } }
      guard (error as? PostgresError)?.isStalePlan == true else { throw error }
      state.withLock { $0.cache.forget(statement.key) }
      // Inside a transaction the error has already ended it; there the whole is run again.
      guard transactionStatus == PQTRANS_IDLE else { throw error }
      return try await send(statement, .unnamed)
    }
  }

  /// Its commands one after the other, each with its own round trip.
  private func send(
    _ statement: Statement, _ plan: StatementCache.Plan
  ) async throws -> ResultBox {
    let commands = statement.commands(by: plan)
    for command in commands.dropLast() { _ = try await run(command, at: statement.site) }
    guard let last = commands.last else { throw PostgresError(.misuse, "nothing to send") }
    return try await run(last, at: statement.site)
  }

  /// One exchange from sending to the last result, with cancellation.
  func run(_ command: Command, at site: CallSite) async throws -> ResultBox {
    try Task.checkCancellation()
    let exchange = StatementExchange(send: command.send)
    await wire.run(exchange) { [wire] in wire.requestCancel() }
    guard exchange.sent, let result = exchange.result else {
      throw PostgresError(.connectionLost, "the connection is closed", callSite: site)
    }
    return try result.checked(command.text, at: site)
  }
}

extension ResultBox {
  /// Itself, unless it is an error.
  ///
  /// - Throws: ``PostgresError``; `CancellationError` where the task was cancelled and therefore the
  ///   statement.
  func checked(_ text: String, at site: CallSite) throws -> ResultBox {
    guard isError else { return self }
    let error = PostgresError(result: self, statement: text, callSite: site)
    if error.sqlState == "57014", Task.isCancelled { throw CancellationError() }
    throw error
  }
}
