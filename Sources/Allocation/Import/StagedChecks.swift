internal import Postgres

/// The checks that need more than one row: on the staged rows, the registry and the standards.
///
/// Each is one set-based query for a column of a table and finds all its faults. Texts taken into
/// SQL as they are come from ``TableFacts``, never from the import.
struct StagedChecks {
  let connection: Connection
  /// The department that imports; `nil` where the service itself does.
  let writer: DepartmentWriter?
  let files: [ImportFile]
  /// Tables of which a file could not be read: whatever refers to them is not held against it.
  let unread: Set<String>

  func run(_ table: Spreadsheet, log: inout FaultLog) async throws {
    for reference in table.facts.references {
      try await checkReference(reference.column, reference.target, of: table, log: &log)
    }
    for (column, fact) in table.facts.lists.sorted(by: { $0.key < $1.key }) {
      guard let target = fact.target else { continue }
      try await checkReference(column, target, of: table, isList: true, log: &log)
    }
    for rule in table.facts.rules {
      try await checkRule(rule, of: table, log: &log)
    }
    if table.facts.jurisdiction == .division {
      try await checkPrefecture(of: table, log: &log)
    }
    try await checkKey(of: table, log: &log)
    if !table.facts.noOverlap.isEmpty { try await checkOverlap(of: table, log: &log) }
    if let lot = table.facts.lot { try await checkLot(lot, of: table, log: &log) }
    if table.facts.jurisdiction == .imported && !table.facts.isLocal {
      try await checkHome(of: table, log: &log)
    }
  }

  // MARK: - references

  private func checkReference(
    _ column: String, _ target: Reference.Target, of table: Spreadsheet, isList: Bool = false,
    log: inout FaultLog
  ) async throws {
    if let parent = target.table, unread.contains(parent.name) { return }
    let item: SQL = isList ? "item" : "s.\(identifier: column)"
    let items: SQL = isList ? ", unnest(s.\(identifier: column)) AS item" : ""
    let home = target.isLocal ? homeJoin(of: table) : ""
    // Where nobody knows the row's prefecture, nothing of it can be missing there.
    let isPlaced: SQL = target.isLocal ? "home.jurisdiction IS NOT NULL" : "true"
    let rows = try await connection.query(
      """
      SELECT s.file, s.line, \(item), \(lostZero(of: item, in: target))
      FROM \(staged(table)) s \(home)\(items)
      WHERE \(item) IS NOT NULL AND \(isPlaced) AND \(absence(of: item, in: target))
      ORDER BY s.file, s.line
      """)
    for (file, line, value, hasLostZero) in try rows.decode(
      Int.self, Int.self, String.self, Bool.self)
    {
      let reason = hasLostZero ? .lostZero(meant: "0" + value) : target.reason
      log.add(fault(file, line, column, of: table, value: value, reason))
    }
  }

  /// Whether the code would be one of the standard with a zero before it.
  private func lostZero(of item: SQL, in target: Reference.Target) -> SQL {
    guard case .standard(let name, let condition) = target else { return "false" }
    return """
      EXISTS (SELECT FROM \(identifier: ["reference", name]) p
        WHERE p.code = '0' || \(item) AND \(SQL(unsafeText: condition)))
      """
  }

  private func absence(of item: SQL, in target: Reference.Target) -> SQL {
    switch target {
    case .standard(let name, let condition):
      return """
        NOT EXISTS (SELECT FROM \(identifier: ["reference", name]) p
          WHERE p.code = \(item) AND \(SQL(unsafeText: condition)))
        """
    case .table(let name, let key), .localTable(let name, let key):
      let inside: SQL = target.isLocal ? "AND p.jurisdiction = home.jurisdiction" : ""
      return """
        NOT EXISTS (SELECT FROM \(identifier: StagingArea.name(name)) p
          WHERE p.\(identifier: key) = \(item) \(inside))
        AND NOT EXISTS (SELECT FROM \(identifier: ["registry", name]) p
          WHERE p.\(identifier: key) = \(item) \(inside))
        """
    }
  }

  /// Gives each row its prefecture as `home.jurisdiction`; rows whose parent is unknown drop out,
  /// as they have a fault already.
  private func homeJoin(of table: Spreadsheet) -> SQL {
    guard case .parent(let column, let parent, let key, _) = table.facts.jurisdiction else {
      return "CROSS JOIN LATERAL (SELECT s.jurisdiction) AS home"
    }
    return """
      JOIN (
        SELECT DISTINCT ON (key) key, jurisdiction FROM (
          SELECT \(identifier: key) AS key, jurisdiction, 0 AS preference
          FROM \(identifier: StagingArea.name(parent))
          UNION ALL
          SELECT \(identifier: key), jurisdiction, 1 FROM \(identifier: ["registry", parent])) k
        WHERE key IS NOT NULL ORDER BY key, preference) home ON home.key = s.\(identifier: column)
      """
  }

