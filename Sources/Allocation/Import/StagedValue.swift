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

extension StagedValue: SQLEncodable {
  static var sqlType: PostgresType { .unspecified }

  var isSQLNull: Bool {
    if case .null = self { true } else { false }
  }

  func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    switch self {
    case .null: break
    case .text(let text): try text.encode(into: &writer, as: type)
    case .integer(let value): try value.encode(into: &writer, as: type)
    case .decimal(let units, let places):
      guard let number = Numeric(mantissa: Int128(units), scale: places) else {
        throw ValueError.outOfRange
      }
      try number.encode(into: &writer, as: type)
    case .day(let day): try day.encode(into: &writer, as: type)
    case .flag(let flag): try flag.encode(into: &writer, as: type)
    case .list(let items): try items.encode(into: &writer, as: type)
    }
  }
}
