extension FaultReason {
  /// What is wrong and what to do about it, in English.
  var english: (message: String, remedy: String) {
    switch self {
    case .noSuchFile: ("no such file", "check the path")
    case .notRegularFile: ("not a regular file", "name a CSV file or a folder of them")
    case .unreadable(let why): ("cannot be read: \(why)", "check the file's permissions")
    case .unwritable(let why): ("the list of faults cannot be written: \(why)", "name another path")
    case .emptyFolder: ("no CSV file in this folder", "name a folder that holds CSV files")
    case .unknownTable(let nearest):
      ("the file's name is no table's name", "name it after its table; the nearest is \(nearest)")
    case .workbook: ("an Excel workbook, not CSV", "save as “CSV UTF-8 (comma delimited)”")
    case .utf16: ("the file is UTF-16", "save as “CSV UTF-8 (comma delimited)”")
    case .notText: ("holds zero bytes: not a text file", "save as “CSV UTF-8 (comma delimited)”")
    case .ambiguousEncoding:
      (
        "nothing tells in which encoding the file is",
        "save as “CSV UTF-8 (comma delimited)”, which is UTF-8 with a byte order mark"
      )
    case .undecodable:
      ("wrong encoding: neither UTF-8 nor GB18030", "save the original as UTF-8 again")
    case .emptyFile: ("empty file", "at least the header row is needed")
    case .lineTooLong: ("a line of more than 1 MiB", "check quotes and line ends")
    case .unknownColumn(let nearest):
      ("unknown column", "the nearest is \(nearest); rename or remove it")
    case .blankHeading(let place):
      ("column \(place) has no heading", "fill it in or remove the column; headings stand first")
    case .titleRow(let headings):
      (
        "not the headings, which seem to be line \(headings)",
        "remove what stands above them: the first row holds the headings"
      )
    case .missingColumn: ("required column is missing", "add the column")
    case .repeatedColumn: ("the column appears twice", "keep one of them")
    case .wrongSeparator(let name): ("columns are parted by \(name)", "save with commas")
    case .raggedRow(let cells, let columns):
      ("\(cells) cells under \(columns) columns", "look for a missing or an unquoted comma")
    case .unclosedQuote: ("a quote is never closed", "add the closing double quote")
    case .textAfterQuote:
      ("text after a closing quote", "write a double quote inside a cell as two")
    case .tooManyColumns: ("too many columns", "check the header")
    default: valueEnglish
    }
  }

  private var valueEnglish: (message: String, remedy: String) {
    switch self {
    case .missingValue: ("required value is missing", "fill it in")
    case .controlCharacter: ("holds an invisible control character", "delete and retype it")
    case .lostCharacter:
      ("holds U+FFFD: characters were lost before saving", "save the original again")
    case .dots: ("a code cannot be one dot or two", "choose another code")
    case .damagedCode:
      (
        "a spreadsheet has turned the code into a number or a date",
        "format the column as text and enter the codes again"
      )
    case .lostZero(let meant):
      (
        "a spreadsheet has dropped the code's leading zero: \(meant)?",
        "format the column as text and enter the codes again"
      )
    case .tooLong(let limit): ("longer than \(limit) characters", "shorten it")
    case .notNumber(.fraction): ("must be a whole number", "drop the decimals")
    case .notNumber(.scientific):
      ("a number in scientific notation", "format the cells as numbers and save again")
    case .notNumber(.other): ("not a number", "write digits only, without a unit")
    case .tooManyDecimals(let places):
      ("more than \(places) decimals", "keep at most \(places)")
    case .outOfRange(let lowest, let highest, let isPositive):
      (
        "number out of range",
        isPositive ? "more than 0, at most \(highest)" : "from \(lowest) to \(highest)"
      )
    case .notDay: ("not a date", "write 2026-11-20, 2026/11/20 or 2026年11月20日")
    case .noSuchDay: ("the calendar has no such day", "check year, month and day")
    case .notFlag: ("neither yes nor no", "write true/false, 是/否 or 1/0")
    case .unknownWord(let accepted): ("not one of the accepted words", "one of \(accepted)")
    case .emptyItem: ("an empty item in the list", "remove the extra separator")
    case .repeatedItem(let item): ("\(item) twice in the list", "remove one")
    case .wrongForm(let example): ("not the form of such a value", "write it as \(example)")
    case .uscc(let flaw): flaw.english
    default: rowEnglish
    }
  }

  private var rowEnglish: (message: String, remedy: String) {
    switch self {
    case .repeatedKey(let file, let line):
      ("duplicate key: also in \(file) line \(line)", "keep one row")
    case .missingReference(let table):
      (
        "neither this import nor the database has it in \(table)",
        "register it, or correct the code"
      )
    case .unregistered(let table):
      ("\(table) has no such row", "register it, or correct the code")
    case .unknownStandardCode(let standard): ("no code of \(standard)", "check the code")
    case .overlap(let file, let line):
      ("the period overlaps that of \(file) line \(line)", "correct the dates")
    case .overlapWithStored(let key):
      ("the period overlaps that of \(key) in the database", "correct the dates or that row first")
    case .rule(_, let english): (english, "correct either value")
    case .elsewhere(let jurisdiction):
      ("this code belongs to prefecture \(jurisdiction)", "use a code of your own")
    case .noJurisdiction(let known):
      (
        "no telling which prefecture this belongs to",
        "put the regions table into the same folder, or pass --jurisdiction CODE"
          + (known.isEmpty ? "" : " (the database has \(known.joined(separator: ", ")))")
      )
    case .futureDay:
      ("a day to come: nothing can be known as of it", "name today or an earlier day")
    case .unknownJurisdiction: ("no such prefecture is registered", "import its regions first")
    case .refused(let constraint):
      ("the database's constraint \(constraint) refuses these rows", "check them")
    default: (code, "")
    }
  }
}

extension UnifiedCode.Flaw {
  fileprivate var english: (message: String, remedy: String) {
    let asText = "format the column as text and enter the codes again"
    return switch self {
    case .length(let count): ("a USCC has 18 characters, this one \(count)", "check the code")
    case .character(let character, let position):
      (
        "\(character) cannot stand at position \(position) of a USCC",
        (3...8).contains(position)
          ? "positions 3 to 8 are digits" : "I, O, S, V, Z are not used: check for a slip"
      )
    case .checkDigit: ("the USCC's check digits are wrong", "compare it digit by digit")
    case .scientificNotation: ("a spreadsheet has turned the USCC into a number", asText)
    case .digitsLost: ("a spreadsheet has turned the USCC's last digits into 000", asText)
    }
  }
}
