extension Int: SQLEncodable, SQLDecodable {}
extension Int64: SQLEncodable, SQLDecodable {}
extension Int32: SQLEncodable, SQLDecodable {
  @inlinable public static var sqlType: PostgresType { .int4 }
}
extension Int16: SQLEncodable, SQLDecodable {
  @inlinable public static var sqlType: PostgresType { .int2 }
}

/// Integers read from any integer column, and from `numeric` where it holds a whole number
/// (`sum(bigint)`), as long as the value fits.
extension FixedWidthInteger where Self: SQLEncodable & SQLDecodable & SignedInteger {
  @inlinable public static var sqlType: PostgresType { .int8 }

  @inlinable
  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    switch type {
    case .int8: writer.write(try narrowed(to: Int64.self))
    case .int4: writer.write(try narrowed(to: Int32.self))
    case .int2: writer.write(try narrowed(to: Int16.self))
    default: try encodeRarely(into: &writer, as: type)
    }
  }

  @usableFromInline
  func encodeRarely(into writer: inout ByteWriter, as type: PostgresType) throws {
    switch type {
    case .oid: writer.write(try narrowed(to: UInt32.self))
    case .numeric: try Numeric(self).encode(into: &writer, as: .numeric)
    default: throw ValueError.typeMismatch(type, swift: String(describing: Self.self))
    }
  }

  @inlinable @inline(__always)
  func narrowed<T: FixedWidthInteger>(to _: T.Type) throws -> T {
    guard let value = T(exactly: self) else { throw ValueError.outOfRange }
    return value
  }

  public static func decode(_ cell: Cell) throws -> Self {
    switch cell.type {
    case .int8: try cell.integer(Int64.self).narrowed(to: Self.self)
    case .int4: try cell.integer(Int32.self).narrowed(to: Self.self)
    case .int2: try cell.integer(Int16.self).narrowed(to: Self.self)
    case .oid: try Int64(cell.integer(UInt32.self)).narrowed(to: Self.self)
    case .numeric: try Numeric.decode(cell).integer(Self.self)
    default: throw cell.mismatch(Self.self)
    }
  }
}
