internal import Postgres

/// Writes an import's rows in a department's own role: row-level security judges each, the old one and
/// the new one.
struct DepartmentWriter {
  let caller: Caller
  let cause: String

  /// A row that row-level security has left out of an update or of a join.
  ///
  /// - Throws: ``PostgresError`` with SQLSTATE 42501.
  func run(_ table: Spreadsheet, _ merge: Merge) async throws -> (inserted: Int, updated: Int) {
    let connection = merge.connection
    try await connection.execute(
      """
      GRANT SELECT ON \(identifier: StagingArea.name(table.name))
        TO \(identifier: caller.role.databaseRole)
      """)
    try connection.take(.caller, of: caller)
    let counts = try await merge.run(table)
    try connection.take(.service, of: caller)
    // An update skips rows that its policy hides, without a word.
    if try await merge.missing(table) > 0 {
      try await connection.execute(
        """
        DO $$ BEGIN
          RAISE EXCEPTION 'a row is not the caller''s to write' USING ERRCODE = '42501';
        END $$
        """)
    }
    return counts
  }
}
