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

  mutating func add(_ fault: ImportFault) {
    count += 1
    if first.count < Self.keptInMemory { first.append(fault) }
    guard path != nil else { return }
    let cells = [
      fault.file, fault.line > 0 ? "\(fault.line)" : "", fault.column ?? "", fault.value ?? "",
      fault.code, fault.message(), fault.remedy(), fault.message(.english), fault.remedy(.english),
    ]
    buffer += cells.map(Self.quoted).joined(separator: ",") + "\r\n"
    if buffer.utf8.count > 1 << 16 { try? flush() }
  }

  /// Writes what is still in memory.
  ///
  /// - Throws: when the file cannot be written.
  mutating func close() throws {
    try flush()
    try output?.close()
    output = nil
  }

  private mutating func flush() throws {
    guard let path, count > 0 else { return }
    if output == nil {
      let header = "\u{FEFF}file,line,column,value,code,message,remedy,message_en,remedy_en\r\n"
      try Data(header.utf8).write(to: URL(filePath: path))
      output = try FileHandle(forWritingTo: URL(filePath: path))
      try output?.seekToEnd()
    }
    try output?.write(contentsOf: Data(buffer.utf8))
    buffer = ""
  }

  /// A quoted cell that no office program takes for a formula.
  private static func quoted(_ cell: String) -> String {
    let isFormula = ["=", "+", "-", "@"].contains { cell.hasPrefix($0) }
    let escaped = cell.replacingOccurrences(of: "\"", with: "\"\"")
    return "\"\(isFormula ? "'" : "")\(escaped)\""
  }
}
