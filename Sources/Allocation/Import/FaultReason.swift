/// What is wrong with a cell, a row, a file or the whole import.
///
/// Its wording is in `FaultReason+Chinese.swift` and `FaultReason+English.swift`; ``code`` is what
/// programs compare.
enum FaultReason: Error, Hashable, Sendable {
  // the file
  case noSuchFile
  case notRegularFile
  case unreadable(String)
  case unwritable(String)
  case emptyFolder
  case unknownTable(nearest: String)
  case workbook
  case utf16
  case notText
  case undecodable
  case ambiguousEncoding
  case emptyFile
  case lineTooLong
  // its shape
  case unknownColumn(nearest: String)
  /// The place of a column without a heading, from 1.
  case blankHeading(place: Int)
  /// Something stands above the row of headings, which is this line.
  case titleRow(headings: Int)
  case missingColumn
  case repeatedColumn
  case wrongSeparator(String)
  case raggedRow(cells: Int, columns: Int)
  case unclosedQuote
  case textAfterQuote
  case tooManyColumns
  // a cell
  case missingValue
  case controlCharacter
  case lostCharacter
  /// A number or a date that a spreadsheet has made of a code.
  case damagedCode
  /// A code of one dot or two.
  case dots
  /// A code without the zero that it begins with; the code that was meant.
  case lostZero(meant: String)
  case tooLong(limit: Int)
  case notNumber(NumberFlaw)
  case tooManyDecimals(places: Int)
  case outOfRange(lowest: Int64, highest: Int64, isPositive: Bool)
  case notDay
  case noSuchDay
  case notFlag
  case unknownWord(accepted: String)
  case emptyItem
  case repeatedItem(String)
  /// JSON's form of the value is not the column's; an example of what is.
  case wrongForm(String)
  case uscc(UnifiedCode.Flaw)
  // rows together
  case repeatedKey(file: String, line: Int)
  case missingReference(table: String)
  /// Likewise for a single row that somebody sends.
  case unregistered(table: String)
  case unknownStandardCode(String)
  case overlap(file: String, line: Int)
  case overlapWithStored(key: String)
  case rule(chinese: String, english: String)
  case elsewhere(jurisdiction: String)
  // the import
  case noJurisdiction(known: [String])
  case unknownJurisdiction
  case futureDay
  case refused(constraint: String)

  enum NumberFlaw: Hashable, Sendable {
    case fraction, scientific, other
  }
}

extension FaultReason {
  /// A stable name in lower case, the same in every language.
  var code: String {
    switch self {
    case .noSuchFile: "no_such_file"
    case .notRegularFile: "not_regular_file"
    case .unreadable: "unreadable"
    case .unwritable: "unwritable"
    case .emptyFolder: "empty_folder"
    case .unknownTable: "unknown_table"
    case .workbook: "workbook"
    case .utf16: "utf16"
    case .notText: "not_text"
    case .undecodable: "undecodable"
    case .ambiguousEncoding: "ambiguous_encoding"
    case .emptyFile: "empty_file"
    case .lineTooLong: "line_too_long"
    case .unknownColumn: "unknown_column"
    case .blankHeading: "blank_heading"
    case .titleRow: "title_row"
    case .missingColumn: "missing_column"
    case .repeatedColumn: "repeated_column"
    case .wrongSeparator: "wrong_separator"
    case .raggedRow: "ragged_row"
    case .unclosedQuote: "unclosed_quote"
    case .textAfterQuote: "text_after_quote"
    case .tooManyColumns: "too_many_columns"
    default: valueCode
    }
  }

  private var valueCode: String {
    switch self {
    case .missingValue: "missing_value"
    case .controlCharacter: "control_character"
    case .lostCharacter: "lost_character"
    case .damagedCode: "damaged_code"
    case .dots: "dots"
    case .lostZero: "lost_zero"
    case .tooLong: "too_long"
    case .notNumber: "not_number"
    case .tooManyDecimals: "too_many_decimals"
    case .outOfRange: "out_of_range"
    case .notDay: "not_date"
    case .noSuchDay: "no_such_date"
    case .notFlag: "not_boolean"
    case .unknownWord: "unknown_word"
    case .emptyItem: "empty_item"
    case .repeatedItem: "repeated_item"
    case .wrongForm: "wrong_form"
    case .uscc(let flaw): "uscc_\(flaw.code)"
    case .repeatedKey: "repeated_key"
    case .missingReference, .unregistered: "missing_reference"
    case .unknownStandardCode: "unknown_standard_code"
    case .overlap, .overlapWithStored: "overlapping_period"
    case .rule: "row_rule"
    case .elsewhere: "elsewhere"
    case .noJurisdiction: "no_jurisdiction"
    case .unknownJurisdiction: "unknown_jurisdiction"
    case .futureDay: "future_date"
    default: "refused"
    }
  }
}

extension UnifiedCode.Flaw {
  fileprivate var code: String {
    switch self {
    case .length: "length"
    case .character: "character"
    case .checkDigit: "check_digit"
    case .scientificNotation: "scientific"
    case .digitsLost: "digits_lost"
    }
  }
}
