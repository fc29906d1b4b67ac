/// A table of the registry as callers see it: the same columns, words and limits as the spreadsheet
/// of that name, from the same files.
public struct RegistryTable: Sendable {
  let spreadsheet: Spreadsheet
  public let columns: [RegistryColumn]

  /// For example `land_requests`.
  public var name: String { spreadsheet.name }
  /// For example 用地需求.
  public var title: String { spreadsheet.title }
  /// The columns that identify a row in the database; `jurisdiction` first where each prefecture
  /// numbers its own list.
  public var key: [String] { spreadsheet.facts.storedKey }
  /// Whether a row does not tell its prefecture by itself, so that whoever creates it has to.
  public var needsJurisdiction: Bool { spreadsheet.facts.jurisdiction == .imported }

  init(_ spreadsheet: Spreadsheet) {
    self.spreadsheet = spreadsheet
    columns = spreadsheet.columns.map(RegistryColumn.init)
  }

  /// All tables, in an order in which each follows those it refers to.
  ///
  /// - Throws: an error if the files that the program carries do not fit it.
  public static func all() throws -> [RegistryTable] {
    try Catalogue.embedded().tables.map(RegistryTable.init)
  }

  public func column(_ name: String) -> RegistryColumn? {
    columns.first { $0.name == name }
  }
}

/// A column of a ``RegistryTable``.
public struct RegistryColumn: Sendable {
  let column: SpreadsheetColumn

  /// What a value looks like.
  public enum Form: Hashable, Sendable {
    case text, code
    case integer(ClosedRange<Int64>, isPositive: Bool)
    /// At most so many decimals; the range in whole units.
    case decimal(places: Int, ClosedRange<Int64>, isPositive: Bool)
    case day, flag
    case word([String])
    /// Several items without repetition; of the given words where there are any.
    case list([String]?)
  }

  public let name: String
  /// The Chinese header.
  public let header: String
  public let isRequired: Bool
  public let form: Form

  init(_ column: SpreadsheetColumn) {
    self.column = column
    name = column.name
    header = column.header
    isRequired = column.isRequired
    form =
      switch column.type {
      case .text: column.isCode ? .code : .text
      case .code, .industry, .uscc: .code
      case .integer(let limits): .integer(limits.range, isPositive: limits.isPositive)
      case .decimal(let places, let limits):
        .decimal(places: places, limits.range, isPositive: limits.isPositive)
      case .day: .day
      case .flag: .flag
      case .word(let words): .word(words.values)
      case .list(let words): .list(words?.values)
      case .industryList: .list(nil)
      }
  }

  /// The type of the column in the database.
  public var sqlType: String { StagingArea.typeName(column.type) }
}
