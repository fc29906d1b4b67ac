internal import Postgres

/// A file whose rows have been staged.
struct StagedFile {
  let table: Spreadsheet
  let number: Int
  let rows: Int
  /// Whether the rows are all of the file, with their keys.
  let isWhole: Bool
  /// Columns of the table that the file does not have.
  let absent: [SpreadsheetColumn]
}

/// The temporary tables that hold an import's rows until all of them are known to be right.
///
/// One for each spreadsheet table, with all columns nullable and without constraints; they vanish
/// with the transaction.
struct StagingArea {
  let connection: Connection

  static func name(_ table: String) -> String { "pg_temp.import_\(table)" }

  /// Whether the stored row `t` and the staged row `s` are the same row.
  static func sameKey(_ table: Spreadsheet) -> SQL {
    table.facts.storedKey.map { "t.\(identifier: $0) = s.\(identifier: $0)" as SQL }
      .joined(separator: " AND ")
  }

  func create(_ tables: [Spreadsheet]) async throws {
    for table in tables {
      try await connection.execute(
        """
        CREATE TEMPORARY TABLE \(identifier: "import_\(table.name)") (
          file integer NOT NULL, line integer NOT NULL, \(table.columns.map(column).joined()),
          jurisdiction text \(jurisdiction(of: table))
        ) ON COMMIT DROP
        """)
    }
  }

  private func column(_ column: SpreadsheetColumn) -> SQL {
    "\(identifier: column.name) \(SQL(unsafeText: Self.typeName(column.type)))"
  }

  /// The type in the database of what a cell holds.
  static func typeName(_ type: CellType) -> String {
    switch type {
    case .text, .code, .industry, .uscc, .word: "text"
    case .integer: "bigint"
    case .decimal: "numeric"
    case .day: "date"
    case .flag: "boolean"
    case .list, .industryList: "text[]"
    }
  }

  private func jurisdiction(of table: Spreadsheet) -> SQL {
    guard table.facts.jurisdiction == .division else { return "" }
    return """
      GENERATED ALWAYS AS (CASE kind WHEN 'prefecture' THEN code
        ELSE coalesce(parent, left(code, 4) || '00') END) STORED
      """
  }

  /// Copies a file's rows.
  ///
  /// What is wrong with the file after its header is logged; the rows before it stay, so that what
  /// refers to them can be checked.
  ///
  /// - Parameters:
  ///   - number: the file's number in the import.
  ///   - jurisdiction: the prefecture, for tables whose rows do not tell.
  /// - Throws: ``ImportFault`` when the file cannot be read at all; ``PostgresError``.
  /// - Complexity: O(bytes) time, constant memory.
  func load(
    _ file: ImportFile, number: Int, jurisdiction: String?, log: inout FaultLog
  ) async throws -> StagedFile {
    var reader = try SheetReader(file, log: &log)
    let isImported = file.table.facts.jurisdiction == .imported
    let columns =
      ["file", "line"] + file.table.columns.map(\.name) + (isImported ? ["jurisdiction"] : [])
    let prefecture = jurisdiction.map(StagedValue.text) ?? .null
    var isWhole = reader.header.hasKey
    let rows = try await connection.copyIn(
      into: Self.name(file.table.name), columns: columns
    ) { writer in
      do {
        while let row = try reader.next(log: &log) {
          var values: [any SQLEncodable] = [number, row.line]
          values += row.values
          if isImported { values.append(prefecture) }
          try await writer.write(row: values)
        }
      } catch let fault as ImportFault {
        // Thrown on, it would end the transaction and with it the search for more faults.
        log.add(fault)
        isWhole = false
      }
    }
    return StagedFile(
      table: file.table, number: number, rows: rows, isWhole: isWhole,
      absent: reader.header.absent.map { file.table.columns[$0] })
  }

  /// What a file has no column for it says nothing of: the stored rows' values stand.
  ///
  /// - Precondition: whoever imports may change the rows, and so may hear of their values.
  func fillIn(_ file: StagedFile) async throws {
    let columns = file.absent
    guard file.isWhole, !columns.isEmpty, !file.table.facts.isSealed else { return }
    let staged: SQL = "\(identifier: Self.name(file.table.name))"
    let values = columns.map { "\(identifier: $0.name) = t.\(identifier: $0.name)" as SQL }.joined()
    try await connection.execute(
      """
      UPDATE \(staged) s SET \(values) FROM \(identifier: ["registry", file.table.name]) t
      WHERE s.file = \(file.number) AND \(Self.sameKey(file.table))
      """)
  }

  /// Tells the planner the sizes.
  func analyze(_ tables: [Spreadsheet]) async throws {
    for table in tables {
      try await connection.execute("ANALYZE \(identifier: Self.name(table.name))")
    }
  }
}
