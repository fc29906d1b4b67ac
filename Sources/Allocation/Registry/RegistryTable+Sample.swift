internal import Embedded

extension RegistryTable {
  /// A row as a caller could send it: the sample city's first of this table. Empty columns are left
  /// out.
  public var sample: [String: FieldValue] {
    let file = EmbeddedFiles.sampleCity.first { $0.name == "\(name).csv" }?.text ?? ""
    let lines = file.split(separator: "\n", maxSplits: 2).prefix(2).joined(separator: "\n")
    guard let row = try? Table.rows(lines).first else { return [:] }
    var fields: [String: FieldValue] = [:]
    for column in columns {
      guard let cell = row[column.name], !cell.isEmpty,
        let value = try? CellParser.parse(cell, column.column)
      else { continue }
      fields[column.name] = value.field
    }
    return fields
  }
}

extension StagedValue {
  fileprivate var field: FieldValue {
    switch self {
    case .null: .null
    case .integer: .number(text ?? "")
    case .text, .decimal, .day: .text(text ?? "")
    case .flag(let flag): .truth(flag)
    case .list(let items): .list(items.map(FieldValue.text))
    }
  }
}
