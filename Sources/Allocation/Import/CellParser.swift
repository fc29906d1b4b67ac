internal import Foundation
internal import Postgres

/// Turns a cell's text into its value, or says what is wrong with it.
enum CellParser {
  static let longestText = 2000
  static let longestCode = 64

  /// - Parameter text: the cell without the blanks around it.
  /// - Throws: what is wrong with the cell, in the office's terms.
  /// - Complexity: O(text).
  static func parse(_ text: String, _ column: SpreadsheetColumn) throws(FaultReason)
    -> StagedValue
  {
    if text.isEmpty {
      if column.isRequired { throw .missingValue }
      return .null
    }
    switch column.type {
    case .text where column.isMajor: return .text(try major(plain(text, isCode: true)))
    case .text where !column.isCode: return .text(try plain(text, isCode: false))
    case .text, .code: return .text(try plain(text, isCode: true))
    case .industry: return .text(industry(try plain(text, isCode: true)))
    case .uscc: return .text(try uscc(text))
    case .integer(let limits):
      return .integer(try NumberParser.number(text, places: 0, limits))
    case .decimal(let places, let limits):
      return .decimal(units: try NumberParser.number(text, places: places, limits), places: places)
    case .day: return .day(try DayParser.day(text))
    case .flag: return .flag(try flag(text))
    case .word(let words): return .text(try word(text, words))
    case .list(let words):
      return .list(
        try list(text) { item throws(FaultReason) in
          if let words { try word(item, words) } else { column.isMajor ? try major(item) : item }
        })
    case .industryList: return .list(try list(text) { industry($0) })
    }
  }

  /// A cell as it was meant: without what tells a spreadsheet to keep digits as text.
  ///
  /// - Throws: ``FaultReason/damagedCode`` for a code of which a spreadsheet has made a number or a date.
  static func undamaged(_ text: String, _ column: SpreadsheetColumn) throws(FaultReason) -> String {
    switch column.type {
    case .text where !column.isCode && !column.isMajor, .integer, .decimal, .day, .flag, .word:
      return text
    case .uscc: return unquoted(text)
    case .text, .code, .industry, .list, .industryList: break
    }
    let text = unquoted(text)
    let digits =
      switch column.type {
      case .industry, .industryList: 2
      default: 5
      }
    for part in text.split(whereSeparator: { $0 == ";" || $0 == "," || $0 == "、" }) {
      let code = Blanks.narrowed(Blanks.trimmed(String(part)))
      if isSpreadsheetNumber(code, digits: digits) || isSpreadsheetDay(code) { throw .damagedCode }
    }
    return text
  }

  /// `="0802"` is how a spreadsheet is told to keep digits as text.
  private static func unquoted(_ text: String) -> String {
    guard text.count > 3, text.hasPrefix("=\""), text.hasSuffix("\"") else { return text }
    return String(text.dropFirst(2).dropLast())
  }

  /// `1.02377E+11`: twelve digits, as a spreadsheet shows them; or `102377000001.0`, as a program writes
  /// what it holds as a number. Codes of fewer digits may have a point, such as field 8.7.
  private static func isSpreadsheetNumber(_ code: String, digits: Int) -> Bool {
    let halves = code.split(separator: ".", omittingEmptySubsequences: false)
    if halves.count == 2, halves[0].utf8.count >= digits, !halves[1].isEmpty,
      halves[0].utf8.allSatisfy({ (48..<58) ~= $0 }), halves[1].utf8.allSatisfy({ $0 == 48 })
    {
      return true
    }
    let parts = code.split(separator: "E+", omittingEmptySubsequences: false)
    return parts.count == 2 && Double(parts[0]) != nil && Int(parts[1]) != nil
  }

