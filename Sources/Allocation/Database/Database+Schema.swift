import Embedded
import Postgres

extension Database {
  /// What a migration did.
  public struct SchemaSummary: Encodable, Sendable {
    /// What was applied, in order; empty if nothing was missing.
    public let applied: [String]
    /// The last migration.
    public let version: String
  }

  /// Brings the database to this program's schema, reference data and holiday notices. Safe when
  /// many start at once.
  ///
  /// - Throws: ``PostgresError`` if a landed migration has changed or the database is newer.
  public func migrate() async throws -> SchemaSummary {
    let migrator = Migrator(
      migrations: EmbeddedFiles.migrations.map { SQLFile(name: $0.name, sql: $0.text) },
      report: EmbeddedFiles.reports.map { SQLFile(name: $0.name, sql: $0.text) },
      owner: Self.ownerRole)
    let summary = try await migrator.migrate(login)
    try await loadReference()
    return SchemaSummary(
      applied: summary.migrations + summary.report.map { "report/\($0)" },
      version: EmbeddedFiles.migrations.last?.name ?? "")
  }

  /// Refuses to work on a database whose schema is not this program's.
  ///
  /// - Throws: ``SchemaError``.
  public func requireSchema() async throws {
    // As the login role: the service's role may not exist yet.
    let connection = try await Connection.connect(login)
    defer { connection.close() }
    let found: [String]
    do {
      found = try await connection.query(
        "SELECT name FROM migration.applied WHERE kind = 'migration' ORDER BY name COLLATE \"C\""
      ).decode(String.self)
    } catch let error as PostgresError where Self.missingSchema.contains(error.sqlState ?? "") {
      throw SchemaError.missing
    }
    let wanted = EmbeddedFiles.migrations.map(\.name)
    if found != wanted {
      throw found.count > wanted.count ? SchemaError.newer : SchemaError.older
    }
  }

  /// Loads standards and notices as the owner. Leaves no trace when nothing has changed.
  private func loadReference() async throws {
    let connection = try await Connection.connect(login.role(Self.ownerRole))
    defer { connection.close() }
    try await ReferenceData.load(connection)
    try await connection.transaction { connection in
      try await connection.beginEvent(
        Cause(actor: "yaosu migrate", reason: "holiday-cn", action: "load holiday notices"))
      try await WorkingCalendar.storeNotices(connection)
    }
  }

  private static let ownerRole = "yaosu_owner"

  /// SQLSTATE of a missing schema or table.
  private static let missingSchema: Set<String> = ["3F000", "42P01"]
}

/// Why a database cannot be worked on.
public enum SchemaError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing, older, newer

  public var description: String {
    switch self {
    case .missing: "the database has no yaosu schema yet: run `yaosu migrate`"
    case .older: "the database's schema is older than this program: run `yaosu migrate`"
    case .newer: "the database's schema is newer than this program: update the program"
    }
  }
}
