internal import Allocation
internal import Foundation
internal import Postgres

/// Runs calls against the database, each in one transaction in the caller's own role.
struct CallDesk: Sendable {
  let pool: Pool
  /// Tells the day; the database's own clock if `nil`.
  let clock: (@Sendable () -> DateOnly)?
  let rows: SharedReads
  let creations: SharedCreations

  init(pool: Pool, clock: (@Sendable () -> DateOnly)? = nil) {
    self.pool = pool
    self.clock = clock
    rows = SharedReads(pool: pool, lanes: ProcessInfo.processInfo.activeProcessorCount)
    creations = SharedCreations(pool: pool)
  }

  /// What a handler works with inside the transaction.
  struct Room: Sendable {
    let connection: Connection
    let caller: Caller

    /// Runs `body` in the service's role, which sees every row, and goes back to the caller's.
    func asService<R>(_ body: (Connection) async throws -> R) async throws -> R {
      try connection.take(.service, of: caller)
      let result = try await body(connection)
      try connection.take(.caller, of: caller)
      return result
    }
  }

  /// Reads, in a transaction that the database itself keeps from writing.
  ///
  /// - Throws: ``Problem`` `unauthenticated`; what `body` throws.
  func read<R>(_ call: Call, _ body: (Room) async throws -> R) async throws -> R {
    let credential = try call.shown()
    return try await pool.transaction(readOnly: true) { connection in
      guard
        let caller = try await connection.enter(credential, within: call.timeLeft, as: .caller)
      else { throw Self.refusal(credential) }
      return try await body(Room(connection: connection, caller: caller))
    }
  }

  /// What `read` tells of the call itself; what it throws is told only to who is let in.
  func told<R>(_ call: Call, _ read: () throws -> R) async throws -> R {
    do {
      return try read()
    } catch {
      try await self.read(call) { _ in }
      throw error
    }
  }

  /// Changes something: the change, its audit event and the answer on record are one transaction,
  /// so that a retry with the same key repeats the answer, whenever the first attempt broke off.
  ///
  /// - Parameters:
  ///   - roles: who may; others are refused before anything is read.
  ///   - opensEvent: whether the audit event is opened here; otherwise `body` opens one.
  /// - Throws: ``Problem``; what `body` throws. Nothing has changed then, and the key is free.
  func change(
    _ call: Call, roles: Set<Role>, opensEvent: Bool = true, _ body: (Room) async throws -> Answer
  ) async throws -> Answer {
    let credential = try call.shown()
    let claim =
      call.method == "POST"
      ? try await told(call) { try KeptAnswers.Claim(call) } : nil
    return try await pool.transaction { connection in
      guard
        let caller = try await connection.enter(credential, within: call.timeLeft, as: .service)
      else { throw Self.refusal(credential) }
      guard roles.contains(caller.role) else { throw Problem(.forbidden) }
      if let claim {
        try connection.sendAhead(KeptAnswers.turn([claim], for: caller))
        let known = try await connection.query(KeptAnswers.known([claim], for: caller))
        if let earlier = try KeptAnswers.answers(known, to: [claim])[claim.key] {
          return try earlier.get()
        }
      }
      if opensEvent { try await connection.beginEvent(Self.cause([call], caller)) }
      try connection.take(.caller, of: caller)
      let answer = try await body(Room(connection: connection, caller: caller))
      if let claim {
        try connection.take(.service, of: caller)
        try connection.sendAhead(KeptAnswers.keeping([(claim, answer)], for: caller))
      }
      return answer
    }
  }
}

extension CallDesk {
  static func refusal(_ credential: Credential) -> Problem {
    switch credential {
    case .token: .noCaller
    case .person: .of(IdentityRefusal.department)
    }
  }

  /// What an audit event says of the calls that it comes of.
  static func cause(_ calls: [Call], _ caller: Caller) -> Cause {
    let ids = calls.map(\.id).joined(separator: ", ")
    return Cause(
      actor: caller.department,
      reason: "\(caller.proof), request\(calls.count == 1 ? "" : "s") \(ids)",
      action: calls.first?.operation ?? "")
  }
}
