import Glibc

/// Whitespace-separated integers on their way to a file.
struct InstanceText {
  private var bytes: [UInt8] = []
  private var isLineStart = true

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

  /// A line that begins with its number of entries. (An empty one keeps the blank after the count,
  /// as the generator that fixed these bytes writes it.)
  mutating func countedLine(_ count: Int, before: Int? = nil, _ values: some Sequence<Int>) {
    if let before { add(before) }
    add(count)
    if count == 0 { bytes.append(UInt8(ascii: " ")) }
    line(values)
  }

  func write(to path: String) throws {
    guard let file = fopen(path, "w") else { throw BenchmarkError.file(path) }
    let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    guard fclose(file) == 0, written == bytes.count else { throw BenchmarkError.file(path) }
  }
}

/// Why a benchmark stops.
enum BenchmarkError: Error, CustomStringConvertible {
  case file(String)
  case format(String)
  case usage
  case child(String)

  var description: String {
    switch self {
    case .file(let path): "cannot read or write \(path)"
    case .format(let what): "not a family A or B file: \(what)"
    case .usage: usageText
    case .child(let command): "failed: \(command)"
    }
  }
}
