/// One record of a CSV file: its fields' bytes end to end, with the line each field begins on.
struct CSVRecord {
  fileprivate(set) var bytes: [UInt8] = []
  /// End of each field in ``bytes``.
  fileprivate(set) var ends: [Int] = []
  /// Line of each field, from 1.
  fileprivate(set) var lines: [Int] = []

  var count: Int { ends.count }
  var line: Int { lines.first ?? 1 }

  /// No field holds anything but blanks: what spreadsheets leave below their last row.
  var isBlank: Bool { bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

  /// The field's text without the blanks around it; empty for a field that is not there.
  func text(_ index: Int) -> String {
    guard ends.indices.contains(index) else { return "" }
    let start = index == 0 ? 0 : ends[index - 1]
    return Blanks.trimmed(String(decoding: bytes[start..<ends[index]], as: UTF8.self))
  }

  fileprivate mutating func reset(line: Int) {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    lines.append(line)
  }
}

/// Reads CSV (RFC 4180) from UTF-8 bytes, record by record, in constant memory.
///
/// Fields may be quoted, and quoted fields may hold commas, doubled quotes and line ends. Lines end
/// in CRLF, LF or CR. A byte order mark is skipped. A quote inside an unquoted field stands for
/// itself.
struct CSVReader {
  static let largestRecord = 1 << 20

  enum Flaw: Error, Hashable {
    /// The quote opened on this line is never closed.
    case unclosedQuote(line: Int)
    /// Something other than a comma or the line's end follows a closing quote.
    case textAfterQuote(line: Int)
    case recordTooLong(line: Int)
  }

  private enum State { case fieldStart, plain, quoted, quoteInQuoted }

  /// The record last read.
  private(set) var record = CSVRecord()
  private let source: any ByteSource
  private var chunk: [UInt8] = []
  private var position = 0
  private var line = 1
  private var atStart = true
  private var afterReturn = false

  init(_ source: any ByteSource) {
    self.source = source
  }

  /// Reads the next record into ``record``.
  ///
  /// - Returns: `false` at the end.
  /// - Throws: ``Flaw``, or what the source throws. Nothing can be read after an error.
  /// - Complexity: O(bytes of the record).
  mutating func read() throws -> Bool {
    record.reset(line: line)
    var state = State.fieldStart
    while let byte = try nextByte() {
      if afterReturn {
        afterReturn = false
        if byte == 0x0A {
          if state == .quoted { record.bytes.append(byte) }
          continue
        }
      }
      if byte == 0x0A || byte == 0x0D {
        afterReturn = byte == 0x0D
        line += 1
        if state != .quoted { return endRecord() }
        record.bytes.append(byte)
      } else {
        state = try take(byte, in: state)
      }
      if record.bytes.count > Self.largestRecord { throw Flaw.recordTooLong(line: record.line) }
    }
    if state == .quoted { throw Flaw.unclosedQuote(line: record.lines.last ?? line) }
    let nothingRead = record.count == 0 && record.bytes.isEmpty && state == .fieldStart
    return nothingRead ? false : endRecord()
  }

  private mutating func take(_ byte: UInt8, in state: State) throws(Flaw) -> State {
    let quote = UInt8(ascii: "\"")
    switch (state, byte) {
    case (.quoted, quote): return .quoteInQuoted
    case (.quoted, _): break
    case (.quoteInQuoted, quote):
      record.bytes.append(quote)
      return .quoted
    case (_, UInt8(ascii: ",")):
      record.ends.append(record.bytes.count)
      record.lines.append(line)
      return .fieldStart
    case (.quoteInQuoted, _): throw .textAfterQuote(line: line)
    case (.fieldStart, quote): return .quoted
    default:
      record.bytes.append(byte)
      return .plain
    }
    record.bytes.append(byte)
    return .quoted
  }

  private mutating func endRecord() -> Bool {
    record.ends.append(record.bytes.count)
    return true
  }

  private mutating func nextByte() throws -> UInt8? {
    if position == chunk.count {
      chunk = try source.next()
      position = 0
      if atStart {
        atStart = false
        if chunk.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
      }
      if position >= chunk.count { return chunk.isEmpty ? nil : try nextByte() }
    }
    defer { position += 1 }
    return chunk[position]
  }
}
