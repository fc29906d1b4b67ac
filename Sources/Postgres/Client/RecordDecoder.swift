/// Columns by name, and by the camel case of their name: `known_from` is found as `knownFrom`.
struct RecordColumns: Sendable {
  private let positions: [String: Int]

  init(_ names: [String]) {
    var positions: [String: Int] = [:]
    for (position, name) in names.enumerated() {
      for key in [name, Self.camelCase(name)] where positions[key] == nil {
        positions[key] = position
      }
    }
    self.positions = positions
  }

  subscript(key: some CodingKey) -> Int? { positions[key.stringValue] }

  static func camelCase(_ name: String) -> String {
    let parts = name.split(separator: "_")
    return parts.prefix(1).map(String.init).joined()
      + parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}

extension Row {
  /// The row as a record: columns are found by the property's name or its `snake_case` form.
  /// Property types are those of ``SQLDecodable``, and enumerations over them.
  ///
  /// - Throws: ``PostgresError`` of kind `decoding`, naming column, type and row.
  public func record<T: Decodable>(as _: T.Type = T.self) throws -> T {
    try record(as: T.self, columns: RecordColumns(layout.names()))
  }

  func record<T: Decodable>(as _: T.Type, columns: RecordColumns) throws -> T {
    do {
      return try T(from: RecordDecoder(row: self, columns: columns))
    } catch let error as DecodingError {
      throw layout.error(error, column: nil, row: index)
    }
  }
}

/// Shows a row to `Decodable` as one flat keyed container.
private struct RecordDecoder: Decoder {
  let row: Row
  let columns: RecordColumns
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy _: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(RecordContainer(row: row, columns: columns))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw PostgresError(.decoding, "a row is a record, not a list", callSite: row.layout.callSite)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    guard row.layout.types.count == 1 else {
      throw row.layout.error(
        ValueError.columnCount(expected: row.layout.types.count, actual: 1), column: nil,
        row: row.index)
    }
    return CellContainer(row: row, column: 0)
  }
}

private struct RecordContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let row: Row
  let columns: RecordColumns
  var codingPath: [any CodingKey] { [] }

  var allKeys: [Key] { row.layout.names().compactMap(Key.init(stringValue:)) }

  func contains(_ key: Key) -> Bool { columns[key] != nil }

  private func column(_ key: Key) throws -> Int {
    guard let column = columns[key] else { throw row.layout.missing(column: key.stringValue) }
    return column
  }

  func decodeNil(forKey key: Key) throws -> Bool {
    let column = try column(key)
    return row.result.cell(row: row.index, column: column, type: .unspecified).isNull
  }

  func decode<T: Decodable>(_: T.Type, forKey key: Key) throws -> T {
    try CellContainer(row: row, column: try column(key)).decode(T.self)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy _: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    throw row.layout.missing(column: key.stringValue)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw row.layout.missing(column: key.stringValue)
  }

  func superDecoder() throws -> any Decoder { RecordDecoder(row: row, columns: columns) }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    CellDecoder(cell: CellContainer(row: row, column: try column(key)))
  }
}

/// Lets enumerations and other wrappers read their raw value from one cell.
private struct CellDecoder: Decoder {
  let cell: CellContainer
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy _: Key.Type) throws -> KeyedDecodingContainer<Key> {
    throw cell.unsupported(Key.self)
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw cell.unsupported([Never].self)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { cell }
}

private struct CellContainer: SingleValueDecodingContainer {
  let row: Row
  let column: Int
  var codingPath: [any CodingKey] { [] }

  func unsupported<T>(_: T.Type) -> PostgresError {
    row.layout.error(
      ValueError.typeMismatch(row.layout.types[column], swift: String(describing: T.self)),
      column: column, row: row.index)
  }

  func decodeNil() -> Bool {
    row.result.cell(row: row.index, column: column, type: .unspecified).isNull
  }

  func decode<T: Decodable>(_: T.Type) throws -> T {
    if let type = T.self as? any SQLDecodable.Type {
      guard let value = try row.decode(type, at: column) as? T else { throw unsupported(T.self) }
      return value
    }
    do {
      return try T(from: CellDecoder(cell: self))
    } catch let error as DecodingError {
      throw row.layout.error(error, column: column, row: row.index)
    }
  }

  private func value<T: SQLDecodable>() throws -> T { try row.decode(T.self, at: column) }

  private func narrow<T: FixedWidthInteger>() throws -> T {
    guard let narrow = T(exactly: try value() as Int64) else {
      throw row.layout.error(ValueError.outOfRange, column: column, row: row.index)
    }
    return narrow
  }

  func decode(_: Bool.Type) throws -> Bool { try value() }
  func decode(_: String.Type) throws -> String { try value() }
  func decode(_: Double.Type) throws -> Double { try value() }
  func decode(_: Float.Type) throws -> Float { throw unsupported(Float.self) }
  func decode(_: Int.Type) throws -> Int { try value() }
  func decode(_: Int8.Type) throws -> Int8 { try narrow() }
  func decode(_: Int16.Type) throws -> Int16 { try value() }
  func decode(_: Int32.Type) throws -> Int32 { try value() }
  func decode(_: Int64.Type) throws -> Int64 { try value() }
  func decode(_: UInt.Type) throws -> UInt { try narrow() }
  func decode(_: UInt8.Type) throws -> UInt8 { try narrow() }
  func decode(_: UInt16.Type) throws -> UInt16 { try narrow() }
  func decode(_: UInt32.Type) throws -> UInt32 { try narrow() }
  func decode(_: UInt64.Type) throws -> UInt64 { try narrow() }
}
