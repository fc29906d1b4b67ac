import Foundation

/// Writes what a command was asked to leave in a file.
enum ResultFile {
  /// Whether a file can be written there; asked before the work begins.
  ///
  /// - Throws: ``SolveFailure/unwritable(file:what:)``.
  static func check(_ path: String) throws {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { try refuse(path, EISDIR) }
    // A plain file is replaced by another one in its folder.
    let folder = URL(filePath: path).deletingLastPathComponent().path
    guard access(isPlain(path) ? folder : path, W_OK) == 0 else { return try refuse(path, errno) }
  }

  private static func refuse(_ path: String, _ number: Int32) throws {
    throw SolveFailure.unwritable(file: path, what: String(cString: strerror(number)))
  }

  /// A file of that name, or none yet, is replaced whole. Whatever else the path names — a link, a device,
  /// a pipe — stays what it is and is written into.
  ///
  /// - Throws: ``SolveFailure/unwritable(file:what:)``.
  static func write(_ bytes: [UInt8], to path: String) throws {
    do {
      if isStandardOutput(path) {
        try FileHandle.standardOutput.write(contentsOf: Data(bytes))
      } else if isPlain(path) {
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

  /// Opened anew, the same file would be written from its start, under what is printed.
  private static func isStandardOutput(_ path: String) -> Bool {
    var (named, output) = (stat(), stat())
    return stat(path, &named) == 0 && fstat(STDOUT_FILENO, &output) == 0
      && (named.st_dev, named.st_ino) == (output.st_dev, output.st_ino)
  }

  private static func isPlain(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  private static func writeInto(_ path: String, _ bytes: [UInt8]) throws {
    guard let file = fopen(path, "w"),
      case let written = fwrite(bytes, 1, bytes.count, file),
      case let closed = fclose(file), written == bytes.count, closed == 0
    else { return try refuse(path, errno) }
  }
}
