internal import Logging

/// Carries out what ``PoolMachine`` decides.
extension Pool {
  func lease() async throws -> Connection {
    try Task.checkCancellation()
    while true {
      let idle = state.withLock { state in
        state.machine.leaseIdle().flatMap { state.connections[$0] }
      }
      let connection = if let idle { idle } else { try await waitForConnection() }
      if connection.isReusable { return connection }
      // It died while idle; the next one, or a new one, takes its place.
      giveBack(connection)
    }
  }

  func giveBack(_ connection: Connection) {
    let healthy = connection.isReusable
    change { machine, now in machine.giveBack(connection.poolID, healthy: healthy, now: now) }
  }

  private func waitForConnection() async throws -> Connection {
    let waiter = state.withLock { state in
      state.serial += 1
      return state.serial
    }
    let connection = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        state.withLock { $0.waiters[waiter] = continuation }
        change { machine, now in machine.lease(waiter, now: now) }
        // The task may have been cancelled before the waiter was known.
        if Task.isCancelled { cancel(waiter) }
      }
    } onCancel: {
      cancel(waiter)
    }
    // Orders our reading after the writing of the task that connected (see `Wire.start`).
    state.withLock { _ in }
    return connection
  }

  private func cancel(_ waiter: Int) {
    let continuation = state.withLock { state in
      state.machine.cancel(waiter) ? state.waiters.removeValue(forKey: waiter) : nil
    }
    continuation?.resume(throwing: CancellationError())
  }

  /// Lets the machine decide under the lock and acts outside it.
  func change(_ decide: (inout PoolMachine, Duration) -> [PoolMachine.Action]) {
    let (steps, alarm) = state.withLock { state in
      let actions = decide(&state.machine, now)
      return (actions.map { prepare($0, &state) }, nextAlarm(&state))
    }
    for step in steps { perform(step) }
    if let alarm { setAlarm(alarm) }
  }

  /// An action with what it needs, taken out of the state.
  private enum Step {
    case none
    case resume(CheckedContinuation<Connection, any Error>, Result<Connection, any Error>)
    case connect(after: Duration)
    case close(Connection)
  }

  private func prepare(_ action: PoolMachine.Action, _ state: inout State) -> Step {
    switch action {
    case .give(let id, let waiter):
      guard let connection = state.connections[id],
        let continuation = state.waiters.removeValue(forKey: waiter)
      else { return .none }
      return .resume(continuation, .success(connection))
    case .fail(let waiter, let failure):
      guard let continuation = state.waiters.removeValue(forKey: waiter) else { return .none }
      return .resume(continuation, .failure(error(failure, state.lastError)))
    case .close(let id):
      return state.connections.removeValue(forKey: id).map { .close($0) } ?? .none
    case .connect(let pause):
      return .connect(after: pause)
    }
  }

  private func perform(_ step: Step) {
    switch step {
    case .none: break
    case .resume(let continuation, let result): continuation.resume(with: result)
    case .close(let connection): connection.close()
    case .connect(let pause):
      Task { [weak self] in
        if pause > .zero { try? await Task.sleep(for: pause) }
        await self?.connect()
      }
    }
  }

  private func error(_ failure: PoolMachine.Failure, _ last: PostgresError?) -> PostgresError {
    switch failure {
    case .timeout:
      PostgresError(
        .leaseTimeout, "all \(options.maximumConnections) connections stayed in use")
    case .unavailable: last ?? PostgresError(.unavailable, "no answer")
    case .refused: last ?? PostgresError(.connectionRefused, "refused")
    case .closed: PostgresError(.closed, "the pool is closed")
    }
  }

  private func connect() async {
    do {
      let wire = try await Connector.connect(configuration)
      let id = state.withLock { state in
        state.serial += 1
        let connection = Connection(
          wire, statementCache: options.statementCache, poolID: state.serial)
        state.connections[state.serial] = connection
        return state.serial
      }
      change { machine, now in machine.connected(id, now: now) }
    } catch {
      let known = error as? PostgresError ?? PostgresError(.unavailable, "\(type(of: error))")
      logger.warning("no database connection", metadata: ["error": "\(known)"])
      state.withLock { $0.lastError = known }
      let refused = known.kind == .connectionRefused
      change { machine, now in machine.connectFailed(refused: refused, now: now) }
    }
  }

  /// The time to be woken at, where no earlier one is set.
  private func nextAlarm(_ state: inout State) -> Duration? {
    guard let deadline = state.machine.nextDeadline else { return nil }
    if let alarm = state.alarm, alarm <= deadline { return nil }
    state.alarm = deadline
    return deadline
  }

  private func setAlarm(_ deadline: Duration) {
    let pause = deadline - now
    Task { [weak self] in
      try? await Task.sleep(for: pause)
      self?.alarmRings(deadline)
    }
  }

  private func alarmRings(_ deadline: Duration) {
    state.withLock { if $0.alarm == deadline { $0.alarm = nil } }
    change { machine, now in machine.tick(now: now) }
  }
}
