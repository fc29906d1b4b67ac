/// Collects whitespace-separated words as bytes.
struct InstanceText {
  private(set) var bytes: [UInt8] = []

  mutating func word(_ text: String) {
    separate()
    bytes += text.utf8
  }

  mutating func word(_ value: some BinaryInteger) {
    separate()
    var rest = Int64(value)
    if rest < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    repeat {
      bytes.append(48 + UInt8((rest % 10).magnitude))
      rest /= 10
    } while rest != 0
    bytes[start...].reverse()
  }

  mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

  mutating func line(_ text: String) {
    word(text)
    endLine()
  }

  mutating func line(_ values: (any BinaryInteger)...) {
    for value in values { word(Int64(value)) }
    endLine()
  }

  private mutating func separate() {
    if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: " ")) }
  }
}
