/// Opens a file as UTF-8 text, whatever encoding it is in.
enum TextFile {
  /// Reads the file once to find its encoding (thrice where it may be GB18030, to prove it), then
  /// hands out its text.
  ///
  /// - Parameter isHeading: whether a text is a heading that the file may have. It decides where the
  ///   bytes make sense in both encodings.
  /// - Throws: ``ImportFault`` for a file that is missing, empty, no text, or in another encoding, or
  ///   in one that cannot be told.
  /// - Complexity: O(bytes) time, constant memory; a file of one endless line is refused after 1 MiB.
  static func open(
    _ file: ImportFile, isHeading: (String) -> Bool
  ) throws(ImportFault) -> any ByteSource {
    do {
      switch try survey(file) {
      case .utf8: break
      case .gb18030(let line): return try provenGB18030(file, utf8Until: line)
      case .undecided:
        if let source = try decidedGB18030(file, isHeading) { return source }
      }
      return try file.bytes()
    } catch {
      throw fault(error, in: file.path)
    }
  }

  /// - Throws: where the text is neither, the flaw of the encoding in which more of it can be read.
  private static func provenGB18030(
    _ file: ImportFile, utf8Until line: Int
  ) throws -> GB18030Bytes {
    do {
      return try provenGB18030(file)
    } catch GB18030Bytes.Failure.undecodable(let other) {
      throw FileSurvey.Flaw.undecodable(line: max(line, other))
    } catch FileSurvey.Flaw.undecodable(let other) {
      throw FileSurvey.Flaw.undecodable(line: max(line, other))
    }
  }

  private static func provenGB18030(_ file: ImportFile) throws -> GB18030Bytes {
    let proof = try GB18030Bytes(file.bytes())
    while try !proof.next().isEmpty {}
    let bytes = try file.bytes()
    var likelihood = GB18030Likelihood()
    while case let chunk = try bytes.next(), !chunk.isEmpty { likelihood.take(chunk) }
    try likelihood.verdict()
    return try GB18030Bytes(file.bytes())
  }

  /// The file read as GB18030, unless it is none or its headings are UTF-8.
  private static func decidedGB18030(
    _ file: ImportFile, _ isHeading: (String) -> Bool
  ) throws -> GB18030Bytes? {
    do {
      let source = try provenGB18030(file)
      return try isGB18030(file, isHeading) ? source : nil
    } catch GB18030Bytes.Failure.undecodable {
      return nil
    } catch FileSurvey.Flaw.undecodable {
      return nil
    }
  }

  /// Whether the first row has more known headings read as GB18030 than read as UTF-8.
  ///
  /// - Throws: ``FileSurvey/Flaw/ambiguous`` where it has as many: to guess would be to store
  ///   nonsense without a word, in one case or the other.
  private static func isGB18030(_ file: ImportFile, _ isHeading: (String) -> Bool) throws -> Bool {
    let asUTF8 = try headings(file.bytes(), isHeading)
    let asGB18030 = try headings(GB18030Bytes(file.bytes()), isHeading)
    if asUTF8 == asGB18030 { throw FileSurvey.Flaw.ambiguous }
    return asGB18030 > asUTF8
  }

  private static func headings(
    _ source: any ByteSource, _ isHeading: (String) -> Bool
  ) throws -> Int {
    var csv = CSVReader(source)
    while try csv.read() {
      if csv.record.isBlank { continue }
      return (0..<csv.record.count).count { isHeading(csv.record.text($0)) }
    }
    return 0
  }

  private static func survey(_ file: ImportFile) throws -> FileSurvey.Encoding {
    let bytes = try file.bytes()
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
    case .ambiguous: ImportFault(file: path, .ambiguousEncoding)
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
