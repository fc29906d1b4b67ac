public import Postgres

/// Where a consultation's decisions take effect: each is one transaction with its audit event.
public struct DecisionDesk: Sendable {
  private let door: AuditDoor
  private let jurisdiction: String
  /// The day on which decisions are recorded: offers that may still be answered then do not lapse.
  private let today: DateOnly

  /// - Parameter today: by default the machine's day in Asia/Shanghai.
  public init(pool: Pool, jurisdiction: String, today: DateOnly = .todayInShanghai) {
    door = .own(pool)
    (self.jurisdiction, self.today) = (jurisdiction, today)
  }

  /// - Parameter connection: in a transaction with an audit event open, in the service's role.
  public init(
    on connection: Connection, jurisdiction: String, today: DateOnly = .todayInShanghai
  ) {
    door = .open(connection)
    (self.jurisdiction, self.today) = (jurisdiction, today)
  }

  /// A decision as it was recorded.
  public struct Recorded: Hashable, Sendable {
    public let decisionID: Int
    /// The number of the conclusion in the minutes.
    public let conclusion: Int
    /// The commitment that an allocation made.
    public let offerID: Int?
  }

  /// Records a decision of an open session.
  ///
  /// It is judged on what is committed at that moment, with the session locked. Where something
  /// else takes a quota or a request between the judgement and the write, the database refuses and
  /// the decision is judged again, so that the cause is named in the same words.
  ///
  /// - Throws: ``DecisionRefusal``; ``PostgresError``. Nothing has changed then; after a lost
  ///   connection the same decision may be recorded again, and counts once.
  public func record(
    _ motion: Motion, session: DateOnly, by department: String
  ) async throws -> Recorded {
    var attempts = 1
    while true {
      do {
        return try await once(motion, session, department)
      } catch let error as PostgresError where error.isOvertaken && attempts < 5 {
        attempts += 1
      }
    }
  }

  private func once(
    _ motion: Motion, _ session: DateOnly, _ department: String
  ) async throws -> Recorded {
    try await door.transaction { connection in
      try await door.begin(
        Cause(
          actor: department, reason: "session \(session)",
          action: "decide \(motion.decision.kind.rawValue)"), on: connection)
      let store = DecisionStore(connection, jurisdiction, session, today: today)
      let held = try await store.session()
      let row = try DecisionRow(
        motion, session: session, calendar: try await .load(from: connection))
      if let conclusion = try await store.conclusion(of: row) {
        throw DecisionRefusal.alreadyDecided(conclusion)
      }
      let grant = try await store.facts(of: held).judge(motion, row)
      let (decision, conclusion) = try await store.write(row)
      var offer: Int?
      if let grant {
        offer = try await store.give(grant, by: decision, department: department)
      }
      return Recorded(decisionID: decision, conclusion: conclusion, offerID: offer)
    }
  }
}
