internal import CLibPQ

/// A statement's values as libpq wants them: types, pointers, lengths and formats.
final class EncodedParameters: Sendable {
  let types: [PostgresType]
  /// The values one after the other, those of ``PostgresType/unspecified`` with a final zero.
  private let bytes: ByteWriter
  /// Bytes of each value without that zero; ``absent`` for NULL.
  private let lengths: [Int32]

  private static let absent: Int32 = -1
  static let none = EncodedParameters()

  private init() {
    types = []
    bytes = ByteWriter(capacity: 0)
    lengths = []
  }

  /// - Throws: ``ValueError`` for a value without a form as its type.
  init(_ values: [any SQLEncodable]) throws {
    var bytes = ByteWriter(capacity: 16 * values.count)
    let types = values.map { Swift.type(of: $0).sqlType }
    var lengths: [Int32] = []
    lengths.reserveCapacity(values.count)
    for (value, type) in zip(values, types) {
      guard !value.isSQLNull else {
        lengths.append(Self.absent)
        continue
      }
      let start = bytes.count
      try value.encode(into: &bytes, as: type)
      guard let length = Int32(exactly: bytes.count - start) else { throw ValueError.tooLong }
      lengths.append(length)
      // libpq measures text by its final zero.
      if type == .unspecified { bytes.write(UInt8(0)) }
    }
    self.types = types
    self.bytes = bytes
    self.lengths = lengths
  }

  /// Calls `send` with count, types, values, lengths and formats.
  func withPointers<R>(
    _ send: (
      Int32, UnsafePointer<Oid>?, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?,
      UnsafePointer<Int32>?
    ) -> R
  ) -> R {
    guard !types.isEmpty else { return send(0, nil, nil, nil, nil) }
    return withUnsafeTemporaryAllocation(
      of: UnsafePointer<CChar>?.self, capacity: types.count
    ) { values in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: types.count) { formats in
        fill(values, formats)
        return types.withUnsafeBytes { types in
          send(
            Int32(truncatingIfNeeded: values.count), types.bindMemory(to: Oid.self).baseAddress,
            values.baseAddress, lengths, formats.baseAddress)
        }
      }
    }
  }

  private func fill(
    _ values: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>,
    _ formats: UnsafeMutableBufferPointer<Int32>
  ) {
    bytes.withBytes { raw in
      // A value of no bytes has an address too, since the writer always has memory: not NULL.
      var next = raw.baseAddress
      for index in types.indices {
        let isText = types[index] == .unspecified
        let isAbsent = lengths[index] == Self.absent
        values.initializeElement(
          at: index, to: isAbsent ? nil : next?.assumingMemoryBound(to: CChar.self))
        formats.initializeElement(at: index, to: isText ? 0 : 1)
        if !isAbsent { next = next.map { $0 + Int(lengths[index]) + (isText ? 1 : 0) } }
      }
    }
  }
}
