/// What a problem looks like, which decides the algorithm.
public enum Structure: String, Hashable, Sendable {
  /// Every use is one unit, and no option uses more than one row: assignment and transportation.
  case oneRow = "one_row"
  /// Every use is one unit, and rows are nested: of two rows either one's options are all among the
  /// other's, or they share none. An option's rows are then a chain in a forest of rows.
  case nestedRows = "nested_rows"
  /// Anything else.
  case general
}

extension Structure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .oneRow: "unit uses and one row an option"
    case .nestedRows: "unit uses and nested rows"
    case .general: "uses of several units or crossing rows"
    }
  }
}
