internal import Foundation

/// One file to import.
struct ImportFile: Sendable {
  /// As messages name it: the path that was given.
  let path: String
  /// The folder it lies in: files of one folder belong to one prefecture.
  let folder: String
  let table: Spreadsheet
  /// Its content, where it does not lie on disk.
  var content: [UInt8]?

  /// Its bytes from the start.
  ///
  /// - Throws: ``FileBytes/Failure``.
  func bytes() throws -> any ByteSource {
    if let content { return MemoryBytes(content) }
    return try FileBytes(path: path)
  }
}

/// A spreadsheet at hand, without a file.
public struct ImportText: Sendable {
  /// As a file would be named: after its table, for example `parcels.csv`.
  public let name: String
  /// In UTF-8 or GB18030, as a file's.
  public var content: [UInt8]

  public init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    content = bytes
  }

  public var text: String { String(decoding: content, as: UTF8.self) }
}

/// Finds the files of an import.
enum ImportFiles {
  /// The files among `paths`, in the catalogue's order of tables, then by path.
  ///
  /// A folder stands for the CSV files in it; what else lies there is left alone, except workbooks:
  /// whoever puts one there expects it to be read.
  static func find(
    _ paths: [String], in catalogue: Catalogue, log: inout FaultLog
  ) -> [ImportFile] {
    var files: [ImportFile] = []
    for path in paths {
      for file in expanded(path, log: &log) {
        if let found = identified(file, in: catalogue, log: &log) { files.append(found) }
      }
    }
    return sorted(files, catalogue)
  }

  /// Likewise texts, as if they were files of one folder.
  static func find(
    _ texts: [ImportText], in catalogue: Catalogue, log: inout FaultLog
  ) -> [ImportFile] {
    var files: [ImportFile] = []
    for text in texts {
      guard var file = identified(text.name, in: catalogue, log: &log) else { continue }
      file.content = text.content
      files.append(file)
    }
    return sorted(files, catalogue)
  }

  private static func sorted(_ files: [ImportFile], _ catalogue: Catalogue) -> [ImportFile] {
    var order: [String: Int] = [:]
    for (position, table) in catalogue.tables.enumerated() { order[table.name] = position }
    return files.sorted {
      (order[$0.table.name] ?? 0, $0.path) < (order[$1.table.name] ?? 0, $1.path)
    }
  }

  private static func expanded(_ path: String, log: inout FaultLog) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      log.add(ImportFault(file: path, .noSuchFile))
      return []
    }
    guard isFolder.boolValue else { return [path] }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      log.add(ImportFault(file: path, .unreadable("")))
      return []
    }
    let prefix = path.hasSuffix("/") ? path : path + "/"
    let files = names.sorted().filter { !isHidden($0) && isSpreadsheet($0) }
    if files.isEmpty { log.add(ImportFault(file: path, .emptyFolder)) }
    return files.map { prefix + $0 }
  }

  /// Also what an office program lays beside a file while it is open.
  private static func isHidden(_ name: String) -> Bool {
    name.hasPrefix(".") || name.hasPrefix("~$")
  }

  private static func isSpreadsheet(_ name: String) -> Bool {
    ["csv", "xlsx", "xls", "et"].contains(URL(filePath: name).pathExtension.lowercased())
  }

  private static func identified(
    _ path: String, in catalogue: Catalogue, log: inout FaultLog
  ) -> ImportFile? {
    let url = URL(filePath: path)
    let isWorkbook = ["xlsx", "xls", "et"].contains(url.pathExtension.lowercased())
    if isWorkbook {
      log.add(ImportFault(file: path, .workbook))
      return nil
    }
    let name = url.deletingPathExtension().lastPathComponent.precomposedStringWithCanonicalMapping
    if let table = catalogue.table(named: Blanks.trimmed(name)) {
      let folder = url.deletingLastPathComponent().standardizedFileURL.path
      return ImportFile(path: path, folder: folder, table: table)
    }
    let names = catalogue.tables.flatMap { [$0.name, $0.title] }
    let nearest = Nearest.match(name, in: names).flatMap(catalogue.table(named:))
    let label = nearest.map { "\($0.name)（\($0.title)）" } ?? ""
    log.add(ImportFault(file: path, .unknownTable(nearest: label)))
    return nil
  }
}
