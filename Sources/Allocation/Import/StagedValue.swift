internal import Postgres

/// A cell as it is stored.
enum StagedValue: Hashable, Sendable {
  case null
  case text(String)
  case integer(Int64)
  /// `units` of 10^−`places`.
  case decimal(units: Int64, places: Int)
  case day(DateOnly)
  case flag(Bool)
  case list([String])
}
