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

extension StagedValue {
  /// As a parameter that has its own type.
  var parameter: SQL {
    switch self {
    case .null: "NULL"
    case .text(let text): "\(text)"
    case .integer(let value): "\(value)"
    case .decimal(let units, let places): "\(Numeric(mantissa: Int128(units), scale: places))"
    case .day(let day): "\(day)"
    case .flag(let flag): "\(flag)"
    case .list(let items): "\(items)"
    }
  }

  /// As the database writes it; `nil` for nothing and for several items.
  var text: String? {
    switch self {
    case .null: nil
    case .text(let text): text
    case .integer(let value): "\(value)"
    case .decimal(let units, let places):
      Numeric(mantissa: Int128(units), scale: places).map { "\($0)" }
    case .day(let day): "\(day)"
    case .flag(let flag): "\(flag)"
    case .list(let items): items.count == 1 ? items[0] : nil
    }
  }
}

extension StagedValue {
  /// As JSON that PostgreSQL reads into a column: numbers and days are texts in it, since it reads
  /// the text of either.
  var json: String {
    switch self {
    case .null: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .list(let items): "[\(items.map(JSONText.quoted).joined(separator: ","))]"
    case .text, .integer, .decimal, .day: text.map(JSONText.quoted) ?? "null"
    }
  }
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
