import Glibc

extension AssignmentRows {
  /// The rows as family A and B files have them.
  func text() -> InstanceText {
    var text = InstanceText()
    text.line([optionStart.count - 1, capacities.count, resources.count])
    text.line(capacities.map { Int($0) })
    for request in 0..<(optionStart.count - 1) {
      let row = Int(optionStart[request])..<Int(optionStart[request + 1])
      text.countedLine(row.count, row.lazy.flatMap { [Int(resources[$0]), Int(scores[$0])] })
    }
    return text
  }

  /// Reads a family A or B file, or an allocation file whose options use one unit of one row each.
  init(path: String) throws {
    var numbers = try NumberFile(path)
    let isAllocation = numbers.skipWord("alloc")
    let requests = try numbers.next()
    let resourceCount = try numbers.next()
    if !isAllocation { _ = try numbers.next() }
    self.init(capacities: [])
    for _ in 0..<resourceCount {
      if isAllocation { _ = try numbers.next() }
      capacities.append(Int64(try numbers.next()))
      if isAllocation { _ = try numbers.next() }
    }
    for _ in 0..<requests {
      for _ in 0..<(try numbers.next()) {
        if isAllocation {
          let score = try numbers.next()
          guard try numbers.next() == 1 else { throw BenchmarkError.format("several rows") }
          add(try numbers.next(), score)
          guard try numbers.next() == 1 else { throw BenchmarkError.format("several units") }
        } else {
          add(try numbers.next(), try numbers.next())
        }
      }
      closeRow()
    }
  }
}

/// The non-negative integers of a file, one after another.
struct NumberFile {
  private let bytes: [UInt8]
  private var position = 0

  init(_ path: String) throws {
    guard let file = fopen(path, "r") else { throw BenchmarkError.file(path) }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    rewind(file)
    bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = fread(buffer.baseAddress, 1, size, file)
    }
  }

  /// Passes over a word at the beginning, if it is there.
  mutating func skipWord(_ word: String) -> Bool {
    guard bytes.starts(with: word.utf8) else { return false }
    position = word.utf8.count
    return true
  }

  mutating func next() throws -> Int {
    while position < bytes.count, bytes[position] <= 32 { position += 1 }
    let first = position
    var value = 0
    while position < bytes.count, bytes[position] > 32 {
      let digit = Int(bytes[position]) - 48
      guard (0...9).contains(digit), position - first < 18 else {
        throw BenchmarkError.format("byte \(position)")
      }
      value = 10 * value + digit
      position += 1
    }
    guard position > first else { throw BenchmarkError.format("ends early") }
    return value
  }
}