  /// A county without a parent belongs to the prefecture of its first four digits.
  private func checkPrefecture(of table: Spreadsheet, log: inout FaultLog) async throws {
    let rows = try await connection.query(
      """
      SELECT s.file, s.line, s.jurisdiction FROM \(staged(table)) s
      WHERE s.parent IS NULL AND s.jurisdiction <> s.code
        AND NOT EXISTS (SELECT FROM \(staged(table)) p WHERE p.code = s.jurisdiction)
        AND NOT EXISTS (SELECT FROM registry.regions p WHERE p.code = s.jurisdiction)
      ORDER BY s.file, s.line
      """)
    for (file, line, value) in try rows.decode(Int.self, Int.self, String.self) {
      let reason = FaultReason.missingReference(table: table.title)
      log.add(fault(file, line, "parent", of: table, value: value, reason))
    }
  }

  // MARK: - rows of one table

  private func checkRule(
    _ rule: RowRule, of table: Spreadsheet, log: inout FaultLog
  ) async throws {
    let rows = try await connection.query(
      """
      SELECT s.file, s.line, \(shown(rule.column, of: table)) FROM \(staged(table)) s
      WHERE NOT (\(SQL(unsafeText: rule.holds))) ORDER BY s.file, s.line
      """)
    for (file, line, value) in try rows.decode(Int.self, Int.self, String?.self) {
      let reason = FaultReason.rule(chinese: rule.chinese, english: rule.english)
      log.add(fault(file, line, rule.column, of: table, value: value, reason))
    }
  }

  /// A staged value as somebody would write it: without the zeros that the column's scale adds.
  func shown(_ column: String, of table: Spreadsheet) -> SQL {
    guard let place = table.column(named: column), case .decimal = table.columns[place].type else {
      return "s.\(identifier: column)::text"
    }
    return "trim_scale(s.\(identifier: column))::text"
  }

  private func checkKey(of table: Spreadsheet, log: inout FaultLog) async throws {
    let key = table.facts.storedKey
    let columns = names(key)
    let shown = names(table.facts.key)
    let isWhole = key.map { "\(identifier: $0) IS NOT NULL" as SQL }.joined(separator: " AND ")
    let rows = try await connection.query(
      """
      SELECT file, line, value, first_file, first_line
      FROM (
        SELECT file, line, concat_ws('/', \(shown)) AS value, row_number() OVER w AS position,
          first_value(file) OVER w AS first_file, first_value(line) OVER w AS first_line
        FROM \(staged(table))
        WHERE (\(columns)) IN (
          SELECT \(columns) FROM \(staged(table)) WHERE \(isWhole)
          GROUP BY \(columns) HAVING count(*) > 1)
        WINDOW w AS (PARTITION BY \(columns) ORDER BY file, line)) r
      WHERE position > 1 ORDER BY file, line
      """)
    let decoded = try rows.decode(Int.self, Int.self, String.self, Int.self, Int.self)
    for (file, line, value, firstFile, firstLine) in decoded {
      let reason = FaultReason.repeatedKey(file: files[firstFile].path, line: firstLine)
      log.add(fault(file, line, table.facts.key[0], of: table, value: value, reason))
    }
  }

  private func checkHome(of table: Spreadsheet, log: inout FaultLog) async throws {
    let key = table.facts.key[0]
    let rows = try await connection.query(
      """
      SELECT s.file, s.line, s.\(identifier: key), t.jurisdiction
      FROM \(staged(table)) s JOIN \(stored(table)) t USING (\(identifier: key))
      WHERE t.jurisdiction <> s.jurisdiction ORDER BY s.file, s.line
      """)
    for (file, line, value, home) in try rows.decode(
      Int.self, Int.self, String.self, String.self)
    {
      log.add(fault(file, line, key, of: table, value: value, .elsewhere(jurisdiction: home)))
    }
  }

  // MARK: - helpers

  func staged(_ table: Spreadsheet) -> SQL { "\(identifier: StagingArea.name(table.name))" }
  func stored(_ table: Spreadsheet) -> SQL { "\(identifier: ["registry", table.name])" }

  func names(_ columns: [String], of alias: SQL = "") -> SQL {
    columns.map { "\(alias)\(identifier: $0)" as SQL }.joined()
  }

  func fault(
    _ file: Int, _ line: Int, _ column: String, of table: Spreadsheet, value: String?,
    _ reason: FaultReason
  ) -> ImportFault {
    let label = table.column(named: column).map { table.columns[$0].label } ?? column
    let path = files.indices.contains(file) ? files[file].path : ""
    return ImportFault(file: path, line: line, column: label, value: value, reason)
  }
}

extension Reference.Target {
  /// Whether it is this table.
  func names(_ table: String) -> Bool { self.table?.name == table }

  fileprivate var isLocal: Bool {
    if case .localTable = self { true } else { false }
  }

  fileprivate var table: (name: String, key: String)? {
    switch self {
    case .table(let name, let key), .localTable(let name, let key): (name, key)
    case .standard: nil
    }
  }

  var reason: FaultReason {
    switch self {
    case .standard("division", _): .unknownStandardCode("GB/T 2260")
    case .standard("land_class", _): .unknownStandardCode("GB/T 21010-2017")
    case .standard(_, condition: "level = 2"): .unknownStandardCode("GB/T 4754-2017（大类）")
    case .standard: .unknownStandardCode("GB/T 4754-2017")
    case .table(let name, _), .localTable(let name, _):
      .missingReference(table: Catalogue.title(of: name))
    }
  }
}
