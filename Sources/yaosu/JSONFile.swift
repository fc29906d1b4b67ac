import Allocation
import Foundation

/// A JSON file that was named on the command line.
enum JSONFile {
  /// Reads a file, or stdin for `-`; a fault in it is told with the file's name.
  ///
  /// - Throws: ``FileFault``.
  static func read<Value>(_ file: String, _ body: (String) throws -> Value) throws -> Value {
    let text = try text(file)
    return try naming(file) { try body(text) }
  }

  /// Does something with what a file says; a fault is told with the file's name.
  ///
  /// - Throws: ``FileFault``, and whatever else `body` throws.
  static func naming<Value>(_ file: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let fault as FieldFault {
      throw FileFault(file: file, what: fault.description)
    }
  }

  private static func text(_ file: String) throws(FileFault) -> String {
    let data =
      file == "-"
      ? FileHandle.standardInput.readDataToEndOfFile()
      : FileManager.default.contents(atPath: file)
    guard let data else { throw FileFault(file: file, what: "cannot be read") }
    guard let text = String(data: data, encoding: .utf8) else {
      throw FileFault(file: file, what: "is not UTF-8; save the file as UTF-8")
    }
    return text
  }
}

/// What is wrong with a file that was named on the command line.
struct FileFault: Error, CustomStringConvertible {
  let file: String
  let what: String

  var description: String { "\(file): \(what)" }
}
