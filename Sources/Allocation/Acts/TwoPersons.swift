public import Postgres

/// Two persons at one terminal: one asks for an act, the other one approves it. What they show are tokens
/// that name them, and what holds over HTTP holds here.
public struct TwoPersons: Sendable {
  private let asking: TokenSecret
  private let approving: TokenSecret?

  /// - Parameter approving: `nil` where the second person approves later, over HTTP.
  public init(asking: TokenSecret, approving: TokenSecret?) {
    self.asking = asking
    self.approving = approving
  }

  /// What became of the wish.
  public struct Answer: Sendable {
    public let act: Int
    /// What approving it has done; `nil` while it waits for the second person.
    public let outcome: ActEffect.Outcome?
  }

  /// Asks, and approves what was asked for. Each is a transaction with an audit event in the person's own
  /// name: if the second one is refused, whoever asked takes the act back.
  ///
  /// - Parameter today: the day on which it is recorded.
  /// - Throws: ``ActRefusal``, ``TokenRefusal``, what the effect throws, ``PostgresError``.
  public func carryOut(
    _ wish: ActWish, today: DateOnly = .todayInShanghai, on pool: Pool
  ) async throws -> Answer {
    let (id, digest) = try await act(asking, ActDesk.askers, "ask", today, pool) { desk in
      let id = try await desk.ask(wish, digest: nil)
      return (id, try await desk.find(id).digest)
    }
    guard let approving else { return Answer(act: id, outcome: nil) }
    do {
      let outcome = try await act(approving, ActDesk.deciders, "approve", today, pool) { desk in
        try await desk.approve(try await desk.find(id), digest: digest, note: nil)
      }
      return Answer(act: id, outcome: outcome)
    } catch {
      try await PersonAtTerminal(secret: asking).withdraw(id, on: pool)
      throw error
    }
  }

  private func act<R: Sendable>(
    _ secret: TokenSecret, _ roles: Set<Role>, _ action: String, _ today: DateOnly, _ pool: Pool,
    _ body: (ActDesk) async throws -> R
  ) async throws -> R {
    try await PersonAtTerminal(secret: secret).act(roles, action, today: today, on: pool, body)
  }
}

/// One person at a terminal, who shows a token that names them.
public struct PersonAtTerminal: Sendable {
  private let secret: TokenSecret

  public init(secret: TokenSecret) { self.secret = secret }

  /// What a command may take, the database's part.
  private static let limit: Duration = .seconds(60)

  /// Takes one's own act back, before it is decided.
  ///
  /// - Throws: ``ActRefusal``, ``TokenRefusal``, ``PostgresError``.
  public func withdraw(_ id: Int, note: String? = nil, on pool: Pool) async throws {
    try await act(ActDesk.askers, "withdraw", on: pool) { desk in
      try await desk.withdraw(try await desk.find(id), note: note)
    }
  }

  fileprivate func act<R: Sendable>(
    _ roles: Set<Role>, _ action: String, today: DateOnly = .todayInShanghai, on pool: Pool,
    _ body: (ActDesk) async throws -> R
  ) async throws -> R {
    try await pool.transaction { connection in
      guard
        let caller = try await connection.enter(.token(secret), within: Self.limit, as: .service)
      else { throw TokenRefusal.notValid(secret.description) }
      guard roles.contains(caller.role) else { throw ActRefusal.forbidden }
      try await connection.beginEvent(
        Cause(
          actor: caller.department, reason: "\(caller.proof), at a terminal",
          action: "\(action) act"))
      try connection.take(.caller, of: caller)
      return try await body(ActDesk(connection, caller, today: today))
    }
  }
}
