internal import Glibc

/// A file that is locked while this object lives. The kernel lets go when the process dies.
final class FileLock: Sendable {
  private let descriptor: Int32

  enum Mode {
    case alone
    case shared
  }

  /// Opens the file without locking it.
  ///
  /// - Throws: ``PostgresError`` of kind `privateServer`.
  init(_ path: String) throws {
    // Close on exec: a server that inherited it would hold the lock after us.
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw PostgresError.privateServer(
        "\(path) cannot be opened: \(String(cString: strerror(errno)))",
        remedy: "check who owns the data folder")
    }
  }

  deinit {
    Glibc.close(descriptor)
  }

  /// Waits for the lock; changes an existing one.
  func lock(_ mode: Mode) {
    while flock(descriptor, mode == .alone ? LOCK_EX : LOCK_SH) != 0, errno == EINTR {}
  }

  /// - Returns: whether the lock could be had at once.
  func tryLock(_ mode: Mode) -> Bool {
    flock(descriptor, (mode == .alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0
  }

  func unlock() {
    flock(descriptor, LOCK_UN)
  }
}
