import Glibc

/// An instance file in the making: a word, then whitespace-separated integers.
struct InstanceText {
  private var bytes: [UInt8]
  private var isLineStart = false

  init(_ format: String) { bytes = [UInt8](format.utf8) }

  /// Adds a number, after a space unless a line begins.
  mutating func add(_ value: Int) {
    if !isLineStart { bytes.append(UInt8(ascii: " ")) }
    isLineStart = false
    if value == 0 {
      bytes.append(UInt8(ascii: "0"))
      return
    }
    let first = bytes.count
    var rest = value
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    bytes[first...].reverse()
  }

  mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    isLineStart = true
  }

  /// A line of numbers.
  mutating func line(_ values: some Sequence<Int>) {
    for value in values { add(value) }
    endLine()
  }

  func write(to path: String) throws {
    guard let file = fopen(path, "w") else { throw BenchmarkError.file(path) }
    let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    guard fclose(file) == 0, written == bytes.count else { throw BenchmarkError.file(path) }
  }
}
