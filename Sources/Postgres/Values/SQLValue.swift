/// A value that can travel to the server: as a parameter, an array element or a COPY field.
///
/// A conforming type states the type it is declared as and writes itself in that type's binary
/// form. COPY asks for the column's type instead, so a type should also write the forms it safely
/// widens or narrows to (an `Int` fits an `integer` column when its value does).
public protocol SQLEncodable: Sendable {
  /// The type a parameter is declared with. ``PostgresType/unspecified`` lets the server infer it,
  /// in which case the value is written as text.
  static var sqlType: PostgresType { get }

  /// `true` where the value stands for SQL's NULL; ``encode(into:as:)`` is then not called.
  var isSQLNull: Bool { get }

  /// Appends the binary form of `type`, without a length.
  ///
  /// - Throws: ``ValueError`` when the value cannot be written as `type`.
  func encode(into writer: inout ByteWriter, as type: PostgresType) throws
}

extension SQLEncodable {
  @inlinable public var isSQLNull: Bool { false }
}

/// A value that can be read from a result's cell.
public protocol SQLDecodable: Sendable {
  /// Reads the cell.
  ///
  /// - Throws: ``ValueError`` for NULL (unless the type is optional), for a type this one cannot
  ///   represent exactly, and for malformed bytes. The row adds the column and the row number.
  static func decode(_ cell: Cell) throws -> Self
}

/// Both directions.
public typealias SQLValue = SQLEncodable & SQLDecodable

/// Why one value could not be written or read. Holds no data, so that it may be logged.
public enum ValueError: Error, Hashable, Sendable {
  case unexpectedNull
  /// The server's type has no exact reading as the Swift type, or the other way round.
  case typeMismatch(PostgresType, swift: String)
  /// The value does not fit: overflow, infinity, a day outside the calendar, NaN.
  case outOfRange
  /// The bytes are not what the type's binary form prescribes.
  case malformed
  /// The text holds U+0000, which no PostgreSQL text can.
  case containsNull
  /// A single value of more than 2 GiB.
  case tooLong
  /// A row with too few or too many values for its columns.
  case columnCount(expected: Int, actual: Int)
}

extension ValueError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unexpectedNull: "NULL where a value is required"
    case .typeMismatch(let type, let swift): "\(type) has no exact form as \(swift)"
    case .outOfRange: "value out of range"
    case .malformed: "malformed value"
    case .containsNull: "text contains U+0000"
    case .tooLong: "value longer than 2 GiB"
    case .columnCount(let expected, let actual): "\(actual) values for \(expected) columns"
    }
  }
}
