internal import Embedded

/// Every spreadsheet table that the office exchanges, as `fields.csv` and `fields.zh.csv` list it.
struct Catalogue: Sendable {
  /// In an order in which each table follows the tables it refers to.
  let tables: [Spreadsheet]

  /// The two files the binary carries.
  static func embedded() throws -> Catalogue {
    guard let fields = EmbeddedFiles.data(named: "fields.csv"),
      let words = EmbeddedFiles.data(named: "fields.zh.csv")
    else { throw CatalogueError.missingFile }
    return try Catalogue(fields: fields, words: words)
  }

  init(fields: String, words: String) throws {
    let vocabulary = try Vocabulary(fields: fields, words: words)
    var order: [String] = []
    var rows: [String: [[String: String]]] = [:]
    for row in try Table.rows(fields) {
      guard let table = row["table"] else { throw CatalogueError.malformed }
      if rows[table] == nil { order.append(table) }
      rows[table, default: []].append(row)
    }
    tables = try order.map { name in
      try Spreadsheet(name: name, rows: rows[name] ?? [], vocabulary: vocabulary)
    }
  }

  /// The table of that English or Chinese name.
  func table(named name: String) -> Spreadsheet? {
    tables.first { $0.name == name.lowercased() || $0.title == name }
  }
}

enum CatalogueError: Error {
  case missingFile
  case malformed
  /// A type of `fields.csv` that this program does not know.
  case unknownType(String)
}

/// One spreadsheet table.
struct Spreadsheet: Sendable {
  /// The file's and the database table's name, for example `land_requests`.
  let name: String
  /// The Chinese name, for example 用地需求.
  let title: String
  let columns: [SpreadsheetColumn]
  let facts: TableFacts

  init(name: String, rows: [[String: String]], vocabulary: Vocabulary) throws {
    self.name = name
    title = rows.first?["table_zh"] ?? name
    let facts = TableFacts.of(name)
    self.facts = facts
    columns = try rows.map { try SpreadsheetColumn($0, facts: facts, vocabulary: vocabulary) }
  }

  /// The column of that English or Chinese header.
  func column(named header: String) -> Int? {
    columns.firstIndex { $0.name == header.lowercased() || $0.header == header }
  }
}

/// One column of a spreadsheet table.
struct SpreadsheetColumn: Sendable {
  let name: String
  /// The Chinese header.
  let header: String
  let type: CellType
  let isRequired: Bool
  /// Part of the row's key, hence short and without full-width forms.
  let isCode: Bool
  /// A discipline's code, or a list of them: 0802 机械类.
  let isMajor: Bool

  fileprivate init(
    _ row: [String: String], facts: TableFacts, vocabulary: Vocabulary
  ) throws {
    guard let name = row["column"], let header = row["column_zh"], let type = row["type"] else {
      throw CatalogueError.malformed
    }
    self.name = name
    self.header = header
    isRequired = row["presence"] == "required"
    isCode = facts.key.contains(name) || facts.references.contains { $0.column == name }
    isMajor = ["major", "majors"].contains(name)
    let limits = facts.limits[name] ?? NumberLimits.of(unit: row["unit"] ?? "")
    self.type = try vocabulary.type(type, column: name, limits: limits, list: facts.lists[name])
  }

  /// `area_mu（需求面积）`, as messages name it.
  var label: String { "\(name)（\(header)）" }
}

/// What a cell may hold.
enum CellType: Sendable {
  case text
  /// A code of another table or of a standard: text without full-width forms.
  case code
  case industry
  case uscc
  case integer(NumberLimits)
  /// At most so many decimals.
  case decimal(places: Int, NumberLimits)
  case day
  case flag
  case word(Words)
  /// Several items; `nil` where they are free codes.
  case list(Words?)
  case industryList
}

/// Reads small CSV tables into dictionaries by header.
enum Table {
  static func rows(_ text: String) throws -> [[String: String]] {
    var reader = CSVReader(MemoryBytes(Array(text.utf8)))
    guard try reader.read() else { return [] }
    let header = (0..<reader.record.count).map { reader.record.text($0) }
    var rows: [[String: String]] = []
    while try reader.read() {
      if reader.record.isBlank { continue }
      var row: [String: String] = [:]
      for (index, name) in header.enumerated() { row[name] = reader.record.text(index) }
      rows.append(row)
    }
    return rows
  }
}
