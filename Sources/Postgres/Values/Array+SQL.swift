/// One-dimensional arrays; `[UInt8]` is `bytea`. An array of optionals may hold NULLs.
extension Array: SQLEncodable where Element: ArrayElement {
  public static var sqlType: PostgresType { Element.sqlArrayType }

  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    try Element.encode(array: self, into: &writer, as: type)
  }
}

extension Array: SQLDecodable where Element: ArrayElement {
  public static func decode(_ cell: Cell) throws -> [Element] {
    try Element.decodeArray(cell)
  }
}

/// What an array may hold. Every value type does; `UInt8` does too, and makes `bytea` of it.
public protocol ArrayElement: Sendable {
  static var sqlArrayType: PostgresType { get }
  static func encode(array: [Self], into writer: inout ByteWriter, as type: PostgresType) throws
  static func decodeArray(_ cell: Cell) throws -> [Self]
}

extension ArrayElement where Self: SQLEncodable & SQLDecodable {
  public static var sqlArrayType: PostgresType { sqlType.array ?? .unspecified }

  public static func encode(
    array: [Self], into writer: inout ByteWriter, as type: PostgresType
  ) throws {
    guard let element = type.element, let count = Int32(exactly: array.count) else {
      throw ValueError.typeMismatch(type, swift: "[\(Self.self)]")
    }
    writer.write(Int32(array.isEmpty ? 0 : 1))
    writer.write(Int32(array.contains { $0.isSQLNull } ? 1 : 0))
    writer.write(element.rawValue)
    guard !array.isEmpty else { return }
    writer.write(count)
    writer.write(Int32(1))
    for value in array { try writer.write(field: value, as: element) }
  }

  public static func decodeArray(_ cell: Cell) throws -> [Self] {
    var reader = ByteReader(try cell.bytes())
    guard cell.type.element != nil || cell.type.isUserDefined else {
      throw cell.mismatch([Self].self)
    }
    let dimensions = try reader.read(Int32.self)
    _ = try reader.read(Int32.self)
    let element = PostgresType(rawValue: try reader.read(UInt32.self))
    guard dimensions > 0 else { return [] }
    guard dimensions == 1 else { throw cell.mismatch([Self].self) }
    let count = Int(try reader.read(Int32.self))
    _ = try reader.read(Int32.self)
    // Each element takes four bytes at least: a false count cannot make us reserve memory.
    guard count >= 0, reader.remaining / 4 >= count else { throw ValueError.malformed }
    var result: [Self] = []
    result.reserveCapacity(count)
    for _ in 0..<count { result.append(try decode(try reader.readField(element))) }
    return result
  }
}

extension UInt8: ArrayElement {
  public static var sqlArrayType: PostgresType { .bytea }

  public static func encode(
    array: [UInt8], into writer: inout ByteWriter, as type: PostgresType
  ) throws {
    guard type == .bytea else { throw ValueError.typeMismatch(type, swift: "[UInt8]") }
    array.withUnsafeBytes { writer.write(bytes: $0) }
  }

  public static func decodeArray(_ cell: Cell) throws -> [UInt8] {
    guard cell.type == .bytea else { throw cell.mismatch([UInt8].self) }
    return [UInt8](try cell.bytes())
  }
}

extension Bool: ArrayElement {}
extension Int: ArrayElement {}
extension Int16: ArrayElement {}
extension Int32: ArrayElement {}
extension Int64: ArrayElement {}
extension Double: ArrayElement {}
extension Numeric: ArrayElement {}
extension String: ArrayElement {}
extension DateOnly: ArrayElement {}
extension Timestamp: ArrayElement {}
extension UUIDValue: ArrayElement {}
extension JSONText: ArrayElement {}
extension Optional: ArrayElement where Wrapped: SQLEncodable & SQLDecodable {}
