public import FoundationEssentials

/// A `uuid`: sixteen bytes. Foundation's `UUID` travels as well.
public struct UUIDValue: Hashable, Sendable {
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Parses 32 hexadecimal digits with or without hyphens; `nil` for anything else.
  public init?(text: String) {
    var value: UInt128 = 0
    var digits = 0
    for character in text.utf8 where character != UInt8(ascii: "-") {
      guard digits < 32, let digit = Character(UnicodeScalar(character)).hexDigitValue else {
        return nil
      }
      value = value << 4 | UInt128(digit)
      digits += 1
    }
    guard digits == 32 else { return nil }
    self.init(high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
  }
}

extension UUIDValue: CustomStringConvertible {
  /// Lower-case digits in groups of 8-4-4-4-12.
  public var description: String {
    let digits = [high, low].map { word in
      let hex = String(word, radix: 16)
      return String(repeating: "0", count: 16 - hex.count) + hex
    }.joined()
    var result = ""
    for (position, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(position) { result += "-" }
      result.append(digit)
    }
    return result
  }
}

extension UUIDValue: SQLEncodable, SQLDecodable {
  public static var sqlType: PostgresType { .uuid }

  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    guard type == .uuid else { throw ValueError.typeMismatch(type, swift: "UUID") }
    writer.write(high)
    writer.write(low)
  }

  public static func decode(_ cell: Cell) throws -> UUIDValue {
    guard cell.type == .uuid else { throw cell.mismatch(UUIDValue.self) }
    let whole = try cell.integer(UInt128.self)
    return UUIDValue(
      high: UInt64(truncatingIfNeeded: whole >> 64), low: UInt64(truncatingIfNeeded: whole))
  }
}

extension UUIDValue: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = UUIDValue(text: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a UUID"))
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension UUID: SQLEncodable, SQLDecodable {
  public static var sqlType: PostgresType { .uuid }

  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    guard type == .uuid else { throw ValueError.typeMismatch(type, swift: "UUID") }
    withUnsafeBytes(of: uuid) { writer.write(bytes: $0) }
  }

  public static func decode(_ cell: Cell) throws -> UUID {
    guard cell.type == .uuid else { throw cell.mismatch(UUID.self) }
    let bytes = try cell.bytes()
    guard bytes.count == 16 else { throw ValueError.malformed }
    return UUID(uuid: bytes.loadUnaligned(as: uuid_t.self))
  }
}

extension UUID: ArrayElement {}
