/// Reads whitespace-separated words from a file, a piece at a time: a file of a million requests has
/// more bytes than the problem that it states.
///
/// What is read is dropped at the next piece. Line and column are worked out only for an error, and for
/// the few places of which an error may still speak (``Place``) when their piece is dropped.
struct InstanceScanner: ~Copyable {
  /// Fills a buffer from its start.
  ///
  /// - Returns: how many bytes; 0 at the end of the file.
  typealias Source = (UnsafeMutableBufferPointer<UInt8>) -> Int

  private let source: Source
  /// The file's size, where it is known.
  private let size: Int?
  private var bytes: UnsafeMutableBufferPointer<UInt8>
  /// How many of ``bytes`` there are, and up to which they are read.
  private var count = 0
  private var offset = 0
  private var isComplete = false
  /// Where ``bytes`` begins in the file.
  private var base = 0
  private var basePosition = InstanceError.Position(line: 1, column: 1)
  /// Where the last word and the one before start in ``bytes``; below 0 if they are dropped.
  private var wordStart = 0
  private var previousStart = 0
  /// The largest number so far and where it stands: where sums overflow, it is the one to look at.
  private var largest: (value: Int64, start: Int) = (-1, 0)
  private var dropped: [Place] = []

  /// A word of a piece that is no longer in memory.
  private struct Place {
    let start: Int
    let position: InstanceError.Position
    let text: String
  }

  /// Of a wrong word so many bytes are shown.
  private static let shownBytes = 40

  /// - Parameters:
  ///   - size: the file's bytes, where known.
  ///   - piece: bytes asked for at once; at least ``shownBytes`` are taken.
  init(size: Int?, piece: Int, _ source: @escaping Source) {
    (self.source, self.size) = (source, size)
    bytes = .allocate(capacity: max(piece, 2 * Self.shownBytes))
  }

  deinit {
    bytes.deallocate()
  }

  /// A rough number of words, at most that many can follow: for reserving memory.
  var mostWords: Int { (max(size ?? count, base + offset) - base - offset) / 2 + 1 }

  /// The next word, which must be text.
  mutating func word(_ meaning: String) throws(InstanceError) -> String {
    guard startWord() else { throw endOfFile(meaning) }
    while hasMore(from: wordStart), !InstanceScanner.isSpace(bytes[offset]) { offset += 1 }
    return text(at: wordStart)
  }

  /// The next word, which must be an integer in a range.
  ///
  /// - Parameter meaning: what the number stands for; evaluated only for an error.
  mutating func integer(
    in range: ClosedRange<Int64> = 0...Int64.max, _ meaning: @autoclosure () -> String
  ) throws(InstanceError) -> Int64 {
    guard startWord() else { throw endOfFile(meaning()) }
    var value: UInt64 = 0
    while hasMore(from: wordStart) {
      let digit = bytes[offset] &- 48
      guard digit < 10 else { break }
      // Eighteen digits always fit; only longer numbers need care.
      if offset &- wordStart >= 18, value > (UInt64(Int64.max) - UInt64(digit)) / 10 {
        throw outOfRange(range, meaning())
      }
      value = value &* 10 &+ UInt64(digit)
      offset &+= 1
    }
    let ends = offset == count || InstanceScanner.isSpace(bytes[offset])
    guard offset > wordStart, ends else { throw notAnInteger(meaning()) }
    let number = Int64(value)
    guard range.contains(number) else { throw outOfRange(range, meaning()) }
    if number > largest.value { largest = (number, base + wordStart) }
    return number
  }

  /// The next word, which must be an index below a limit or a count up to it.
  mutating func integer32(
    below limit: Int, _ meaning: @autoclosure () -> String
  ) throws(InstanceError) -> Int32 {
    let bound = min(Int64(limit), Int64(Problem.indexLimit)) - 1
    guard bound >= 0 else {
      _ = startWord()
      throw fault("there is nothing that \(meaning()) could name", "correct the counts at the top")
    }
    return Int32(truncatingIfNeeded: try integer(in: 0...bound, meaning()))
  }

  /// Refuses anything that follows.
  mutating func end() throws(InstanceError) {
    guard !startWord() else {
      throw fault("more words than the counts announce", "correct the counts or remove the rest")
    }
  }

  /// A word's place, for an error that shows later: that of the last word or the one before, or of
  /// the largest number.
  struct Mark {
    /// From the beginning of the file.
    fileprivate let start: Int
  }

  /// The place of the last word.
  var mark: Mark { Mark(start: base + wordStart) }

  /// The place of the largest number.
  var largestMark: Mark { Mark(start: largest.start) }

  /// An error at the last word.
  func fault(_ fault: String, _ remedy: String) -> InstanceError {
    self.fault(fault, remedy, at: mark)
  }

  /// An error at a word read before.
  func fault(_ fault: String, _ remedy: String, at mark: Mark) -> InstanceError {
    let place = place(mark.start)
    return InstanceError(
      position: place.position, value: place.text, fault: fault, remedy: remedy)
  }
}

extension InstanceScanner {
  /// Goes to the start of the next word.
  ///
  /// - Returns: `false` at the end of the file.
  private mutating func startWord() -> Bool {
    previousStart = wordStart
    while hasMore(from: offset), InstanceScanner.isSpace(bytes[offset]) { offset &+= 1 }
    wordStart = offset
    // So that an error can show the word.
    while count - offset < InstanceScanner.shownBytes, readOn(from: offset) {}
    return offset < count
  }

  @inline(__always)
  private mutating func hasMore(from start: Int) -> Bool {
    offset < count || readOn(from: start)
  }

  /// Reads the next piece and drops what stands before `start`.
  ///
  /// - Returns: `false` at the end of the file.
  private mutating func readOn(from start: Int) -> Bool {
    guard !isComplete else { return false }
    drop(before: start)
    // A word as long as the buffer.
    if count == bytes.count { grow() }
    let read = source(UnsafeMutableBufferPointer(rebasing: bytes[count...]))
    count += read
    isComplete = read == 0
    return !isComplete
  }

  private mutating func drop(before start: Int) {
    guard start > 0 else { return }
    let kept = [base + previousStart, base + wordStart, largest.start]
    dropped = kept.filter { $0 < base + start }.map { place($0) }
    basePosition = position(at: start)
    base += start
    count -= start
    offset -= start
    wordStart -= start
    previousStart -= start
    if let first = bytes.baseAddress { first.update(from: first + start, count: count) }
  }

  private mutating func grow() {
    let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2 * bytes.count)
    _ = larger.update(fromContentsOf: bytes)
    bytes.deallocate()
    bytes = larger
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

  private func place(_ start: Int) -> Place {
    if let place = dropped.first(where: { $0.start == start }) { return place }
    let index = min(max(start - base, 0), count)
    return Place(start: start, position: position(at: index), text: text(at: index))
  }

  private func position(at end: Int) -> InstanceError.Position {
    var (line, column) = (basePosition.line, basePosition.column)
    for byte in bytes[..<end] {
      if byte == 10 { (line, column) = (line + 1, 1) } else { column += 1 }
    }
    return InstanceError.Position(line: line, column: column)
  }

  private func text(at start: Int) -> String {
    var end = start
    while end < count, end - start < InstanceScanner.shownBytes,
      !InstanceScanner.isSpace(bytes[end])
    { end += 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
