/// An enumeration's values, and every word that stands for one of them.
struct Words: Sendable {
  /// English values in the order of `fields.csv`.
  let values: [String]
  /// Chinese word of each value, where it differs.
  let chinese: [String: String]
  private let meaning: [String: String]

  init(values: [String], chinese: [String: String]) {
    self.values = values
    self.chinese = chinese.filter { $0.key != $0.value }
    var meaning: [String: String] = [:]
    for value in values {
      meaning[value] = value
      meaning[value.lowercased()] = value
      if let word = chinese[value] { meaning[word.lowercased()] = value }
    }
    self.meaning = meaning
  }

  /// The value that a word in either language stands for.
  func value(of word: String) -> String? {
    meaning[word] ?? meaning[word.lowercased()]
  }

  /// `large 大型、medium 中型 …`, for messages.
  var listing: String {
    values.map { value in chinese[value].map { "\(value) \($0)" } ?? value }.joined(separator: "、")
  }
}

/// The types of `fields.csv`, resolved.
struct Vocabulary {
  /// By column name: a type `rating` means the words of the column `rating` that lists them.
  private let words: [String: Words]

  init(fields: String, words wordList: String) throws {
    var chinese: [String: [String: String]] = [:]
    for row in try Table.rows(wordList) {
      guard let table = row["table"], let column = row["column"], let value = row["value"] else {
        throw CatalogueError.malformed
      }
      chinese["\(table).\(column)", default: [:]][value] = row["value_zh"]
    }
    var words: [String: Words] = [:]
    for row in try Table.rows(fields) {
      guard let type = row["type"], type.contains(","), let table = row["table"],
        let column = row["column"]
      else { continue }
      let name = "\(table).\(column)"
      let found = Words(
        values: type.split(separator: ",").map(String.init), chinese: chinese[name] ?? [:])
      words[name] = found
      words[column] = words[column] ?? found
      words[type] = Words(values: found.values, chinese: found.chinese)
    }
    self.words = words
  }

  func type(
    _ name: String, column: String, limits: NumberLimits, list: ListFact?
  ) throws -> CellType {
    switch name {
    case "text": .text
    case "region", "landuse", "chain", "bank", "university": .code
    case "industry": .industry
    case "uscc": .uscc
    case "int": .integer(limits)
    case "decimal1": .decimal(places: 1, limits)
    case "decimal2": .decimal(places: 2, limits)
    case "decimal4": .decimal(places: 4, limits)
    case "date": .day
    case "bool": .flag
    case "list": try listType(list)
    default: .word(try resolve(name))
    }
  }

  private func listType(_ fact: ListFact?) throws -> CellType {
    switch fact {
    case .words(let source): .list(try resolve(source))
    case .industryDivisions: .industryList
    case .regions, nil: .list(nil)
    }
  }

  private func resolve(_ name: String) throws -> Words {
    guard let found = words[name] else { throw CatalogueError.unknownType(name) }
    return found
  }
}
