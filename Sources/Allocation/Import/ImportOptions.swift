public import Postgres

/// How an import is to be done.
public struct ImportOptions: Sendable {
  /// Do everything, then take it back.
  public var dryRun: Bool
  /// The content is known as of the end of this day in Asia/Shanghai; `nil` for now. What replaces
  /// rows that are known from a later time is known from now (docs/decisions/0019).
  public var asOf: DateOnly?
  /// The prefecture of rows that do not say it themselves, where neither the import's own regions
  /// nor the database leave only one.
  public var jurisdiction: String?
  /// Who answers for the import, as the audit event will name them.
  public var actor: String
  /// Where all faults are written as CSV.
  public var errorsPath: String?

  public init(
    dryRun: Bool = false, asOf: DateOnly? = nil, jurisdiction: String? = nil,
    actor: String = "yaosu import", errorsPath: String? = nil
  ) {
    self.dryRun = dryRun
    self.asOf = asOf
    self.jurisdiction = jurisdiction
    self.actor = actor
    self.errorsPath = errorsPath
  }
}

/// What an import is doing, for whoever watches.
public enum ImportProgress: Sendable {
  case read(file: String, rows: Int)
  case checking(table: String)
  case merged(ImportReport.TableCount)
}