  /// `6月2日` or `2-Jun`: what a spreadsheet makes of `6.2`.
  private static func isSpreadsheetDay(_ code: String) -> Bool {
    if code.hasSuffix("日"), let month = code.firstIndex(of: "月") {
      return Int(code[..<month]) != nil && Int(code[code.index(after: month)...].dropLast()) != nil
    }
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let parts = code.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0].count <= 2 && Int(parts[0]) != nil
      && months.contains(String(parts[1]))
  }

  private static func plain(_ text: String, isCode: Bool) throws(FaultReason) -> String {
    let isPlainASCII = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    if isPlainASCII && text.utf8.count <= longestCode {
      if isCode && isDots(text) { throw .dots }
      return text
    }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0xFFFD: throw .lostCharacter
      case 0x09, 0x0A, 0x0D: if isCode { throw .controlCharacter }
      // Marks that turn the direction of writing make a name look like another.
      case 0..<0x20, 0x7F, 0x202A...0x202E, 0x2066...0x2069: throw .controlCharacter
      default: break
      }
    }
    let plain = isCode ? composed(Blanks.narrowed(text)) : text
    let limit = isCode ? longestCode : longestText
    guard plain.unicodeScalars.count <= limit else { throw .tooLong(limit: limit) }
    if isCode && isDots(plain) { throw .dots }
    return plain
  }

  /// One form of codes that look alike, Unicode's form C: they are equal to us, and so they have to be
  /// to the database, which compares bytes.
  private static func composed(_ code: String) -> String {
    // Nothing below U+0300 is made of others.
    code.unicodeScalars.allSatisfy { $0.value < 0x300 }
      ? code : code.precomposedStringWithCanonicalMapping
  }

  /// In a path these mean folders: no address could name the row.
  private static func isDots(_ code: String) -> Bool { code == "." || code == ".." }

  /// The catalogues of disciplines number by pairs of digits: an odd count has lost its leading zero.
  private static func major(_ code: String) throws(FaultReason) -> String {
    if code.utf8.count % 2 == 1, code.utf8.allSatisfy({ (48..<58).contains($0) }) {
      throw .lostZero(meant: "0" + code)
    }
    return code
  }

  /// `3670` is written for `C3670`: the digits alone tell the section.
  private static func industry(_ text: String) -> String {
    let code = Blanks.narrowed(text).uppercased()
    guard (2...4).contains(code.utf8.count), code.utf8.allSatisfy({ (48..<58).contains($0) }),
      let division = Int(code.prefix(2)), let section = section(ofDivision: division)
    else { return code }
    return section + code
  }

  /// GB/T 4754-2017: the divisions of each section follow one another.
  private static func section(ofDivision division: Int) -> String? {
    let lastDivisions: [(String, Int)] = [
      ("A", 5), ("B", 12), ("C", 43), ("D", 46), ("E", 50), ("F", 52), ("G", 60), ("H", 62),
      ("I", 65), ("J", 69), ("K", 70), ("L", 72), ("M", 75), ("N", 79), ("O", 82), ("P", 83),
      ("Q", 85), ("R", 90), ("S", 96), ("T", 97),
    ]
    return division < 1 ? nil : lastDivisions.first { division <= $0.1 }?.0
  }

  private static func uscc(_ text: String) throws(FaultReason) -> String {
    var code = Blanks.narrowed(text).uppercased()
    // A leading apostrophe is how a spreadsheet is told to keep digits as text.
    if code.hasPrefix("'") { code.removeFirst() }
    do {
      return try UnifiedCode(code).text
    } catch {
      throw .uscc(error)
    }
  }

  private static func flag(_ text: String) throws(FaultReason) -> Bool {
    switch Blanks.narrowed(text).lowercased() {
    case "true", "是", "1": true
    case "false", "否", "0": false
    default: throw .notFlag
    }
  }

  private static func word(_ text: String, _ words: Words) throws(FaultReason) -> String {
    guard let value = words.value(of: Blanks.narrowed(text)) else {
      throw .unknownWord(accepted: words.listing)
    }
    return value
  }

  /// One item of a list.
  ///
  /// - Throws: what is wrong with it, ``FaultReason/wrongForm(_:)`` where the column holds no list.
  static func item(_ text: String, _ column: SpreadsheetColumn) throws(FaultReason) -> String {
    if text.isEmpty { throw .emptyItem }
    let code = try plain(text, isCode: true)
    switch column.type {
    case .list(let words):
      return if let words { try word(code, words) } else { column.isMajor ? try major(code) : code }
    case .industryList: return industry(code)
    default: throw .wrongForm("…")
    }
  }

  private static func list(
    _ text: String, _ item: (String) throws(FaultReason) -> String
  ) throws(FaultReason) -> [String] {
    let parts = Blanks.narrowed(text).split(omittingEmptySubsequences: false) {
      $0 == ";" || $0 == "," || $0 == "、"
    }
    var items: [String] = []
    for part in parts {
      let trimmed = Blanks.trimmed(String(part))
      if trimmed.isEmpty { throw .emptyItem }
      let value = try item(try plain(trimmed, isCode: true))
      if items.contains(value) { throw .repeatedItem(trimmed) }
      items.append(value)
    }
    return items
  }
}
