internal import CLibPQ

extension Connection {
  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// Inside another transaction this is a savepoint, and the other arguments do not apply.
  /// Otherwise `body` runs again, from the start and in a new transaction, after a serialisation
  /// failure or a deadlock; it should therefore have no effects outside the database.
  ///
  /// - Throws: what `body` threw; ``PostgresError`` of the commit. An error whose
  ///   ``PostgresError/kind`` is `connectionLost` leaves open whether a commit took place.
  @discardableResult
  public func transaction<R>(
    isolation level: IsolationLevel = .readCommitted, readOnly: Bool = false,
    retry: RetryPolicy = .standard, fileID: String = #fileID, line: Int = #line,
    _ body: (Connection) async throws -> R
  ) async throws -> R {
    let site = CallSite(fileID: fileID, line: line)
    let depth = state.withLock { $0.depth }
    if depth > 0 { return try await savepoint(depth, at: site, body) }
    let begin = "BEGIN ISOLATION LEVEL \(level.rawValue)\(readOnly ? " READ ONLY" : "")"
    var failures = 0
    while true {
      do {
        return try await once(begin, at: site, body)
      } catch let error as PostgresError where error.isRetryable {
        failures += 1
        guard failures < retry.attempts else { throw error }
        try await retry.sleep(retry.pause(afterFailures: failures))
      }
    }
  }

  private func once<R>(
    _ begin: String, at site: CallSite,
    _ body: (Connection) async throws -> R
  ) async throws -> R {
    // Goes out with the first statement inside, which saves a round trip.
    state.withLock { $0.ahead = [Statement(text: begin, site: site)] }
    let value: R
    do {
      value = try await nested(body)
    } catch {
      await rollBack("ROLLBACK", at: site)
      throw error
    }
    // Where nothing was asked inside, there is nothing to commit either.
    if transactionStatus == PQTRANS_IDLE, state.withLock({ $0.ahead.count == 1 }) {
      state.withLock { $0.ahead = [] }
      return value
    }
    do {
      let result = try await simple("COMMIT", at: site)
      // A caller who swallowed an error inside learns here that nothing was kept.
      guard result.tag == "COMMIT" else {
        throw PostgresError(
          .misuse, "an error inside was ignored, the transaction was rolled back", callSite: site)
      }
      return value
    } catch {
      await rollBack("ROLLBACK", at: site)
      throw error
    }
  }

  private func savepoint<R>(
    _ depth: Int, at site: CallSite,
    _ body: (Connection) async throws -> R
  ) async throws -> R {
    let name = "nested_\(depth)"
    _ = try await simple("SAVEPOINT \(name)", at: site)
    do {
      let value = try await nested(body)
      _ = try await simple("RELEASE SAVEPOINT \(name)", at: site)
      return value
    } catch {
      await rollBack("ROLLBACK TO SAVEPOINT \(name); RELEASE SAVEPOINT \(name)", at: site)
      throw error
    }
  }

  private func nested<R>(
    _ body: (Connection) async throws -> R
  ) async throws -> R {
    state.withLock { $0.depth += 1 }
    defer { state.withLock { $0.depth -= 1 } }
    return try await body(self)
  }

  /// Rolls back although the task may be cancelled. A failure needs no report of its own: the
  /// pool sees by the transaction's state that the connection is of no more use.
  private func rollBack(_ command: String, at site: CallSite) async {
    state.withLock { $0.ahead = [] }
    guard [PQTRANS_INTRANS, PQTRANS_INERROR].contains(transactionStatus) else { return }
    let exchange = StatementExchange { PQsendQuery($0, command) }
    _ = try? await exclusively(at: site) { await wire.run(exchange) }
  }
}
