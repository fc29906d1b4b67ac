internal import CZlib
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// gzip (RFC 1952) for answers that are worth it.
///
/// An `ETag` names the row's version and not the bytes that carry it: it is the same with and without.
enum Compression {
  /// Bytes below which it does not pay.
  static let least = 1024

  /// Whether the caller takes gzip: named with a quality above 0.
  static func isAccepted(_ header: String?) -> Bool {
    (header ?? "").lowercased().split(separator: ",").contains { item in
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " } }
      guard parts.first == "gzip" || parts.first == "x-gzip" else { return false }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) }
      return (quality ?? 1) ?? 0 > 0
    }
  }

  /// - Returns: `nil` if the system's zlib has no memory for it.
  /// - Complexity: O(bytes) time and memory.
  static func gzip(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    // 15 bits of window, and 16 for gzip's header; level 4 is where more time gains little.
    guard
      deflateInit2_(
        &stream, 4, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    var input = bytes
    var isDone = false
    let output = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        isDone = deflate(&stream, Z_FINISH) == Z_STREAM_END
      }
      count = bound - Int(stream.avail_out)
    }
    return isDone ? output : nil
  }
}
