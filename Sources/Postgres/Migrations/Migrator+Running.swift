internal import Logging

extension Migrator {
  /// Applies what is missing.
  ///
  /// - Throws: ``PostgresError`` of kind `migration` when a landed file has changed, when the
  ///   database is newer, or when names are not unique; the server's error when a file fails, in
  ///   which case that file left no trace and those before it stay.
  @discardableResult
  public func migrate(_ configuration: Configuration) async throws -> Summary {
    // The lock belongs to the session, so the session is ours alone and ends with us.
    let connection = try await Connection.connect(configuration.role(nil), statementCache: 0)
    defer { connection.close() }
    return try await migrate(on: connection)
  }

  /// Applies what is missing on a connection that is not inside a transaction.
  ///
  /// - Throws: as ``migrate(_:)``.
  @discardableResult
  public func migrate(on connection: Connection) async throws -> Summary {
    try refuseDuplicateNames()
    try await connection.execute("SELECT pg_advisory_lock(\(Self.lockKey))")
    do {
      let summary = try await migrateLocked(connection)
      try await connection.execute("SELECT pg_advisory_unlock(\(Self.lockKey))")
      return summary
    } catch {
      _ = try? await connection.execute("SELECT pg_advisory_unlock(\(Self.lockKey))")
      throw error
    }
  }

  /// "yaosu mg" in ASCII: any number, as long as all migrators agree.
  private static let lockKey: Int64 = 0x7961_6f73_7520_6d67

  private func refuseDuplicateNames() throws {
    for files in [migrations, report] {
      for (file, next) in zip(files, files.dropFirst()) where file.name == next.name {
        throw PostgresError(.migration, "two files are named \(file.name)")
      }
    }
  }

  private func migrateLocked(_ connection: Connection) async throws -> Summary {
    try await bootstrap(connection)
    let landed = try await records(of: .migration, connection)
    let hashes = try await hashes(of: migrations, connection)
    let plan = try MigrationPlan(files: hashes, landed: landed)
    var summary = Summary()
    for file in migrations where plan.pending.contains(file.name) {
      logger.info("applying migration", metadata: ["name": "\(file.name)"])
      try await apply([file], as: .migration, connection)
      summary.migrations.append(file.name)
    }
    summary.report = try await refreshReport(
      afterMigrations: !summary.migrations.isEmpty, connection)
    return summary
  }

  private func refreshReport(
    afterMigrations migrated: Bool, _ connection: Connection
  ) async throws -> [String] {
    let landed = try await records(of: .report, connection)
    let current = try await hashes(of: report, connection)
    let same = current.count == landed.count && current.allSatisfy { landed[$0.name] == $0.hash }
    if same && !migrated { return [] }
    try await apply(report, as: .report, connection)
    return report.map(\.name)
  }
}

extension Migrator {
  enum Kind: String, SQLEncodable, SQLDecodable {
    case migration
    case report
  }

  private func bootstrap(_ connection: Connection) async throws {
    try await connection.executeScript(
      """
      CREATE SCHEMA IF NOT EXISTS migration;
      CREATE TABLE IF NOT EXISTS migration.applied (
        kind text NOT NULL CHECK (kind IN ('migration', 'report')),
        name text NOT NULL,
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        applied_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (kind, name)
      );
      COMMENT ON SCHEMA migration IS '数据库结构版本记录';
      COMMENT ON TABLE migration.applied IS '已执行的结构脚本：名称、校验值、执行时间';
      """)
  }

  private func records(
    of kind: Kind, _ connection: Connection
  ) async throws -> [String: String] {
    let rows = try await connection.query(
      "SELECT name, sha256 FROM migration.applied WHERE kind = \(kind)")
    return Dictionary(try rows.decode(String.self, String.self), uniquingKeysWith: { $1 })
  }

  /// The server's own SHA-256, so that no code of ours has to have one.
  private func hashes(
    of files: [SQLFile], _ connection: Connection
  ) async throws -> [(name: String, hash: String)] {
    let rows = try await connection.query(
      """
      SELECT name, encode(sha256(convert_to(text, 'UTF8')), 'hex')
      FROM unnest(\(files.map(\.name)), \(files.map(\.sql))) WITH ORDINALITY AS f (name, text, n)
      ORDER BY n
      """)
    return try rows.decode(String.self, String.self).map { (name: $0.0, hash: $0.1) }
  }

  private func apply(_ files: [SQLFile], as kind: Kind, _ connection: Connection) async throws {
    try await connection.transaction(retry: .never) { connection in
      if kind == .report {
        try await connection.execute("DELETE FROM migration.applied WHERE kind = \(kind)")
      }
      for file in files {
        try await takeOwnership(connection)
        do {
          try await connection.executeScript(file.sql)
        } catch var error as PostgresError {
          error.statement = file.name
          throw error
        }
        try await connection.execute("RESET ROLE")
        try await connection.execute(
          """
          INSERT INTO migration.applied (kind, name, sha256)
          VALUES (\(kind), \(file.name), encode(sha256(convert_to(\(file.sql)::text, 'UTF8')), 'hex'))
          """)
      }
    }
  }

  private func takeOwnership(_ connection: Connection) async throws {
    guard let owner else { return }
    let known = try await connection.query("SELECT 1 FROM pg_roles WHERE rolname = \(owner)")
    if !known.isEmpty { try await connection.execute("SET LOCAL ROLE \(identifier: [owner])") }
  }
}
