internal import Postgres

/// Writes an import's rows in a department's own role: row-level security judges each, the old one and
/// the new one.
struct DepartmentWriter {
  let caller: Caller
  let cause: String

  /// Refuses staged rows that would change what is not the caller's. Until this has passed, nothing may
  /// be told that depends on stored rows: not their values, nor whether they are equal to the staged.
  ///
  /// - Precondition: the table is locked against other writers.
  /// - Throws: ``PostgresError`` with SQLSTATE 42501.
  func admit(_ table: Spreadsheet, on connection: Connection) async throws {
    // Ranks are under seal: a department files them by itself, never as a sheet of them.
    guard !table.facts.isSealed else { return try await refuse(on: connection) }
    let staged: SQL = "\(identifier: StagingArea.name(table.name))"
    try await connection.execute(
      "GRANT SELECT ON \(staged) TO \(identifier: caller.role.databaseRole)")
    let subject = "registry.\(table.name)"
    let stored: SQL = "\(identifier: ["registry", table.name])"
    let there: SQL = "FROM \(staged) s JOIN \(stored) t ON \(StagingArea.sameKey(table))"
    let (mayWrite, count) = try await connection.query(
      "SELECT access.writes(\(subject)) IS NOT NULL, (SELECT count(*) \(there))"
    ).only(Bool.self, Int.self)
    guard mayWrite else { return try await refuse(on: connection) }
    try connection.take(.caller, of: caller)
    // Whoever locks a row has to pass its policies for changes, too.
    let own = try await connection.query(
      "SELECT count(*) FROM (SELECT \(there) FOR KEY SHARE OF t) AS own"
    ).only(Int.self)
    try connection.take(.service, of: caller)
    if own != count { try await refuse(on: connection) }
  }

  /// A row that row-level security has left out of an update or of a join.
  ///
  /// - Precondition: the table's rows are admitted.
  /// - Throws: ``PostgresError`` with SQLSTATE 42501.
  func run(_ table: Spreadsheet, _ merge: Merge) async throws -> (inserted: Int, updated: Int) {
    let connection = merge.connection
    try connection.take(.caller, of: caller)
    let counts = try await merge.run(table)
    try connection.take(.service, of: caller)
    // An update skips rows that its policy hides, without a word.
    if try await merge.missing(table) > 0 { try await refuse(on: connection) }
    return counts
  }

  private func refuse(on connection: Connection) async throws {
    try await connection.execute(
      """
      DO $$ BEGIN
        RAISE EXCEPTION 'a row is not the caller''s to write' USING ERRCODE = '42501';
      END $$
      """)
  }
}
