internal import Embedded
internal import Postgres

/// One code table: the files it is made of, and the statements that store it.
struct ReferenceTable: Sendable {
  let name: String
  let files: [String]
  /// The statement that stores the rows of the files.
  let statement: @Sendable ([[[String: String]]]) throws -> SQL

  static let all = [division, industry, landClass, loanPrimeRate]

  /// What the digest is taken of.
  func text() throws -> String {
    try files.map(Self.embedded).joined(separator: "\n")
  }

  func statements() throws -> [SQL] {
    [try statement(files.map { try Table.rows(Self.embedded($0)) })]
  }

  private static func embedded(_ file: String) throws -> String {
    guard let text = EmbeddedFiles.data(named: "reference/\(file)") else {
      throw ReferenceError.missingFile(file)
    }
    return text
  }
}

extension ReferenceTable {
  /// A code table: its rows as entries, and the statement that stores them.
  init(
    name: String, files: [String],
    rows: @escaping @Sendable ([[[String: String]]]) throws -> [Entry],
    statement: @escaping @Sendable (Columns) -> SQL
  ) {
    self.init(name: name, files: files) { statement(Columns(try rows($0))) }
  }

  /// A row of any of the tables; what a table does not have stays empty.
  struct Entry {
    var code: String
    var name: String
    /// Level, or kind of division.
    var level: String
    var parent: String?
    var standard = "GB/T 2260"
    var validFrom: String?
    var validTo: String?
  }

  /// The entries column by column, as `unnest` wants them.
  struct Columns: Sendable {
    let code: [String]
    let name: [String]
    let level: [String]
    let parent: [String?]
    let standard: [String]
    let validFrom: [String?]
    let validTo: [String?]

    init(_ entries: [Entry]) {
      code = entries.map(\.code)
      name = entries.map(\.name)
      level = entries.map(\.level)
      parent = entries.map(\.parent)
      standard = entries.map(\.standard)
      validFrom = entries.map(\.validFrom)
      validTo = entries.map(\.validTo)
    }
  }

  private static let industry = leveled("gbt4754-2017.csv", "reference.industry")
  private static let landClass = leveled("gbt21010-2017.csv", "reference.land_class")

  private static func leveled(_ file: String, _ table: String) -> ReferenceTable {
    ReferenceTable(name: file, files: [file]) { tables in
      try tables.joined().map { row in
        guard let code = row["code"], let name = row["name"], let level = row["level"] else {
          throw ReferenceError.malformed(file)
        }
        return Entry(code: code, name: name, level: level, parent: nonEmpty(row["parent"]))
      }
    } statement: { columns in
      """
      INSERT INTO \(identifier: table) AS t (code, name, level, parent)
      SELECT code, name, level::smallint, parent
      FROM unnest(\(columns.code)::text[], \(columns.name)::text[], \(columns.level)::text[],
        \(columns.parent)::text[]) AS e (code, name, level, parent)
      ON CONFLICT (code) DO UPDATE
      SET name = excluded.name, level = excluded.level, parent = excluded.parent
      WHERE (t.name, t.level, t.parent) IS DISTINCT FROM
        (excluded.name, excluded.level, excluded.parent)
      """
    }
  }

  fileprivate static func nonEmpty(_ text: String?) -> String? {
    text.flatMap { $0.isEmpty ? nil : $0 }
  }
}
