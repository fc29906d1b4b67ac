public import Postgres

/// What a caller wants a row of the registry to hold: every field read, none stored yet.
public struct RegistryDraft: Sendable {
  public let table: RegistryTable
  /// By column, in the table's order; of a change, only what is to change.
  private let values: [(column: String, value: StagedValue)]
  /// The prefecture, for tables whose rows do not tell.
  private let jurisdiction: String?
  /// A new row as a JSON object; it is sent more than once. Empty for a change.
  let json: String

  /// A new row: each required column must be there.
  ///
  /// - Throws: ``RowFaults`` with every fault found.
  public init(
    creating fields: [String: FieldValue], in table: RegistryTable, jurisdiction: String?
  ) throws(RowFaults) {
    var faults: [RowFault] = []
    self.table = table
    self.jurisdiction = table.needsJurisdiction ? jurisdiction : nil
    values = Self.read(fields, table.columns, in: table, &faults)
    json = Self.json(values, self.jurisdiction)
    if !faults.isEmpty { throw RowFaults(faults) }
  }

  /// A change of some columns; `null` empties an optional one. The key stays.
  ///
  /// - Throws: ``RowFaults`` with every fault found.
  public init(
    changing fields: [String: FieldValue], in table: RegistryTable
  ) throws(RowFaults) {
    var faults = table.key.filter { fields[$0] != nil }.map {
      RowFault($0, .rule(chinese: "编号不可更改", english: "the key does not change"))
    }
    self.table = table
    jurisdiction = nil
    json = ""
    let changed = table.columns.filter { fields[$0.name] != nil && !table.key.contains($0.name) }
    values = Self.read(fields, changed, in: table, &faults)
    if !faults.isEmpty { throw RowFaults(faults) }
  }

  private static func json(
    _ values: [(column: String, value: StagedValue)], _ jurisdiction: String?
  ) -> String {
    let fields = values.map { "\(JSONText.quoted($0.column)):\($0.value.json)" }
    let home = jurisdiction.map { ["\"jurisdiction\":\(JSONText.quoted($0))"] } ?? []
    return "{\((fields + home).joined(separator: ","))}"
  }

  private static func read(
    _ fields: [String: FieldValue], _ columns: [RegistryColumn], in table: RegistryTable,
    _ faults: inout [RowFault]
  ) -> [(String, StagedValue)] {
    for name in fields.keys.sorted() where table.column(name) == nil {
      let nearest = Nearest.match(name, in: table.columns.map(\.name)) ?? ""
      faults.append(RowFault(name, .unknownColumn(nearest: nearest)))
    }
    var values: [(String, StagedValue)] = []
    for column in columns {
      do {
        values.append((column.name, try column.parse(fields[column.name] ?? .null)))
      } catch {
        faults.append(error)
      }
    }
    return values
  }
}

/// Everything that is wrong with a row.
public struct RowFaults: Error, Sendable {
  public let faults: [RowFault]

  init(_ faults: [RowFault]) {
    self.faults = faults
  }
}

extension RegistryDraft {
  /// What checks the row against its own rules and what it refers to; ``refuse(_:)`` reads the answer.
  ///
  /// - Parameter key: of the row that is to change.
  /// - Precondition: the transaction is in the service's role, which sees what the row refers to.
  public func checks(key: SQL) -> SQL {
    RowChecks(table: table).statement(
      for: "SELECT \(overlaid(onto: "t")), t.jurisdiction FROM \(stored) t WHERE \(key)")
  }

  /// - Parameter checked: the answer to ``checks(key:)``.
  /// - Throws: ``RowFaults`` where the row may not be stored.
  public func refuse(_ checked: Rows) throws {
    let faults = try RowChecks(table: table).faults(ofEach: checked).first ?? []
    if !faults.isEmpty { throw RowFaults(faults) }
  }

  /// Locks the row that is to change until the transaction ends.
  ///
  /// - Parameter key: a condition on the row `t`, here and below.
  /// - Returns: the row's version, its event; `nil` if it is gone.
  public func lock(where key: SQL, _ connection: Connection) async throws -> String? {
    try await connection.query(
      "SELECT t.event_id::text FROM \(stored) t WHERE \(key) FOR NO KEY UPDATE"
    ).decode(String.self).first
  }

  /// Whether the row holds anything else than the draft.
  public func differs(where key: SQL, _ connection: Connection) async throws -> Bool {
    if values.isEmpty { return false }
    let old = values.map { "t.\(identifier: $0.column)" as SQL }.joined()
    let new = values.map(typed).joined()
    return try await connection.query(
      "SELECT ROW(\(old)) IS DISTINCT FROM ROW(\(new)) FROM \(stored) t WHERE \(key)"
    ).only(Bool.self)
  }

  /// Changes the row; of no row where the caller may not.
  ///
  /// - Precondition: an audit event is open, the draft has been checked and differs.
  public func update(where key: SQL) -> SQL {
    let changes = values.map { "\(identifier: $0.column) = \(typed($0))" as SQL }.joined()
    return "UPDATE \(stored) t SET \(changes) WHERE \(key)"
  }

  /// The text of a column of the key.
  public func keyText(_ column: String) -> String? {
    values.first { $0.column == column }?.value.text
      ?? (column == "jurisdiction" ? jurisdiction : nil)
  }

  private var stored: SQL { "\(identifier: ["registry", table.name])" }

  private func typed(_ field: (column: String, value: StagedValue)) -> SQL {
    let type = table.column(field.column)?.sqlType ?? "text"
    return "\(field.value.parameter)::\(SQL(unsafeText: type))"
  }

  /// All columns of the table: the draft's values, the others from the stored row.
  private func overlaid(onto alias: SQL) -> SQL {
    let known = Dictionary(values, uniquingKeysWith: { first, _ in first })
    return table.columns.map { column -> SQL in
      known[column.name].map {
        "\(typed((column.name, $0))) AS \(identifier: column.name)"
      } ?? "\(alias).\(identifier: column.name)"
    }.joined()
  }
}
