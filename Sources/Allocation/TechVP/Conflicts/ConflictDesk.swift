public import Postgres

/// Where conflicts of interest are recorded: an enterprise that an expert or a university has founded
/// or owns a share of, on what evidence, since when. From the next round on the pair is no option.
public struct ConflictDesk: Sendable {
  private let door: AuditDoor

  public init(pool: Pool) { door = .own(pool) }

  /// - Parameter connection: in a transaction with an audit event open.
  public init(on connection: Connection) { door = .open(connection) }

  /// Whose interest it is.
  public enum Party: Hashable, Sendable {
    case expert(String)
    /// The university's ten-digit code: it stands for all its experts.
    case university(String)
  }

  /// What was recorded.
  public struct Recorded: Hashable, Sendable {
    /// The conflict's number.
    public let id: Int
    /// Requests with a live offer or term that the conflict touches: an agreement is refused from now on,
    /// what is agreed is ended by the night of its first day instead of begun, and a term that runs, or
    /// that a night in time would have begun before the conflict was recorded, is for people to end
    /// (`conflict_found`).
    public let touched: [String]
  }

  /// Records a conflict.
  ///
  /// - Parameters:
  ///   - uscc: the enterprise.
  ///   - evidence: what it rests on: a register's entry, a document's number.
  ///   - until: the last day on which it holds; a founder stays a founder whatever it says.
  ///   - date: the day of the entry; what dates brought about before it stays.
  /// - Throws: ``ConflictRefusal``; ``PostgresError``. Nothing has changed then.
  public func record(
    _ kind: ExpertConflict.Kind, of party: Party, in uscc: String, evidence: String,
    since: DateOnly, until: DateOnly? = nil, on date: DateOnly = .todayInShanghai,
    by person: String
  ) async throws -> Recorded {
    try await door.transaction { connection in
      let enterprise = try await Self.enterprise(uscc, connection)
      try await Self.check(party, in: enterprise.jurisdiction, connection)
      guard evidence.contains(where: { !$0.isWhitespace }), evidence.count <= 2000 else {
        throw ConflictRefusal.evidence
      }
      if let until, until < since { throw ConflictRefusal.period(since: since, until: until) }
      try await door.begin(
        Cause(actor: person, reason: evidence, action: "record conflict of interest"),
        on: connection)
      let id = try await connection.query(
        """
        INSERT INTO registry.conflicts_of_interest (uscc, expert, university, kind, evidence, since,
          until, recorded_on, jurisdiction, department)
        VALUES (\(uscc)::text, \(party.expert)::text, \(party.university)::text,
          \(kind.rawValue)::text, \(evidence)::text, \(since)::date, \(until)::date, \(date)::date,
          \(enterprise.jurisdiction)::text, \(enterprise.department)::text)
        RETURNING id
        """
      ).only(Int.self)
      return Recorded(id: id, touched: try await Self.touched(by: id, connection))
    }
  }

  /// Records the last day on which a conflict holds.
  ///
  /// - Parameter recordedOn: the day of the entry; what dates brought about before it stays.
  /// - Throws: ``ConflictRefusal``; ``PostgresError``.
  public func end(
    _ id: Int, on date: DateOnly, recordedOn: DateOnly = .todayInShanghai, by person: String
  ) async throws {
    try await door.transaction { connection in
      let found = try await connection.query(
        "SELECT since, until FROM registry.conflicts_of_interest WHERE id = \(id) FOR UPDATE"
      ).decode(DateOnly.self, DateOnly?.self)
      guard let (since, until) = found.first else {
        throw ConflictRefusal.unknown(.conflict, "\(id)")
      }
      if let until { throw ConflictRefusal.ended(id, on: until) }
      guard date >= since else { throw ConflictRefusal.period(since: since, until: date) }
      try await door.begin(
        Cause(actor: person, reason: "conflict \(id)", action: "end conflict of interest"),
        on: connection)
      _ = try await connection.execute(
        """
        UPDATE registry.conflicts_of_interest SET until = \(date), until_recorded_on = \(recordedOn)
        WHERE id = \(id)
        """)
    }
  }

  private static func enterprise(
    _ uscc: String, _ connection: Connection
  ) async throws -> (jurisdiction: String, department: String) {
    let found = try await connection.query(
      "SELECT jurisdiction, department FROM registry.enterprises WHERE uscc = \(uscc)"
    ).decode(String.self, String.self)
    guard let enterprise = found.first else { throw ConflictRefusal.unknown(.enterprise, uscc) }
    return enterprise
  }

  private static func check(
    _ party: Party, in jurisdiction: String, _ connection: Connection
  ) async throws {
    let isKnown = try await connection.query(
      """
      SELECT EXISTS (
          SELECT FROM registry.experts
          WHERE code = \(party.expert) AND jurisdiction = \(jurisdiction))
        OR EXISTS (
          SELECT FROM registry.universities
          WHERE code = \(party.university) AND jurisdiction = \(jurisdiction))
      """
    ).only(Bool.self)
    guard !isKnown else { return }
    switch party {
    case .expert(let code): throw ConflictRefusal.unknown(.expert, code)
    case .university(let code): throw ConflictRefusal.unknown(.university, code)
    }
  }

  private static func touched(by id: Int, _ connection: Connection) async throws -> [String] {
    try await connection.query(
      """
      SELECT request FROM report.conflict_of_interest c
      CROSS JOIN LATERAL unnest(c.touched) AS request
      WHERE c.conflict_id = \(id) ORDER BY request COLLATE "C"
      """
    ).decode(String.self)
  }
}

extension ConflictDesk.Party {
  fileprivate var expert: String? {
    if case .expert(let code) = self { return code }
    return nil
  }

  fileprivate var university: String? {
    if case .university(let code) = self { return code }
    return nil
  }
}
