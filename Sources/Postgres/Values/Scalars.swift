extension Bool: SQLEncodable, SQLDecodable {
  @inlinable public static var sqlType: PostgresType { .bool }

  @inlinable
  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    guard type == .bool else { throw ValueError.typeMismatch(type, swift: "Bool") }
    writer.write(UInt8(self ? 1 : 0))
  }

  public static func decode(_ cell: Cell) throws -> Bool {
    guard cell.type == .bool else { throw cell.mismatch(Bool.self) }
    return try cell.integer(UInt8.self) != 0
  }
}

/// Binary floating point, for measurements such as durations; money and areas are ``Numeric``.
extension Double: SQLEncodable, SQLDecodable {
  @inlinable public static var sqlType: PostgresType { .float8 }

  @inlinable
  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    guard type == .float8 else { throw ValueError.typeMismatch(type, swift: "Double") }
    writer.write(bitPattern)
  }

  public static func decode(_ cell: Cell) throws -> Double {
    switch cell.type {
    case .float8: Double(bitPattern: try cell.integer(UInt64.self))
    case .float4: Double(Float(bitPattern: try cell.integer(UInt32.self)))
    default: throw cell.mismatch(Double.self)
    }
  }
}
