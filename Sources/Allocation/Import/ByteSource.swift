#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where bytes come from, chunk by chunk; an empty chunk is the end.
protocol ByteSource: AnyObject {
  func next() throws -> [UInt8]
}

/// Bytes already at hand, as one chunk.
final class MemoryBytes: ByteSource {
  private var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func next() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }
}

/// A regular file, read 256 KiB at a time.
final class FileBytes: ByteSource {
  static let chunkSize = 1 << 18

  enum Failure: Error, Hashable {
    case missing
    case notRegular
    /// The system's words for the error.
    case unreadable(String)
  }

  private let descriptor: Int32

  init(path: String) throws(Failure) {
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else {
      throw errno == ENOENT ? .missing : .unreadable(String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      throw .notRegular
    }
    descriptor = opened
  }

  deinit { close(descriptor) }

  func next() throws(Failure) -> [UInt8] {
    var failure: Int32 = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, count in
      var got = read(descriptor, buffer.baseAddress, buffer.count)
      while got < 0 && errno == EINTR { got = read(descriptor, buffer.baseAddress, buffer.count) }
      if got < 0 { failure = errno }
      count = max(0, got)
    }
    if failure != 0 { throw .unreadable(String(cString: strerror(failure))) }
    return chunk
  }
}
