public import Postgres

/// Personal data, read with a purpose and never without a trace in the audit.
///
/// Reports show masked names. Whoever holds the role `yaosu_personal` may read one person's name at a
/// time; the trace is committed before the name is told.
public struct PersonalData: Sendable {
  /// Whose data is meant.
  public enum Kind: String, CaseIterable, Sendable {
    case expert, talent
    case homeApplication = "home_application"
  }

  private let pool: Pool

  /// - Parameter pool: of a login that is a member of `yaosu_personal`.
  public init(pool: Pool) {
    self.pool = pool
  }

  /// The name behind a code.
  ///
  /// - Parameters:
  ///   - purpose: why it is read, for the audit.
  ///   - person: for whom, where a service reads on somebody's behalf.
  /// - Throws: ``PostgresError``: no such person, no purpose, or no right to personal data.
  public func name(
    of code: String, _ kind: Kind, purpose: String, onBehalfOf person: String? = nil
  ) async throws -> String {
    let reading = try await pool.withConnection { connection in
      try await Self.ask(for: code, kind, purpose: purpose, onBehalfOf: person, on: connection)
    }
    return try await pool.query("SELECT name FROM report.personal(\(reading))").only(String.self)
  }

  /// Leaves the trace of a reading, in an audit event of its own. Commit it before the name is told.
  ///
  /// - Returns: the reading's number.
  /// - Throws: ``PostgresError``: no such person, no purpose, or no right to ask.
  package static func ask(
    for code: String, _ kind: Kind, purpose: String, onBehalfOf person: String?,
    on connection: Connection
  ) async throws -> Int {
    try await connection.query(
      """
      SELECT report.ask_personal(\(kind.rawValue)::text, \(code)::text, \(purpose)::text,
        \(person)::text)
      """
    ).only(Int.self)
  }
}
