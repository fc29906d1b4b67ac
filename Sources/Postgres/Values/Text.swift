/// Text. Sent without a declared type, so that the server infers it; read from every type whose
/// binary form is text, from JSON and from user-defined types (enumerations, `citext`).
extension String: SQLEncodable, SQLDecodable {
  @inlinable public static var sqlType: PostgresType { .unspecified }

  @inlinable
  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    switch type {
    case .text, .unspecified, .varchar, .bpchar: try encodeText(into: &writer)
    default: try encodeRarely(into: &writer, as: type)
    }
  }

  @usableFromInline
  func encodeRarely(into writer: inout ByteWriter, as type: PostgresType) throws {
    switch type {
    case .json, .name, .xml, .unknown: try encodeText(into: &writer)
    case .jsonb:
      writer.write(JSONText.binaryVersion)
      try encodeText(into: &writer)
    case .uuid: try parsed(UUIDValue.init(text:)).encode(into: &writer, as: type)
    case .date: try parsed(DateOnly.init(text:)).encode(into: &writer, as: type)
    case .numeric: try parsed(Numeric.init(text:)).encode(into: &writer, as: type)
    default:
      guard type.isUserDefined else { throw ValueError.typeMismatch(type, swift: "String") }
      try encodeText(into: &writer)
    }
  }

  @inlinable
  func encodeText(into writer: inout ByteWriter) throws {
    var text = self
    try text.withUTF8 { utf8 in
      guard !utf8.contains(0) else { throw ValueError.containsNull }
      writer.write(bytes: UnsafeRawBufferPointer(utf8))
    }
  }

  private func parsed<T>(_ parse: (String) -> T?) throws -> T {
    guard let value = parse(self) else { throw ValueError.malformed }
    return value
  }

  public static func decode(_ cell: Cell) throws -> String {
    switch cell.type {
    case .text, .varchar, .bpchar, .name, .json, .xml, .unknown, .char:
      return try text(cell.bytes())
    case .jsonb:
      return try JSONText.decode(cell).text
    default:
      guard cell.type.isUserDefined else { throw cell.mismatch(String.self) }
      let bytes = try cell.bytes()
      // A composite or range also has a user's type number; its binary form shows by its zeros.
      guard !bytes.contains(0) else { throw cell.mismatch(String.self) }
      return try text(bytes)
    }
  }

  static func text(_ bytes: UnsafeRawBufferPointer) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw ValueError.malformed }
    return text
  }
}

/// JSON as its text, for `json` and `jsonb` columns. Nothing checks it before the server does.
///
/// Declared `jsonb`, so the server puts keys in order and drops white space; to keep a text as it is
/// in a `json` column, pass a `String`.
public struct JSONText: Hashable, Sendable {
  /// The only layout of `jsonb`'s binary form so far.
  static let binaryVersion: UInt8 = 1

  public var text: String

  public init(_ text: String) {
    self.text = text
  }
}

extension JSONText: SQLEncodable, SQLDecodable {
  public static var sqlType: PostgresType { .jsonb }

  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    switch type {
    case .jsonb, .json, .text: try text.encode(into: &writer, as: type)
    default: throw ValueError.typeMismatch(type, swift: "JSONText")
    }
  }

  public static func decode(_ cell: Cell) throws -> JSONText {
    let bytes = try cell.bytes()
    switch cell.type {
    case .json, .text: return JSONText(try String.text(bytes))
    case .jsonb:
      guard bytes.first == binaryVersion else { throw ValueError.malformed }
      return JSONText(try String.text(UnsafeRawBufferPointer(rebasing: bytes.dropFirst())))
    default: throw cell.mismatch(JSONText.self)
    }
  }
}

extension JSONText: ExpressibleByStringLiteral, CustomStringConvertible {
  public init(stringLiteral value: String) {
    self.init(value)
  }

  public var description: String { text }
}
