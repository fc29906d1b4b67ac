internal import Embedded
public import Postgres

/// The code tables of national standards, as the binary carries them.
public enum ReferenceData {
  /// Fills the tables of schema `reference` from the embedded files, in the caller's transaction
  /// or its own, as one audit event. A file whose digest the database already knows is skipped.
  ///
  /// Rows are added and corrected, never removed: the registry may refer to them.
  ///
  /// - Returns: the names of the files that were loaded; empty when everything was up to date.
  /// - Throws: ``PostgresError``; ``ReferenceError`` for a file that is missing or malformed.
  @discardableResult
  public static func load(_ connection: Connection) async throws -> [String] {
    try await connection.transaction { connection in
      // Several migrators may come here at once; the later ones find the work done.
      try await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtext('yaosu reference data'))")
      var stale: [ReferenceTable] = []
      for table in ReferenceTable.all where try await !isCurrent(table, connection) {
        stale.append(table)
      }
      guard !stale.isEmpty else { return [] }
      let names = stale.map(\.name)
      try await connection.execute(
        """
        SELECT audit.begin('yaosu migrate', \(names.joined(separator: " ")), 'load reference data')
        """)
      for table in stale { try await store(table, connection) }
      return names
    }
  }

  private static func isCurrent(
    _ table: ReferenceTable, _ connection: Connection
  ) async throws -> Bool {
    let text = try table.text()
    let rows = try await connection.query(
      """
      SELECT EXISTS (SELECT FROM reference.source
        WHERE file = \(table.name) AND digest = \(digest(text)))
      """)
    return try rows.decode(Bool.self).first ?? false
  }

  private static func store(_ table: ReferenceTable, _ connection: Connection) async throws {
    for statement in try table.statements() { try await connection.execute(statement) }
    try await connection.execute(
      """
      INSERT INTO reference.source (file, digest)
      VALUES (\(table.name), \(digest(try table.text())))
      ON CONFLICT (file) DO UPDATE SET digest = excluded.digest
      """)
  }

  private static func digest(_ text: String) -> SQL {
    "encode(sha256(convert_to(\(text)::text, 'UTF8')), 'hex')"
  }
}

/// Why the embedded reference data cannot be used.
public enum ReferenceError: Error, Hashable, Sendable {
  case missingFile(String)
  case malformed(String)
}
