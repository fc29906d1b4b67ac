import Foundation
import Glibc

@testable import Allocation

/// Rewrites plain files the way an office would send them: Chinese names and headers, GB18030 or a
/// byte order mark, shuffled columns, Chinese dates and words, thousands separators.
struct OfficeRewriter {
  private var random: SplitMix
  /// Everything at once in every file, where otherwise each file draws its own forms.
  private let isThorough: Bool

  init(seed: UInt64, isThorough: Bool = false) {
    random = SplitMix(seed: seed)
    self.isThorough = isThorough
  }

  func rewrite(_ folder: String) throws -> [String: [UInt8]] {
    var copy = self
    var files: [String: [UInt8]] = [:]
    for table in try Catalogue.embedded().tables {
      let url = URL(filePath: folder).appending(path: table.name + ".csv")
      let rows = try Table.rows(String(contentsOf: url, encoding: .utf8))
      let name = isThorough || Bool.random(using: &copy.random) ? table.title : table.name
      files[name + ".csv"] = try copy.encode(copy.text(table, rows))
    }
    return files
  }

  private mutating func text(_ table: Spreadsheet, _ rows: [[String: String]]) -> String {
    let columns = table.columns.shuffled(using: &random)
    let header = columns.map {
      !isThorough && Int.random(in: 0..<4, using: &random) == 0 ? $0.name : $0.header
    }
    var lines = [header.joined(separator: ",")]
    for row in rows {
      lines.append(columns.map { quoted(cell(row[$0.name] ?? "", $0)) }.joined(separator: ","))
    }
    let end = Bool.random(using: &random) ? "\r\n" : "\n"
    return lines.joined(separator: end) + end
  }

  private mutating func cell(_ text: String, _ column: SpreadsheetColumn) -> String {
    if text.isEmpty { return text }
    switch column.type {
    case .day:
      let parts = text.split(separator: "-").compactMap { Int($0) }
      let chinese = "\(parts[0])年\(parts[1])月\(parts[2])日"
      if isThorough { return chinese }
      let forms = [text, "\(parts[0])/\(parts[1])/\(parts[2])", chinese]
      return forms.randomElement(using: &random) ?? text
    case .flag:
      if isThorough { return text == "true" ? "是" : "否" }
      let forms = text == "true" ? ["true", "是", "1"] : ["false", "否", "0"]
      return forms.randomElement(using: &random) ?? text
    case .integer: return grouped(text)
    case .word(let words): return words.chinese[text] ?? text
    case .list(let words):
      let items = text.split(separator: ";").map { words?.chinese[String($0)] ?? String($0) }
      return items.joined(separator: [";", "；", "、", ","].randomElement(using: &random) ?? ";")
    default: return text
    }
  }

  private mutating func grouped(_ text: String) -> String {
    guard text.count > 3, Bool.random(using: &random) else { return text }
    let head = text.count % 3 == 0 ? 3 : text.count % 3
    var groups = [String(text.prefix(head))]
    var rest = text.dropFirst(head)
    while !rest.isEmpty {
      groups.append(String(rest.prefix(3)))
      rest = rest.dropFirst(3)
    }
    return groups.joined(separator: ",")
  }

  private func quoted(_ text: String) -> String {
    text.contains(",") ? "\"\(text)\"" : text
  }

  private mutating func encode(_ text: String) throws -> [UInt8] {
    switch isThorough ? 2 : Int.random(in: 0..<3, using: &random) {
    case 0: return Array(text.utf8)
    case 1: return [0xEF, 0xBB, 0xBF] + Array(text.utf8)
    default: return try gb18030(Array(text.utf8))
    }
  }

  private func gb18030(_ text: [UInt8]) throws -> [UInt8] {
    let converter = iconv_open("GB18030", "UTF-8")
    defer { iconv_close(converter) }
    var input = text
    var failed = false
    let output = [UInt8](unsafeUninitializedCapacity: text.count * 2) { buffer, count in
      input.withUnsafeMutableBytes { bytes in
        var from = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        var fromLeft = bytes.count
        var to = UnsafeMutableRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
        var toLeft = buffer.count
        failed = iconv(converter, &from, &fromLeft, &to, &toLeft) == -1
        count = buffer.count - toLeft
      }
    }
    if failed { throw CocoaError(.fileWriteInapplicableStringEncoding) }
    return output
  }
}
