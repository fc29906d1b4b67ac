internal import CLibPQ

/// How a statement goes to the server, once its values are encoded.
extension Connection {
  func result(of sql: SQL, at site: CallSite) async throws -> ResultBox {
    let (text, values) = sql.rendered()
    let parameters = try encode(values, of: text, at: site)
    return try await exclusively(at: site) {
      try await send(text, parameters, at: site)
    }
  }

  private func encode(
    _ values: [any SQLEncodable], of text: String, at site: CallSite
  ) throws -> EncodedParameters {
    if values.isEmpty { return .none }
    do {
      return try EncodedParameters(values)
    } catch let error as ValueError {
      var wrapped = PostgresError(.encoding, error.description, callSite: site)
      wrapped.statement = text
      throw wrapped
    }
  }

  private func send(
    _ text: String, _ parameters: EncodedParameters, at site: CallSite
  ) async throws -> ResultBox {
    let key = StatementCache.Key(text: text, types: parameters.types)
    let plan = state.withLock { $0.cache.plan(for: key) }
    do {
      return try await send(text, parameters, plan, at: site)
    } catch let error as PostgresError where plan != .unnamed && error.kind == .server {
      if case .prepare = plan { state.withLock { $0.cache.forget(key) } }
      guard error.isStalePlan else { throw error }
      state.withLock { $0.cache.forget(key) }
      // Inside a transaction the error has already ended it; there the whole is run again.
      guard transactionStatus == PQTRANS_IDLE else { throw error }
      return try await send(text, parameters, .unnamed, at: site)
    }
  }

  private func send(
    _ text: String, _ parameters: EncodedParameters, _ plan: StatementCache.Plan, at site: CallSite
  ) async throws -> ResultBox {
    switch plan {
    case .unnamed:
      return try await run(text, at: site) { pg in
        parameters.withPointers { count, types, values, lengths, formats in
          PQsendQueryParams(pg, text, count, types, values, lengths, formats, 1)
        }
      }
    case .prepare(let name, let evicted):
      if let evicted {
        _ = try await run(text, at: site) { PQsendQuery($0, "DEALLOCATE \(evicted)") }
      }
      _ = try await run(text, at: site) { pg in
        parameters.withPointers { count, types, _, _, _ in
          PQsendPrepare(pg, name, text, count, types)
        }
      }
      return try await send(text, parameters, .prepared(name: name), at: site)
    case .prepared(let name):
      return try await run(text, at: site) { pg in
        parameters.withPointers { count, _, values, lengths, formats in
          name.withCString { PQsendQueryPrepared(pg, $0, count, values, lengths, formats, 1) }
        }
      }
    }
  }

  /// A text without parameters by the simple protocol.
  func simple(_ text: String, at site: CallSite) async throws -> ResultBox {
    try await exclusively(at: site) {
      try await run(text, at: site) { PQsendQuery($0, text) }
    }
  }

  /// One exchange from sending to the last result, with cancellation.
  func run(
    _ text: String, at site: CallSite, _ send: @escaping (OpaquePointer) -> Int32
  ) async throws -> ResultBox {
    try Task.checkCancellation()
    let exchange = StatementExchange(send: send)
    await wire.run(exchange) { [wire] in wire.requestCancel() }
    guard exchange.sent, let result = exchange.result else {
      throw PostgresError(.connectionLost, "the connection is closed", callSite: site)
    }
    if result.isError {
      let error = PostgresError(result: result, statement: text, callSite: site)
      if error.sqlState == "57014", Task.isCancelled { throw CancellationError() }
      throw error
    }
    return result
  }
}
