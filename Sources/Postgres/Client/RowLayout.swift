/// What all rows of a result share.
final class RowLayout: Sendable {
  let result: ResultBox
  let types: [PostgresType]
  let callSite: CallSite

  init(_ result: ResultBox, callSite: CallSite) {
    self.result = result
    types = (0..<result.columnCount).map(result.type(ofColumn:))
    self.callSite = callSite
  }

  func names() -> [String] {
    types.indices.map(result.name(ofColumn:))
  }

  /// The first column of that name. O(columns).
  func position(of name: String) -> Int? {
    types.indices.first { result.name(ofColumn: $0) == name }
  }

  func error(_ cause: any Error, column: Int?, row: Int) -> PostgresError {
    if let known = cause as? PostgresError { return known }
    let reason = (cause as? ValueError)?.description ?? "\(type(of: cause))"
    var error = PostgresError(.decoding, reason, callSite: callSite)
    if let column {
      error.column = types.indices.contains(column) ? result.name(ofColumn: column) : "#\(column)"
    }
    error.row = row
    return error
  }

  func missing(column: String) -> PostgresError {
    var error = PostgresError(.decoding, "the result has no such column", callSite: callSite)
    error.column = column
    return error
  }
}
