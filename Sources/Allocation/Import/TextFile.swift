/// Opens a file as UTF-8 text, whatever encoding it is in.
enum TextFile {
  /// Reads the file once to find its encoding (twice where it is GB18030, to prove it), then
  /// hands out its text.
  ///
  /// - Throws: ``ImportFault`` for a file that is missing, empty, no text, or in another encoding.
  /// - Complexity: O(bytes) time, constant memory; a file of one endless line is refused after 1 MiB.
  static func open(_ path: String) throws(ImportFault) -> any ByteSource {
    do {
      let encoding = try survey(path)
      let bytes = try FileBytes(path: path)
      guard encoding == .gb18030 else { return bytes }
      let proof = try GB18030Bytes(FileBytes(path: path))
      while try !proof.next().isEmpty {}
      return try GB18030Bytes(bytes)
    } catch {
      throw fault(error, in: path)
    }
  }

  private static func survey(_ path: String) throws -> FileSurvey.Encoding {
    let bytes = try FileBytes(path: path)
    var survey = FileSurvey()
    while true {
      let chunk = try bytes.next()
      if chunk.isEmpty { return try survey.verdict() }
      try survey.take(chunk)
    }
  }

  /// The fault that an error of reading stands for.
  static func fault(_ error: any Error, in path: String) -> ImportFault {
    switch error {
    case let flaw as FileSurvey.Flaw: fault(flaw, in: path)
    case let flaw as CSVReader.Flaw: fault(flaw, in: path)
    case GB18030Bytes.Failure.undecodable(let line):
      ImportFault(file: path, line: line, .undecodable)
    case FileBytes.Failure.missing: ImportFault(file: path, .noSuchFile)
    case FileBytes.Failure.notRegular: ImportFault(file: path, .notRegularFile)
    case FileBytes.Failure.unreadable(let why): ImportFault(file: path, .unreadable(why))
    default: ImportFault(file: path, .unreadable("\(error)"))
    }
  }

  private static func fault(_ flaw: FileSurvey.Flaw, in path: String) -> ImportFault {
    switch flaw {
    case .empty: ImportFault(file: path, .emptyFile)
    case .utf16: ImportFault(file: path, .utf16)
    case .workbook: ImportFault(file: path, .workbook)
    case .notText(let line): ImportFault(file: path, line: line, .notText)
    case .lineTooLong(let line): ImportFault(file: path, line: line, .lineTooLong)
    case .undecodable(let line): ImportFault(file: path, line: line, .undecodable)
    }
  }

  private static func fault(_ flaw: CSVReader.Flaw, in path: String) -> ImportFault {
    switch flaw {
    case .unclosedQuote(let line): ImportFault(file: path, line: line, .unclosedQuote)
    case .textAfterQuote(let line): ImportFault(file: path, line: line, .textAfterQuote)
    case .recordTooLong(let line): ImportFault(file: path, line: line, .lineTooLong)
    }
  }
}
