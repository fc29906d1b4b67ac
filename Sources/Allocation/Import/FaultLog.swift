internal import Foundation

/// Gathers the faults of an import: the first ones in memory, all of them in a file where one is
/// wanted, so that a file with a million faults costs no more memory than one with two hundred.
struct FaultLog {
  static let keptInMemory = 200

  private(set) var count = 0
  private(set) var first: [ImportFault] = []
  private var output: FileHandle?
  private var buffer = ""

  /// - Parameter path: where all faults are written as CSV, with a byte order mark so that office
  ///   programs open it rightly. Nothing is written as long as there is no fault.
  init(path: String?) {
    self.path = path
  }

  private let path: String?
  /// Why the file could not be written.
  private var obstacle: String?

  mutating func add(_ fault: ImportFault) {
    count += 1
    if first.count < Self.keptInMemory { first.append(fault) }
    guard path != nil else { return }
    let cells = [
      fault.file, fault.line > 0 ? "\(fault.line)" : "", fault.column ?? "", fault.value ?? "",
      fault.code, fault.message(), fault.remedy(), fault.message(.english), fault.remedy(.english),
    ]
    buffer += cells.map(Self.quoted).joined(separator: ",") + "\r\n"
    if buffer.utf8.count > 1 << 16 { flush() }
  }

  /// Writes what is still in memory. That the file cannot be written is one fault more, the first.
  mutating func close() {
    flush()
    try? output?.close()
    output = nil
    guard let path, let obstacle else { return }
    count += 1
    first.insert(ImportFault(file: path, .unwritable(obstacle)), at: 0)
  }

  private mutating func flush() {
    do {
      try write()
    } catch {
      obstacle = obstacle ?? error.localizedDescription
    }
    buffer = ""
  }

  private mutating func write() throws {
    guard let path, count > 0, obstacle == nil else { return }
    if output == nil {
      let header = "\u{FEFF}file,line,column,value,code,message,remedy,message_en,remedy_en\r\n"
      try Data(header.utf8).write(to: URL(filePath: path))
      output = try FileHandle(forWritingTo: URL(filePath: path))
      try output?.seekToEnd()
    }
    try output?.write(contentsOf: Data(buffer.utf8))
  }

  /// A quoted cell that no office program takes for a formula.
  private static func quoted(_ cell: String) -> String {
    let isFormula = ["=", "+", "-", "@"].contains { cell.hasPrefix($0) }
    let escaped = cell.replacingOccurrences(of: "\"", with: "\"\"")
    return "\"\(isFormula ? "'" : "")\(escaped)\""
  }
}
