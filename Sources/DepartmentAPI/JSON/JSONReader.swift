/// Reads JSON (RFC 8259) strictly: UTF-8 only, no name twice in an object, bounded depth.
///
/// Written here because Foundation's readers turn numbers into binary floating point and keep the
/// last of two equal names; a caller's amounts must arrive as they were written.
struct JSONReader {
  static let deepest = 32

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  /// Where the text stops being JSON.
  struct Flaw: Error, Hashable {
    let offset: Int
    let what: What

    enum What {
      case unexpected, tooDeep, repeatedName, badText, badNumber, trailing

      var words: (chinese: String, english: String) {
        switch self {
        case .unexpected: ("此处不应有此内容，或已中断", "this does not belong here, or it breaks off")
        case .tooDeep: ("嵌套过深", "nested too deep")
        case .repeatedName: ("字段名重复", "a name that was there before")
        case .badText: ("文字不是合法的 UTF-8 或转义", "a text that is no UTF-8, or a wrong escape")
        case .badNumber: ("数字的写法不对", "a number that is not written as one")
        case .trailing: ("正文之后还有内容", "something follows the value")
        }
      }
    }
  }

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// - Throws: ``Flaw``, the first one.
  /// - Complexity: O(bytes); recursion at most ``deepest`` levels.
  static func read(_ bytes: [UInt8]) throws(Flaw) -> JSON {
    var reader = JSONReader(bytes)
    reader.skipBlanks()
    let value = try reader.value()
    reader.skipBlanks()
    guard reader.position == bytes.count else { throw reader.flaw(.trailing) }
    return value
  }

  private func flaw(_ what: Flaw.What) -> Flaw { Flaw(offset: position, what: what) }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(Flaw) -> JSON {
    guard let byte = next else { throw flaw(.unexpected) }
    switch byte {
    case UInt8(ascii: "{"): return try nested { reader throws(Flaw) in try reader.object() }
    case UInt8(ascii: "["): return try nested { reader throws(Flaw) in try reader.array() }
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .truth(true))
    case UInt8(ascii: "f"): return try word("false", .truth(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw flaw(.unexpected)
    }
  }

  private mutating func nested(
    _ body: (inout JSONReader) throws(Flaw) -> JSON
  ) throws(Flaw) -> JSON {
    guard depth < Self.deepest else { throw flaw(.tooDeep) }
    depth += 1
    position += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func object() throws(Flaw) -> JSON {
    var fields: [JSON.Field] = []
    var names: Set<String> = []
    skipBlanks()
    if take(UInt8(ascii: "}")) { return .object([]) }
    while true {
      skipBlanks()
      let start = position
      guard next == UInt8(ascii: "\"") else { throw flaw(.unexpected) }
      let name = try text()
      guard names.insert(name).inserted else {
        throw Flaw(offset: start, what: .repeatedName)
      }
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw flaw(.unexpected) }
      skipBlanks()
      fields.append(JSON.Field(name, try value()))
      skipBlanks()
      if take(UInt8(ascii: "}")) { return .object(fields) }
      guard take(UInt8(ascii: ",")) else { throw flaw(.unexpected) }
    }
  }

  private mutating func array() throws(Flaw) -> JSON {
    var values: [JSON] = []
    skipBlanks()
    if take(UInt8(ascii: "]")) { return .array([]) }
    while true {
      skipBlanks()
      values.append(try value())
      skipBlanks()
      if take(UInt8(ascii: "]")) { return .array(values) }
      guard take(UInt8(ascii: ",")) else { throw flaw(.unexpected) }
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSON) throws(Flaw) -> JSON {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[position...].starts(with: wanted) else { throw flaw(.unexpected) }
    position += wanted.count
    return value
  }

  private mutating func number() throws(Flaw) -> String {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws(Flaw) {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw flaw(.badNumber) }
  }
}

extension JSONReader {
  private mutating func text() throws(Flaw) -> String {
    position += 1
    var piece: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let text = String(validating: piece, as: UTF8.self) else { throw flaw(.badText) }
        return text
      case UInt8(ascii: "\\"):
        position += 1
        piece += Array(String(Character(try escape())).utf8)
      case 0..<0x20: throw flaw(.badText)
      default:
        piece.append(byte)
        position += 1
      }
    }
    throw flaw(.unexpected)
  }

  private mutating func escape() throws(Flaw) -> Unicode.Scalar {
    guard let byte = next else { throw flaw(.unexpected) }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicode()
    default: throw flaw(.badText)
    }
  }

  /// Four digits, or a surrogate pair; a lone surrogate is no text, and U+0000 none for PostgreSQL.
  private mutating func unicode() throws(Flaw) -> Unicode.Scalar {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) {
      guard scalar.value > 0 else { throw flaw(.badText) }
      return scalar
    }
    guard (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u"))
    else { throw flaw(.badText) }
    let second = try fourDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw flaw(.badText) }
    return scalar
  }

  private mutating func fourDigits() throws(Flaw) -> UInt32 {
    guard bytes.count - position >= 4 else { throw flaw(.badText) }
    var value: UInt32 = 0
    for byte in bytes[position..<(position + 4)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw flaw(.badText) }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }
}
