public import Postgres

/// The statements about new rows of one table, for any number of them: their texts are made once,
/// and planned once.
public struct NewRows: Sendable {
  private let checks: RowChecks
  private let checking: SQLFrame
  private let inserting: SQLFrame

  /// - Parameter returned: what is told of each row stored, as expressions over the row `t`.
  public init(in table: RegistryTable, returning returned: SQL) {
    let columns =
      table.columns.map { ($0.name, $0.sqlType) }
      + (table.needsJurisdiction ? [("jurisdiction", "text")] : [])
    let types = columns.map { "\(identifier: $0.0) \(SQL(unsafeText: $0.1))" as SQL }.joined()
    let cells = columns.map { "d.\(identifier: $0.0)" as SQL }.joined()
    let order = table.key.map { "d.\(identifier: $0)" as SQL }.joined()
    let home: SQL = table.needsJurisdiction ? "" : ", NULL::text AS jurisdiction"
    checks = RowChecks(table: table)
    checking = checks.frame.around(
      SQLFrame("SELECT \(cells)\(home) FROM json_to_recordset(", "::json) AS d (\(types))"))
    let target: SQL = "\(identifier: ["registry", table.name])"
    let into: SQL = "INSERT INTO \(target) AS t (\(identifiers: columns.map(\.0)))"
    inserting = SQLFrame(
      "\(into) SELECT \(cells) FROM json_to_recordset(",
      "::json) AS d (\(types)) ORDER BY \(order) RETURNING \(returned)")
  }

  /// What checks new rows, see ``RegistryDraft/checks(key:)``: a row of the answer for each draft, in
  /// their order.
  ///
  /// - Precondition: all drafts create rows of the table, here and below.
  public func checks(_ drafts: [RegistryDraft]) -> SQL {
    checking.around(Self.rows(drafts))
  }

  /// - Parameter checked: the answer to ``checks(_:)``.
  /// - Returns: for each draft what is wrong with it; `nil` where it may be stored.
  /// - Throws: ``PostgresError`` of kind `decoding`.
  public func faults(_ checked: Rows) throws -> [RowFaults?] {
    try checks.faults(ofEach: checked).map { $0.isEmpty ? nil : RowFaults($0) }
  }

  /// Inserts the rows, in the order of their keys: two that insert the same rows wait for each
  /// other and never both at once. Answers with what is told of each row, in that order. Fails with
  /// 23505 where a key is taken, with 42501 where the caller may not.
  ///
  /// - Precondition: an audit event is open, and the drafts have been checked.
  public func insertion(_ drafts: [RegistryDraft]) -> SQL {
    inserting.around(Self.rows(drafts))
  }

  private static func rows(_ drafts: [RegistryDraft]) -> SQL {
    "\("[" + drafts.map(\.json).joined(separator: ",") + "]")"
  }
}
