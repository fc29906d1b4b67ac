public import Logging

/// SQL text with a name: `0001_foundation.sql`.
public struct SQLFile: Hashable, Sendable {
  public let name: String
  public let sql: String

  public init(name: String, sql: String) {
    self.name = name
    self.sql = sql
  }
}

/// Brings a database to the schema of a list of migrations.
///
/// Migrations are applied in the order of their names, each in a transaction of its own, under an
/// advisory lock: any number of migrators may start at once, one applies and all succeed. Each
/// landed migration is on record with its SHA-256 in `migration.applied`; a landed file that has
/// changed, or a record without a file (a newer binary was here), is refused.
///
/// Report files are replaceable (`CREATE OR REPLACE VIEW`): they run again, in order, when one of
/// them changed or when migrations were applied.
public struct Migrator: Sendable {
  let migrations: [SQLFile]
  let report: [SQLFile]
  let owner: String?
  let logger: Logger

  /// - Parameter owner: the role that owns everything; taken on (`SET ROLE`) by each transaction
  ///   as soon as it exists, which the first migration may see to.
  public init(
    migrations: [SQLFile], report: [SQLFile] = [], owner: String? = nil,
    logger: Logger = Logger(label: "postgres.migrator")
  ) {
    self.migrations = migrations.sorted { $0.name < $1.name }
    self.report = report.sorted { $0.name < $1.name }
    self.owner = owner
    self.logger = logger
  }

  /// What one call applied.
  public struct Summary: Hashable, Sendable {
    public var migrations: [String]
    public var report: [String]

    public init(migrations: [String] = [], report: [String] = []) {
      self.migrations = migrations
      self.report = report
    }

    public var isEmpty: Bool { migrations.isEmpty && report.isEmpty }
  }
}
