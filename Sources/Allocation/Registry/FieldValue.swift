/// A field as a caller sent it: numbers as they were written, nothing through binary floating point.
public enum FieldValue: Hashable, Sendable {
  case null
  case text(String)
  case number(String)
  case truth(Bool)
  case list([FieldValue])
  /// Something that no column holds.
  case other
}

/// What is wrong with one field.
public struct RowFault: Error, Hashable, Sendable {
  /// The column; the row as a whole if `nil`.
  public let column: String?
  /// The item of a list, from 0.
  public let item: Int?
  let reason: FaultReason

  init(_ column: String?, item: Int? = nil, _ reason: FaultReason) {
    self.column = column
    self.item = item
    self.reason = reason
  }

  /// A stable name for the kind of fault, for example `uscc_check_digit`.
  public var code: String { reason.code }

  /// What is wrong.
  public func message(_ language: Language) -> String {
    language == .chinese ? reason.chinese.message : reason.english.message
  }

  /// What to do about it.
  public func remedy(_ language: Language) -> String {
    language == .chinese ? reason.chinese.remedy : reason.english.remedy
  }
}

extension RegistryColumn {
  /// Reads a field: the importer's checks of a cell, and the one form that JSON gives the value.
  /// Decimals are texts, whole numbers are numbers, days are `YYYY-MM-DD`, words are English.
  func parse(_ value: FieldValue) throws(RowFault) -> StagedValue {
    do throws(FaultReason) {
      switch value {
      case .null: return try CellParser.parse("", column)
      case .text(let text): return try parse(text: text)
      case .number(let digits):
        guard case .integer = column.type else { throw wrongForm }
        return try CellParser.parse(digits, column)
      case .truth(let flag):
        guard case .flag = column.type else { throw wrongForm }
        return .flag(flag)
      case .list, .other: break
      }
    } catch {
      throw RowFault(name, error)
    }
    guard case .list(let items) = value else { throw RowFault(name, wrongForm) }
    return try parse(items: items)
  }

  /// The value as the registry would hold it, as text; of a list, its only item.
  ///
  /// - Returns: `nil` for what the column cannot hold.
  public func canonical(_ value: FieldValue) -> String? {
    (try? parse(value))?.text
  }

  private func parse(text: String) throws(FaultReason) -> StagedValue {
    switch column.type {
    case .integer, .flag, .list, .industryList: throw wrongForm
    case .decimal where !text.utf8.allSatisfy({ Self.isDecimal($0) }): throw .notNumber(.other)
    case .day where text.utf8.count != 10 || !text.utf8.allSatisfy({ Self.isISODay($0) }):
      throw .notDay
    case .word(let words) where !words.values.contains(text):
      throw .unknownWord(accepted: words.listing)
    default: break
    }
    let trimmed = Blanks.trimmed(text)
    if trimmed.isEmpty { throw .missingValue }
    return try CellParser.parse(trimmed, column)
  }

  private func parse(items: [FieldValue]) throws(RowFault) -> StagedValue {
    var found: [String] = []
    var known: Set<String> = []
    for (index, item) in items.enumerated() {
      do throws(FaultReason) {
        guard case .text(let text) = item else { throw wrongForm }
        let value = try CellParser.item(Blanks.trimmed(text), column)
        guard known.insert(value).inserted else { throw FaultReason.repeatedItem(text) }
        found.append(value)
      } catch {
        throw RowFault(name, item: index, error)
      }
    }
    // An optional list that is empty is one that was not given.
    if found.isEmpty {
      if column.isRequired { throw RowFault(name, .missingValue) }
      return .null
    }
    return .list(found)
  }

  private var wrongForm: FaultReason { .wrongForm(form.example) }

  private static func isDecimal(_ byte: UInt8) -> Bool {
    (48..<58).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
  }

  private static func isISODay(_ byte: UInt8) -> Bool {
    (48..<58).contains(byte) || byte == UInt8(ascii: "-")
  }
}

extension RegistryColumn.Form {
  /// A value as JSON writes it, for messages.
  public var example: String {
    switch self {
    case .text, .code: "\"text\""
    case .integer: "12"
    case .decimal(let places, _, _): "\"12." + String(repeating: "5", count: max(1, places)) + "\""
    case .day: "\"2026-11-20\""
    case .flag: "true"
    case .word(let words): "\"\(words.first ?? "word")\""
    case .list: "[\"item\"]"
    }
  }
}
