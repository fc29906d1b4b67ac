internal import Postgres

/// Moves staged rows into the registry: what is there already and differs is updated, what is not
/// there is inserted, what is equal is left alone and leaves no trace.
///
/// Two plain statements instead of INSERT … ON CONFLICT: the tables are locked against other
/// writers, and plain inserts are a third faster on a whole city.
struct Merge {
  let connection: Connection

  /// Keeps other writers out until the transaction ends; readers are not held up. Without it the
  /// checks might no longer be true when the rows arrive.
  ///
  /// - Parameter patience: how long to wait for whoever has a table: longer than a city's import takes, and
  ///   less than a call has.
  /// - Throws: ``PostgresError`` `55P03` after that.
  func lock(_ tables: [Spreadsheet], patience: String = "10s") async throws {
    let before = try await connection.query("SELECT current_setting('lock_timeout')")
      .only(String.self)
    try await connection.execute("SELECT set_config('lock_timeout', \(patience), true)")
    for table in tables { try await lock(table) }
    try await connection.execute("SELECT set_config('lock_timeout', \(before), true)")
  }

  private func lock(_ table: Spreadsheet) async throws {
    do {
      try await connection.execute(
        table.facts.isSealed
          ? "SELECT registry.lock_rankings()"
          : "LOCK TABLE \(stored(table)) IN SHARE ROW EXCLUSIVE MODE")
    } catch var error as PostgresError where error.sqlState == "55P03" {
      error.hint =
        "somebody else, such as another import, is writing to \(table.name): try again later"
      throw error
    }
  }

  /// - Returns: rows inserted and rows updated.
  func run(_ table: Spreadsheet) async throws -> (inserted: Int, updated: Int) {
    guard !table.facts.isSealed else { return try await mergeSealed(table) }
    // What a row frees, such as a period, a new one may take; but rows of a tree may be moved beneath
    // new ones, which then have to be there.
    if table.facts.references.contains(where: { $0.target.names(table.name) }) {
      let inserted = try await connection.execute(insert(table))
      return (inserted, try await connection.execute(update(table)))
    }
    let updated = try await connection.execute(update(table))
    return (try await connection.execute(insert(table)), updated)
  }

  /// Staged rows that the registry does not hold just so.
  func missing(_ table: Spreadsheet) async throws -> Int {
    guard !table.facts.isSealed else { return 0 }
    return try await connection.query(
      """
      SELECT (SELECT count(*) FROM \(identifier: StagingArea.name(table.name)))
        - (SELECT count(*) FROM (\(source(table))) s JOIN \(stored(table)) t
          ON \(StagingArea.sameKey(table)) AND NOT \(difference(written(table))))
      """
    ).only(Int.self)
  }

  /// Ranks are handed over without reading what is there: their table is under seal.
  private func mergeSealed(_ table: Spreadsheet) async throws -> (inserted: Int, updated: Int) {
    let (inserted, updated) = try await connection.query(
      """
      SELECT inserted, updated FROM registry.merge_rankings(coalesce((
        SELECT jsonb_agg(to_jsonb(s)) FROM \(identifier: StagingArea.name(table.name)) s), '[]'))
      """
    ).only(Int.self, Int.self)
    return (inserted: inserted, updated: updated)
  }

  private func update(_ table: Spreadsheet) -> SQL {
    let columns = written(table).filter { !table.facts.storedKey.contains($0) }
    let changes = columns.map { "\(identifier: $0) = s.\(identifier: $0)" as SQL }.joined()
    return """
      UPDATE \(stored(table)) t SET \(changes) FROM (\(source(table))) s
      WHERE \(StagingArea.sameKey(table)) AND \(difference(columns))
      """
  }

  private func insert(_ table: Spreadsheet) -> SQL {
    let columns = written(table)
    // The event's columns as constants: their defaults would be computed row by row.
    return """
      INSERT INTO \(stored(table)) (\(identifiers: columns), event_id, known_from)
      SELECT \(names(columns, of: "s.")),
        (SELECT audit.open_event_id()), (SELECT audit.open_event_at())
      FROM (\(source(table))) s
      WHERE NOT EXISTS (SELECT FROM \(stored(table)) t WHERE \(StagingArea.sameKey(table)))
      """
  }

  /// The staged rows with their prefecture and, where a parent row tells it, their department.
  private func source(_ table: Spreadsheet) -> SQL {
    let own = names(table.columns.map(\.name), of: "s.")
    let staged: SQL = "\(identifier: StagingArea.name(table.name)) s"
    guard case .parent(let column, let parent, let key, let department) = table.facts.jurisdiction
    else { return "SELECT \(own), s.jurisdiction FROM \(staged)" }
    let answering: SQL = department ? ", p.department" : ""
    return """
      SELECT \(own), p.jurisdiction\(answering)
      FROM \(staged)
      JOIN \(identifier: ["registry", parent]) p
        ON p.\(identifier: key) = s.\(identifier: column)
      """
  }

  private func written(_ table: Spreadsheet) -> [String] {
    var columns = table.columns.map(\.name) + ["jurisdiction"]
    if case .parent(_, _, _, true) = table.facts.jurisdiction { columns.append("department") }
    return columns
  }

  private func difference(_ columns: [String]) -> SQL {
    "(\(names(columns, of: "t."))) IS DISTINCT FROM (\(names(columns, of: "s.")))"
  }

  private func names(_ columns: [String], of alias: SQL) -> SQL {
    columns.map { "\(alias)\(identifier: $0)" as SQL }.joined()
  }

  private func stored(_ table: Spreadsheet) -> SQL { "\(identifier: ["registry", table.name])" }
}
