public import Postgres

/// Where departments report that a consultation's task is done.
public struct TaskDesk: Sendable {
  private let door: AuditDoor
  private let jurisdiction: String

  public init(pool: Pool, jurisdiction: String) {
    door = .own(pool)
    self.jurisdiction = jurisdiction
  }

  /// - Parameter connection: in a transaction with an audit event open, in the service's role.
  public init(on connection: Connection, jurisdiction: String) {
    door = .open(connection)
    self.jurisdiction = jurisdiction
  }

  /// Records what became of a task, in one transaction with its audit event.
  ///
  /// - Parameter task: its number in `report.task`.
  /// - Throws: ``TaskRefusal``; ``PostgresError``.
  public func finish(
    _ task: Int, result: String, on date: DateOnly, by department: String
  ) async throws {
    guard !result.isEmpty else { throw TaskRefusal.noResult(task) }
    try await door.transaction { connection in
      let found = try await connection.query(
        """
        SELECT t.state, t.done_on, d.session_on
        FROM land.task t JOIN land.decision d USING (decision_id)
        WHERE t.decision_id = \(task) AND d.jurisdiction = \(jurisdiction)
        FOR NO KEY UPDATE OF t
        """
      ).decode(String.self, DateOnly?.self, DateOnly.self)
      guard let (_, done, session) = found.first else { throw TaskRefusal.unknown(task) }
      if let done { throw TaskRefusal.done(task, on: done) }
      guard date >= session else { throw TaskRefusal.beforeSession(task, date, session) }
      try await door.begin(
        Cause(actor: department, reason: "task \(task)", action: "finish task"), on: connection)
      _ = try await connection.execute(
        """
        UPDATE land.task SET state = 'done', done_on = \(date), result = \(result)
        WHERE decision_id = \(task)
        """)
    }
  }
}

/// Why a task cannot be reported done.
public enum TaskRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(Int)
  case done(Int, on: DateOnly)
  case beforeSession(Int, DateOnly, DateOnly)
  case noResult(Int)

  public var description: String {
    switch self {
    case .unknown(let task): "there is no task \(task): see report.task"
    case .done(let task, let date): "task \(task) has been done since \(date); its result stands"
    case .beforeSession(let task, let date, let session):
      "task \(task) was given on \(session); it cannot be done on \(date)"
    case .noResult(let task): "task \(task) needs a result: say with --result what was done"
    }
  }
}
