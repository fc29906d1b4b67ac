/// What staff call tables and values, for messages in Chinese.
extension Catalogue {
  private static let known = try? embedded()

  /// The Chinese name of a table, its own where it has none.
  static func title(of table: String) -> String {
    known?.table(named: table)?.title ?? table
  }

  /// The Chinese word for a value of a column with fixed words, such as 副教授; the value itself where
  /// it has none, or another in another column.
  static func staffWord(_ value: String) -> String {
    staffWords[value] ?? value
  }

  private static let staffWords: [String: String] = {
    var found: [String: Set<String>] = [:]
    for column in known?.tables.flatMap(\.columns) ?? [] {
      guard case .word(let words) = column.type else { continue }
      for (value, word) in words.chinese { found[value, default: []].insert(word) }
    }
    return found.compactMapValues { $0.count == 1 ? $0.first : nil }
  }()
}
