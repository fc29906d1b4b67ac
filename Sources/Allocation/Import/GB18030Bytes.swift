#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A GB18030 source read as UTF-8, converted chunk by chunk by the C library.
final class GB18030Bytes: ByteSource {
  enum Failure: Error, Hashable {
    /// No character in GB18030; `line` counts from 1.
    case undecodable(line: Int)
    /// The C library has no GB18030 table.
    case unavailable
  }

  private let source: any ByteSource
  private let converter: iconv_t
  /// The head of a character whose tail is in the next chunk.
  private var pending: [UInt8] = []
  private var line = 1

  init(_ source: any ByteSource) throws(Failure) {
    // iconv_open answers (iconv_t)-1 on failure.
    guard let opened = iconv_open("UTF-8", "GB18030"), Int(bitPattern: opened) != -1 else {
      throw .unavailable
    }
    self.source = source
    converter = opened
  }

  deinit { iconv_close(converter) }

  func next() throws -> [UInt8] {
    let chunk = try source.next()
    if chunk.isEmpty {
      if !pending.isEmpty { throw Failure.undecodable(line: line) }
      return []
    }
    let output = try convert(pending + chunk)
    // A chunk that holds half a character only must not be taken for the end.
    return output.isEmpty ? try next() : output
  }

  private func convert(_ input: [UInt8]) throws(Failure) -> [UInt8] {
    var input = input
    var used = 0
    var flawed = false
    // Two GB18030 bytes make at most three of UTF-8, four make at most four.
    let output = [UInt8](unsafeUninitializedCapacity: input.count * 2 + 16) { buffer, count in
      input.withUnsafeMutableBytes { bytes in
        var from = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        var fromLeft = bytes.count
        var to = UnsafeMutableRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
        var toLeft = buffer.count
        let result = iconv(converter, &from, &fromLeft, &to, &toLeft)
        flawed = result == -1 && errno != EINVAL
        used = bytes.count - fromLeft
        count = buffer.count - toLeft
      }
    }
    line += output.count { $0 == 0x0A }
    if flawed { throw .undecodable(line: line) }
    pending = Array(input[used...])
    return output
  }
}
