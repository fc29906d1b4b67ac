internal import CLibPQ

/// A statement's values as libpq wants them: types, pointers, lengths and formats.
struct EncodedParameters {
  let types: [PostgresType]
  private let bytes: [UInt8]
  private let offsets: [Int?]
  private let lengths: [Int32]
  private let formats: [Int32]

  static let none = EncodedParameters()

  private init() {
    (types, bytes, offsets, lengths, formats) = ([], [], [], [], [])
  }

  /// - Throws: ``ValueError`` for a value without a form as its type.
  init(_ values: [any SQLEncodable]) throws {
    var writer = ByteWriter(capacity: 16 * values.count)
    let types = values.map { Swift.type(of: $0).sqlType }
    var offsets: [Int?] = []
    var lengths: [Int32] = []
    offsets.reserveCapacity(values.count)
    lengths.reserveCapacity(values.count)
    for (value, type) in zip(values, types) {
      let start = writer.count
      if !value.isSQLNull { try value.encode(into: &writer, as: type) }
      guard let length = Int32(exactly: writer.count - start) else { throw ValueError.tooLong }
      offsets.append(value.isSQLNull ? nil : start)
      lengths.append(length)
      // libpq measures text by its final zero.
      if type == .unspecified { writer.write(UInt8(0)) }
    }
    // One byte more, so that a value of no bytes has an address too: without one it would be NULL.
    writer.write(UInt8(0))
    self.types = types
    bytes = writer.withBytes { Array($0) }
    self.offsets = offsets
    self.lengths = lengths
    formats = types.map { $0 == .unspecified ? 0 : 1 }
  }

  /// Calls `send` with count, types, values, lengths and formats.
  func withPointers<R>(
    _ send: (
      Int32, UnsafePointer<Oid>?, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?,
      UnsafePointer<Int32>?
    ) -> R
  ) -> R {
    guard !types.isEmpty else { return send(0, nil, nil, nil, nil) }
    return bytes.withUnsafeBytes { raw in
      let base = raw.bindMemory(to: CChar.self).baseAddress
      let values = offsets.map { offset in offset.flatMap { offset in base.map { $0 + offset } } }
      return types.withUnsafeBytes { types in
        send(
          Int32(truncatingIfNeeded: values.count), types.bindMemory(to: Oid.self).baseAddress,
          values, lengths, formats)
      }
    }
  }
}
