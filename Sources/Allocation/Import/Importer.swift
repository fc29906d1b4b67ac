public import Postgres

/// Loads spreadsheets into the registry: everything, or nothing and the list of what is wrong.
///
/// ```swift
/// let report = try await Importer(pool: pool).run(paths: ["data/xuancheng"])
/// for line in report.faultLines() { print(line) }
/// ```
///
/// One transaction and one audit event. Rows are copied into temporary tables as they are read, so
/// memory does not grow with the files; checks that need several rows are set-based SQL; rows that
/// differ from the registry are then merged in an order in which parents come first. A row is
/// replaced by the columns that its file has: an empty cell empties the value, a column that the file
/// leaves out stays as it is.
public struct Importer: Sendable {
  private let pool: Pool

  public init(pool: Pool) {
    self.pool = pool
  }

  /// - Parameters:
  ///   - paths: CSV files, or folders of them.
  ///   - progress: called from time to time with what is being done.
  /// - Returns: the rows stored, or the faults. With faults nothing is stored.
  /// - Throws: ``PostgresError`` when the database is away or refuses for a reason that is not in
  ///   the data; an error of writing the faults' file.
  /// - Complexity: O(n log n) in the rows; constant memory.
  public func run(
    paths: [String], options: ImportOptions = ImportOptions(),
    progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
  ) async throws -> ImportReport {
    try await run(options, progress) { ImportFiles.find(paths, in: $0, log: &$1) }
  }

  /// Likewise with spreadsheets that lie in memory, as if they were files of one folder.
  public func run(
    _ texts: [ImportText], options: ImportOptions = ImportOptions(),
    progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
  ) async throws -> ImportReport {
    try await run(options, progress) { ImportFiles.find(texts, in: $0, log: &$1) }
  }

  /// Likewise for a department, inside a transaction in the service's role in which no audit event is
  /// open yet. Rows are written in the caller's own role, so that row-level security judges each.
  ///
  /// - Parameter cause: what made the caller act, as the audit event will say it.
  /// - Returns: as ``run(_:options:progress:)``. With faults, or after a dry run, the caller has to
  ///   take the transaction back.
  /// - Throws: ``PostgresError``, with SQLSTATE 42501 where a row is not the caller's to write.
  public static func run(
    _ texts: [ImportText], options: ImportOptions, for caller: Caller, cause: String,
    on connection: Connection
  ) async throws -> ImportReport {
    var session = ImportSession(
      connection: connection, catalogue: try Catalogue.embedded(), options: options,
      writer: .init(caller: caller, cause: cause), progress: { _ in })
    do {
      return try await session.run { ImportFiles.find(texts, in: $0, log: &$1) }
    } catch let end as ImportEnd {
      return end.report
    }
  }

  private func run(
    _ options: ImportOptions, _ progress: @escaping @Sendable (ImportProgress) -> Void,
    _ find: @Sendable (Catalogue, inout FaultLog) -> [ImportFile]
  ) async throws -> ImportReport {
    let catalogue = try Catalogue.embedded()
    do {
      return try await pool.transaction { connection in
        var session = ImportSession(
          connection: connection, catalogue: catalogue, options: options, progress: progress)
        return try await session.run(find)
      }
    } catch let end as ImportEnd {
      return end.report
    }
  }
}

/// Ends the transaction without keeping anything: the import was faulty, or a rehearsal.
struct ImportEnd: Error {
  let report: ImportReport
}
