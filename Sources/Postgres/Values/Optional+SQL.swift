extension Optional: SQLEncodable where Wrapped: SQLEncodable {
  @inlinable public static var sqlType: PostgresType { Wrapped.sqlType }

  @inlinable
  public var isSQLNull: Bool {
    guard let value = self else { return true }
    return value.isSQLNull
  }

  @inlinable
  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    if let value = self { try value.encode(into: &writer, as: type) }
  }
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
  public static func decode(_ cell: Cell) throws -> Wrapped? {
    cell.isNull ? nil : try Wrapped.decode(cell)
  }
}

/// Enumerations and other wrappers travel as their raw value.
extension SQLEncodable where Self: RawRepresentable, RawValue: SQLEncodable {
  public static var sqlType: PostgresType { RawValue.sqlType }

  public var isSQLNull: Bool { rawValue.isSQLNull }

  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    try rawValue.encode(into: &writer, as: type)
  }
}

extension SQLDecodable where Self: RawRepresentable, RawValue: SQLDecodable {
  /// - Throws: ``ValueError/outOfRange`` for a raw value without a case.
  public static func decode(_ cell: Cell) throws -> Self {
    guard let value = Self(rawValue: try RawValue.decode(cell)) else {
      throw ValueError.outOfRange
    }
    return value
  }
}
