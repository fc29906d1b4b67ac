/// Reads whitespace-separated words from bytes in memory.
///
/// Positions are byte offsets; line and column are worked out only for an error. The scanner borrows
/// the bytes: reading hundreds of megabytes through an array's checks takes twice the time.
struct InstanceScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var offset = 0
  /// Where the last word starts.
  private var wordStart = 0
  /// The largest number so far and where it stands: where sums overflow, it is the one to look at.
  private var largest: (value: Int64, offset: Int) = (-1, 0)

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// A rough number of words, at most that many can follow: for reserving memory.
  var mostWords: Int { (bytes.count - offset) / 2 + 1 }

  /// The next word, which must be text.
  mutating func word(_ meaning: String) throws(InstanceError) -> String {
    skipSpace()
    wordStart = offset
    guard offset < bytes.count else { throw endOfFile(meaning) }
    while offset < bytes.count, !InstanceScanner.isSpace(bytes[offset]) { offset += 1 }
    return text(wordStart)
  }

  /// The next word, which must be an integer in a range.
  ///
  /// - Parameter meaning: what the number stands for; evaluated only for an error.
  mutating func integer(
    in range: ClosedRange<Int64> = 0...Int64.max, _ meaning: @autoclosure () -> String
  ) throws(InstanceError) -> Int64 {
    skipSpace()
    wordStart = offset
    guard offset < bytes.count else { throw endOfFile(meaning()) }
    var value: UInt64 = 0
    while offset < bytes.count {
      let digit = bytes[offset] &- 48
      guard digit < 10 else { break }
      // Eighteen digits always fit; only longer numbers need care.
      if offset &- wordStart >= 18, value > (UInt64(Int64.max) - UInt64(digit)) / 10 {
        throw outOfRange(range, meaning())
      }
      value = value &* 10 &+ UInt64(digit)
      offset &+= 1
    }
    let ends = offset == bytes.count || InstanceScanner.isSpace(bytes[offset])
    guard offset > wordStart, ends else { throw notAnInteger(meaning()) }
    let number = Int64(value)
    guard range.contains(number) else { throw outOfRange(range, meaning()) }
    if number > largest.value { largest = (number, wordStart) }
    return number
  }

  /// The next word, which must be an index below a limit or a count up to it.
  mutating func integer32(
    below limit: Int, _ meaning: @autoclosure () -> String
  ) throws(InstanceError) -> Int32 {
    let bound = min(Int64(limit), Int64(Problem.indexLimit)) - 1
    guard bound >= 0 else {
      skipSpace()
      wordStart = offset
      throw fault("there is nothing that \(meaning()) could name", "correct the counts at the top")
    }
    return Int32(truncatingIfNeeded: try integer(in: 0...bound, meaning()))
  }

  /// Refuses anything that follows.
  mutating func end() throws(InstanceError) {
    skipSpace()
    wordStart = offset
    guard offset == bytes.count else {
      throw fault("more words than the counts announce", "correct the counts or remove the rest")
    }
  }

  /// A word's place, for an error that shows later.
  struct Mark {
    fileprivate let offset: Int
  }

  /// The place of the last word.
  var mark: Mark { Mark(offset: wordStart) }

  /// The place of the largest number.
  var largestMark: Mark { Mark(offset: largest.offset) }

  /// An error at the last word.
  func fault(_ fault: String, _ remedy: String) -> InstanceError {
    self.fault(fault, remedy, at: mark)
  }

  /// An error at a word read before.
  func fault(_ fault: String, _ remedy: String, at mark: Mark) -> InstanceError {
    InstanceError(
      position: position(mark.offset), value: text(mark.offset), fault: fault, remedy: remedy)
  }

  private mutating func skipSpace() {
    while offset < bytes.count, InstanceScanner.isSpace(bytes[offset]) { offset += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}

extension InstanceScanner {
  private func endOfFile(_ meaning: String) -> InstanceError {
    fault("the file ends where \(meaning) should stand", "complete the file or correct its counts")
  }

  private func notAnInteger(_ meaning: String) -> InstanceError {
    fault("\(meaning) must be an integer of 0 or more", "write plain digits without sign or point")
  }

  private func outOfRange(_ range: ClosedRange<Int64>, _ meaning: String) -> InstanceError {
    fault(
      "\(meaning) must lie in \(range.lowerBound)...\(range.upperBound)",
      "correct the number or the counts at the top")
  }

  private func position(_ place: Int) -> InstanceError.Position {
    var (line, column) = (1, 1)
    for byte in bytes[..<place] {
      if byte == 10 { (line, column) = (line + 1, 1) } else { column += 1 }
    }
    return InstanceError.Position(line: line, column: column)
  }

  private func text(_ start: Int) -> String {
    var end = start
    while end < bytes.count, end - start < 40, !InstanceScanner.isSpace(bytes[end]) { end += 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
