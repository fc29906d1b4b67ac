/// A growing buffer in network byte order, reused from row to row.
///
/// The unsafe part of encoding is confined to this type: every write first reserves its room.
/// Memory is kept until the writer goes away; ``removeAll()`` only resets the length.
@frozen
public struct ByteWriter: ~Copyable, @unchecked Sendable {
  @usableFromInline var base: UnsafeMutableRawPointer
  @usableFromInline var capacity: Int
  @usableFromInline var length: Int

  public init(capacity: Int = 256) {
    self.capacity = Swift.max(capacity, 64)
    base = .allocate(byteCount: self.capacity, alignment: 16)
    length = 0
  }

  deinit {
    base.deallocate()
  }

  /// Bytes written so far.
  @inlinable public var count: Int { length }

  /// Forgets the bytes, keeps the memory.
  @inlinable
  public mutating func removeAll() {
    length = 0
  }

  /// Drops everything after the first `count` bytes, so that a half-written row leaves no trace.
  @inlinable
  mutating func truncate(to count: Int) {
    length = Swift.min(Swift.max(count, 0), length)
  }

  @inlinable @inline(__always)
  mutating func reserve(_ more: Int) {
    if capacity &- length < more { grow(by: more) }
  }

  @usableFromInline @inline(never)
  mutating func grow(by more: Int) {
    let wanted = Swift.max(capacity * 2, length + more)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
    larger.copyMemory(from: base, byteCount: length)
    base.deallocate()
    base = larger
    capacity = wanted
  }

  /// Calls `body` with the bytes written so far; the pointer must not leave the closure.
  func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(UnsafeRawBufferPointer(start: base, count: length))
  }
}

extension ByteWriter {
  /// Appends an integer, most significant byte first.
  @inlinable @inline(__always)
  public mutating func write<T: FixedWidthInteger>(_ value: T) {
    let size = T.bitWidth / 8
    reserve(size)
    (base + length).storeBytes(of: value.bigEndian, as: T.self)
    length &+= size
  }

  /// Appends raw bytes.
  @inlinable
  public mutating func write(bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    reserve(bytes.count)
    (base + length).copyMemory(from: start, byteCount: bytes.count)
    length &+= bytes.count
  }

  /// Appends a string's UTF-8.
  @inlinable
  public mutating func write(utf8 string: String) {
    var string = string
    string.withUTF8 { write(bytes: UnsafeRawBufferPointer($0)) }
  }

  /// Overwrites four bytes at `offset`, which must already have been written.
  @inlinable @inline(__always)
  mutating func patch(_ value: Int32, at offset: Int) {
    guard offset >= 0, offset &+ 4 <= length else { return }
    (base + offset).storeBytes(of: value.bigEndian, as: Int32.self)
  }
}

extension ByteWriter {
  /// Appends one field as COPY, arrays and parameters frame it: length, then payload; −1 for NULL.
  ///
  /// - Throws: ``ValueError`` when the value has no form as `type`.
  @inlinable @inline(__always)
  public mutating func write<V: SQLEncodable>(field value: V, as type: PostgresType) throws {
    if value.isSQLNull { return write(Int32(-1)) }
    let mark = length
    write(Int32(0))
    try value.encode(into: &self, as: type)
    guard let size = Int32(exactly: length &- mark &- 4) else { throw ValueError.tooLong }
    patch(size, at: mark)
  }
}
