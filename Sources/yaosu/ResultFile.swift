import Foundation

/// Writes what a command was asked to leave in a file.
enum ResultFile {
  /// Whether a file can be written there; asked before the work begins.
  ///
  /// - Throws: ``SolveFailure/unwritable(file:what:)``.
  static func check(_ path: String) throws {
    let exists = access(path, F_OK) == 0
    let folder = URL(filePath: path).deletingLastPathComponent().path
    guard access(exists ? path : folder, W_OK) == 0 else {
      throw SolveFailure.unwritable(file: path, what: String(cString: strerror(errno)))
    }
  }

  /// A file of that name, or none yet, is replaced whole. Whatever else the path names — a link, a device,
  /// a pipe — stays what it is and is written into.
  ///
  /// - Throws: ``SolveFailure/unwritable(file:what:)``.
  static func write(_ bytes: [UInt8], to path: String) throws {
    do {
      if isPlain(path) {
        try Data(bytes).write(to: URL(filePath: path), options: .atomic)
      } else {
        try writeInto(path, bytes)
      }
    } catch let failure as SolveFailure {
      throw failure
    } catch {
      throw SolveFailure.unwritable(file: path, what: error.localizedDescription)
    }
  }

  private static func isPlain(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  private static func writeInto(_ path: String, _ bytes: [UInt8]) throws {
    guard let file = fopen(path, "w"),
      case let written = fwrite(bytes, 1, bytes.count, file),
      case let closed = fclose(file), written == bytes.count, closed == 0
    else { throw SolveFailure.unwritable(file: path, what: String(cString: strerror(errno))) }
  }
}
