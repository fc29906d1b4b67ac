/// One field of a result, borrowed: it is only valid inside ``SQLDecodable/decode(_:)``.
public struct Cell {
  /// The column's type; domains arrive as the type beneath.
  public let type: PostgresType
  let start: UnsafeRawPointer?
  let count: Int

  init(type: PostgresType, start: UnsafeRawPointer?, count: Int) {
    self.type = type
    self.start = start
    self.count = count
  }

  public var isNull: Bool { start == nil }

  /// The field's bytes in the type's binary form.
  ///
  /// - Throws: ``ValueError/unexpectedNull`` for NULL.
  public func bytes() throws -> UnsafeRawBufferPointer {
    guard let start else { throw ValueError.unexpectedNull }
    return UnsafeRawBufferPointer(start: start, count: count)
  }

  /// The field as one big-endian integer of exactly `T`'s width.
  ///
  /// - Throws: ``ValueError/malformed`` when the width differs.
  func integer<T: FixedWidthInteger>(_: T.Type) throws -> T {
    let bytes = try bytes()
    guard bytes.count == T.bitWidth / 8 else { throw ValueError.malformed }
    return T(bigEndian: bytes.loadUnaligned(as: T.self))
  }

  func mismatch<T>(_: T.Type) -> ValueError {
    .typeMismatch(type, swift: String(describing: T.self))
  }
}

/// Reads a binary value from front to back; every read is checked.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  var remaining: Int { bytes.count - position }

  mutating func read<T: FixedWidthInteger>(_: T.Type) throws -> T {
    let size = T.bitWidth / 8
    guard remaining >= size else { throw ValueError.malformed }
    defer { position += size }
    return T(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
  }

  /// A field with its length in front, as arrays and COPY frame it.
  mutating func readField(_ type: PostgresType) throws -> Cell {
    let length = try read(Int32.self)
    guard length >= 0 else { return Cell(type: type, start: nil, count: 0) }
    guard Int(length) <= remaining, let base = bytes.baseAddress else { throw ValueError.malformed }
    defer { position += Int(length) }
    return Cell(type: type, start: base + position, count: Int(length))
  }
}
