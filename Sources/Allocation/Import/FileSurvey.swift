/// What a first reading of a file's bytes tells: its encoding, or why it cannot be read as text.
///
/// Feed chunks in order, then ask for the ``verdict()``. Constant memory.
struct FileSurvey {
  /// A line longer than this many bytes is no spreadsheet line; it is refused at once, so that a
  /// file of one endless line costs neither time nor memory.
  static let longestLine = 1 << 20

  enum Encoding: Hashable, Sendable {
    case utf8
    /// A guess that the decoder has yet to prove. As UTF-8 the text reads up to the line `utf8Until`.
    case gb18030(utf8Until: Int)
    /// Well-formed UTF-8 without one Chinese character: perhaps foreign names, perhaps GB18030 whose
    /// bytes happen to be well-formed, as those of 学位 (“ѧλ”) are.
    case undecided
  }

  enum Flaw: Error, Hashable {
    case empty
    case utf16
    case workbook
    case notText(line: Int)
    case lineTooLong(line: Int)
    case undecodable(line: Int)
    /// It could be in either encoding, and nothing tells in which.
    case ambiguous
  }

  /// A file without this mark may be in either encoding; with it, UTF-8 is a promise.
  private(set) var hasByteOrderMark = false
  private var head: [UInt8] = []
  private var line = 1
  private var lineLength = 0
  private var decoder = UTF8Progress()
  private var valid = 0
  private var chinese = 0
  private var invalid = 0
  private var firstInvalidLine = 0
  private var isBlank = true

  /// Takes the next bytes.
  ///
  /// - Throws: ``Flaw`` as soon as the bytes cannot belong to a text file.
  /// - Complexity: O(bytes).
  mutating func take(_ chunk: [UInt8]) throws(Flaw) {
    if head.count < 4 { try examineHead(chunk) }
    for byte in chunk {
      // Printable ASCII, which most bytes are, has nothing to tell but its length.
      if (0x21..<0x7F).contains(byte) && !decoder.isInside && lineLength < Self.longestLine {
        isBlank = false
        lineLength += 1
      } else {
        try take(byte)
      }
    }
  }

  private mutating func examineHead(_ chunk: [UInt8]) throws(Flaw) {
    head += chunk.prefix(4 - head.count)
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { throw .utf16 }
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
      throw .workbook
    }
    hasByteOrderMark = head.starts(with: [0xEF, 0xBB, 0xBF])
  }

  private mutating func take(_ byte: UInt8) throws(Flaw) {
    if byte == 0 { throw .notText(line: line) }
    if byte > 0x20 { isBlank = false }
    if byte >= 0x80 || decoder.isInside {
      switch decoder.take(byte) {
      case .more: break
      case .character(let scalar):
        valid += 1
        if Self.isChinese(scalar) { chinese += 1 }
      case .flaw:
        if invalid == 0 { firstInvalidLine = line }
        invalid += 1
      }
    }
    if byte == 0x0A {
      line += 1
      lineLength = 0
    } else {
      lineLength += 1
      if lineLength > Self.longestLine { throw .lineTooLong(line: line) }
    }
  }

  /// The encoding, as far as the bytes tell.
  ///
  /// Text that is UTF-8 except for a few bytes is damaged UTF-8, not GB18030: read as GB18030 it
  /// might pass and would be nonsense.
  func verdict() throws(Flaw) -> Encoding {
    if isBlank || (hasByteOrderMark && head.count == 3) { throw .empty }
    let flaws = invalid + (decoder.isInside ? 1 : 0)
    if flaws == 0 {
      return hasByteOrderMark || valid == 0 || chinese > 0 ? .utf8 : .undecided
    }
    let flawed = invalid > 0 ? firstInvalidLine : line
    if hasByteOrderMark || valid >= 4 * flaws { throw .undecodable(line: flawed) }
    return .gb18030(utf8Until: flawed)
  }
}

extension FileSurvey {
  /// Ideographs, their radicals and punctuation, wide forms.
  private static func isChinese(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x2E80...0x9FFF, 0xF900...0xFAFF, 0xFF01...0xFFEE, 0x20000...0x3FFFF: true
    default: false
    }
  }
}

/// UTF-8 well-formedness, one byte at a time (Unicode 15, table 3-7).
struct UTF8Progress {
  enum Step: Equatable {
    case more
    case character(UInt32)
    case flaw
  }

  private var remaining = 0
  private var scalar: UInt32 = 0
  private var lowest: UInt8 = 0x80
  private var highest: UInt8 = 0xBF

  var isInside: Bool { remaining > 0 }

  mutating func take(_ byte: UInt8) -> Step {
    guard remaining > 0 else { return start(byte) }
    guard (lowest...highest).contains(byte) else {
      remaining = 0
      return .flaw
    }
    (lowest, highest) = (0x80, 0xBF)
    remaining -= 1
    scalar = scalar << 6 | UInt32(byte & 0x3F)
    return remaining == 0 ? .character(scalar) : .more
  }

  private mutating func start(_ byte: UInt8) -> Step {
    (lowest, highest) = (0x80, 0xBF)
    switch byte {
    case 0xC2...0xDF: remaining = 1
    case 0xE0: (remaining, lowest) = (2, 0xA0)
    case 0xED: (remaining, highest) = (2, 0x9F)
    case 0xE1...0xEF: remaining = 2
    case 0xF0: (remaining, lowest) = (3, 0x90)
    case 0xF4: (remaining, highest) = (3, 0x8F)
    case 0xF1...0xF3: remaining = 3
    default: return .flaw
    }
    // A lead byte of n bytes carries 7 − n bits, after n ones and a zero.
    scalar = UInt32(byte) & (0x3F >> UInt32(remaining))
    return .more
  }
}
