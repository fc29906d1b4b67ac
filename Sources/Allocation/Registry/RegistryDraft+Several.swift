public import Postgres

/// Several new rows of one table in one statement. The statement's text does not depend on how many
/// they are: it is planned once.
extension RegistryDraft {
  /// What checks new rows, see ``checks(key:)``: a row of the answer for each draft, in their order.
  ///
  /// - Precondition: all drafts create rows of `table`.
  public static func checks(_ drafts: [RegistryDraft], in table: RegistryTable) -> SQL {
    let columns = table.columns.map { "d.\(identifier: $0.name)" as SQL }.joined()
    let home: SQL = table.needsJurisdiction ? "d.jurisdiction" : "NULL::text"
    return RowChecks(table: table).statement(
      for: "SELECT \(columns), \(home) AS jurisdiction FROM \(rows(drafts, in: table))")
  }

  /// - Parameter checked: the answer to ``checks(_:in:)``.
  /// - Returns: for each draft what is wrong with it; `nil` where it may be stored.
  /// - Throws: ``PostgresError`` of kind `decoding`.
  public static func faults(_ checked: Rows, in table: RegistryTable) throws -> [RowFaults?] {
    try RowChecks(table: table).faults(ofEach: checked).map { $0.isEmpty ? nil : RowFaults($0) }
  }

  /// Inserts the rows, in the order of their keys: two that insert the same rows wait for each
  /// other and never both at once. Fails with 23505 where a key is taken, with 42501 where the caller
  /// may not.
  ///
  /// - Precondition: an audit event is open, and the drafts have been checked.
  public static func insertion(_ drafts: [RegistryDraft], in table: RegistryTable) -> SQL {
    let columns = columns(of: table).map(\.name)
    let cells = columns.map { "d.\(identifier: $0)" as SQL }.joined()
    let order = table.key.map { "d.\(identifier: $0)" as SQL }.joined()
    return """
      INSERT INTO \(identifier: ["registry", table.name]) (\(identifiers: columns))
      SELECT \(cells) FROM \(rows(drafts, in: table)) ORDER BY \(order)
      """
  }

  /// The drafts as a relation `d`, in their order.
  private static func rows(_ drafts: [RegistryDraft], in table: RegistryTable) -> SQL {
    let types = columns(of: table).map {
      "\(identifier: $0.name) \(SQL(unsafeText: $0.type))" as SQL
    }.joined()
    let json = "[" + drafts.map(\.json).joined(separator: ",") + "]"
    return "json_to_recordset(\(json)::json) AS d (\(types))"
  }

  private static func columns(of table: RegistryTable) -> [(name: String, type: String)] {
    table.columns.map { ($0.name, $0.sqlType) }
      + (table.needsJurisdiction ? [("jurisdiction", "text")] : [])
  }
}
