public import Postgres

/// Verifies stored rounds and the audit chain.
public struct Verification: Sendable {
  /// What was found about one round.
  public struct Finding: Sendable {
    public let roundID: Int
    public let mechanism: String
    public let jurisdiction: String
    public let businessDate: DateOnly
    public let objective: Int64
    public let bound: Int64
    /// What differs, as `what: detail`; empty for an honest round.
    public let faults: [String]
  }

  /// Which rounds are looked at.
  public enum Subject: Sendable {
    case all
    case date(DateOnly)
    case round(Int)
  }

  private let pool: Pool

  public init(pool: Pool) {
    self.pool = pool
  }

  /// Recomputes the rounds of a subject: once in Swift, once by `report.certificate_violation`.
  ///
  /// - Throws: ``RoundError/notFound(_:)`` if the named round does not exist, or the named date has
  ///   none: who asks for a proof must not take silence for one.
  public func run(_ subject: Subject) async throws -> [Finding] {
    try await pool.transaction(isolation: .repeatableRead, readOnly: true) { connection in
      // Also where nobody but the database's owner could set it off (migration 0032).
      try await connection.execute("SET LOCAL jit = off")
      var findings: [Finding] = []
      for id in try await rounds(subject, connection) {
        findings.append(try await finding(id, connection))
      }
      return findings
    }
  }

  /// Where the audit chain is broken; empty for an honest one.
  public func auditFaults() async throws -> [String] {
    try await pool.query("SELECT at_position, what FROM audit.chain_break()")
      .decode(Int.self, String.self)
      .map { "audit event \($0): \($1)" }
  }

  /// Where a designation of banks differs from what its own rows say; empty for honest ones.
  public func designationFaults() async throws -> [String] {
    try await pool.query(
      "SELECT designation_id, what, detail FROM report.designation_violation ORDER BY 1, 2, 3"
    ).decode(Int.self, String.self, String.self)
      .map { "designation \($0): \($1): \($2)" }
  }

  private func rounds(_ subject: Subject, _ connection: Connection) async throws -> [Int] {
    let condition: SQL =
      switch subject {
      case .all: "true"
      case .date(let date): "business_date = \(date)"
      case .round(let id): "round_id = \(id)"
      }
    let ids = try await connection.query(
      "SELECT round_id FROM allocation.round WHERE \(condition) ORDER BY round_id"
    ).decode(Int.self)
    guard ids.isEmpty else { return ids }
    switch subject {
    case .all: return []
    case .date(let date):
      throw RoundError.notFound("there is no round of \(date); see report.round")
    case .round(let id): throw RoundError.notFound("there is no round \(id); see report.round")
    }
  }

  private func finding(_ id: Int, _ connection: Connection) async throws -> Finding {
    let round = try await StoredRound.load(id, from: connection)
    let listed = try await connection.query(
      "SELECT what, detail FROM report.certificate_violation WHERE round_id = \(id)"
    ).decode(String.self, String.self)
    return Finding(
      roundID: id, mechanism: round.header.mechanism, jurisdiction: round.header.jurisdiction,
      businessDate: round.header.businessDate, objective: round.header.objective,
      bound: round.header.bound,
      faults: RoundVerifier(round).faults().map { "\($0.what): \($0.detail)" }
        + listed.map { "report.certificate_violation: \($0): \($1)" })
  }
}
