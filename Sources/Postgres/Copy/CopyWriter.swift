/// Collects rows in COPY's binary form and hands them on in pieces.
///
/// Memory stays flat: once a piece is full, ``write(_:)`` waits until the server has taken it.
/// Belongs to one `copyIn` closure; not to be used by two tasks at once.
public final class CopyWriter {
  @usableFromInline var buffer: ByteWriter
  @usableFromInline let types: [PostgresType]
  @usableFromInline let pieceSize = 65_536
  private let sink: CopySink
  /// Rows written so far.
  public var rows: Int { rowCount }
  @usableFromInline var rowCount = 0

  init(types: [PostgresType], sink: CopySink) {
    self.types = types
    self.sink = sink
    buffer = ByteWriter(capacity: pieceSize + 8192)
    Self.signature.withUnsafeBytes { buffer.write(bytes: $0) }
  }

  /// "PGCOPY\n\377\r\n\0", no flags, no header extension.
  private static let signature: [UInt8] =
    Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)

  /// Writes one row: as many values as there are columns, in their order.
  ///
  /// Each value is written as its column's type; an `Int` fits an `integer` column as long as it
  /// is in range.
  ///
  /// - Throws: ``ValueError`` for a value without a form as its column's type, a wrong number of
  ///   values; ``PostgresError`` when the connection broke; `CancellationError`.
  @inlinable
  public func write<each V: SQLEncodable>(_ values: repeat each V) async throws {
    try append(repeat each values)
    if buffer.count >= pieceSize { try await flush() }
  }

  @inlinable @inline(__always)
  func append<each V: SQLEncodable>(_ values: repeat each V) throws {
    let start = buffer.count
    do {
      buffer.write(Int16(truncatingIfNeeded: types.count))
      var column = 0
      for value in repeat each values {
        guard column < types.count else {
          throw ValueError.columnCount(expected: types.count, actual: column + 1)
        }
        try buffer.write(field: value, as: types[column])
        column &+= 1
      }
      guard column == types.count else {
        throw ValueError.columnCount(expected: types.count, actual: column)
      }
    } catch {
      // A caller may skip the row and go on.
      buffer.truncate(to: start)
      throw error
    }
    rowCount &+= 1
  }

  /// Writes one row whose number of values is only known at run time.
  ///
  /// - Throws: as ``write(_:)``.
  public func write(row values: [any SQLEncodable]) async throws {
    let start = buffer.count
    do {
      guard values.count == types.count else {
        throw ValueError.columnCount(expected: types.count, actual: values.count)
      }
      buffer.write(Int16(truncatingIfNeeded: types.count))
      for (value, type) in zip(values, types) { try buffer.write(field: value, as: type) }
    } catch {
      buffer.truncate(to: start)
      throw error
    }
    rowCount += 1
    if buffer.count >= pieceSize { try await flush() }
  }

  @usableFromInline
  func flush() async throws {
    try await sink.put(buffer)
    buffer.removeAll()
  }

  /// The end mark and what is still in the buffer.
  func finish() async throws {
    buffer.write(Int16(-1))
    try await flush()
  }
}

/// Takes raw COPY data, in any pieces, in the format the command named.
public struct CopyBytesWriter {
  let sink: CopySink

  /// Waits until libpq could pass the bytes on to the socket.
  ///
  /// - Throws: ``PostgresError`` when the connection broke; `CancellationError`.
  public func write(_ bytes: [UInt8]) async throws {
    try await sink.put(bytes)
  }
}
