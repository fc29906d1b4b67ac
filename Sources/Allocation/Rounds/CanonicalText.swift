import Crypto

/// Text with one way to write each fact, so that equal inputs have equal digests on every machine.
///
/// A line is a kind and its fields, separated by tabs; tab, line feed and backslash inside a field
/// are escaped, so that two different lists of fields never give the same line. Whoever appends
/// decides the order of lines; the rule is ascending by key, compared as UTF-8.
public struct CanonicalText: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Appends one line.
  public mutating func append(_ kind: String, _ fields: [String]) {
    append(field: kind)
    for field in fields {
      bytes.append(UInt8(ascii: "\t"))
      append(field: field)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func append(field: String) {
    guard field.utf8.contains(where: Self.isEscaped) else {
      bytes += field.utf8
      return
    }
    for byte in field.utf8 {
      switch byte {
      case UInt8(ascii: "\t"): bytes += Array(#"\t"#.utf8)
      case UInt8(ascii: "\n"): bytes += Array(#"\n"#.utf8)
      case UInt8(ascii: "\\"): bytes += Array(#"\\"#.utf8)
      default: bytes.append(byte)
      }
    }
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\\")
  }

  /// SHA-256 of the text, as 64 hexadecimal digits.
  public var digest: String { sha256Hex(bytes) }
}

/// SHA-256 of `bytes`, as 64 hexadecimal digits.
func sha256Hex(_ bytes: [UInt8]) -> String {
  SHA256.hash(data: bytes).reduce(into: "") { text, byte in
    let digits = String(byte, radix: 16)
    text += digits.count == 1 ? "0" + digits : digits
  }
}

extension Sequence {
  /// The elements in ascending order of a key, compared as UTF-8: the same order on every machine
  /// and in PostgreSQL under `COLLATE "C"`.
  ///
  /// - Complexity: O(n) for what is in order already, as most lists are.
  public func sorted(byText key: (Element) -> String) -> [Element] {
    let elements = Array(self)
    let isInOrder = zip(elements, elements.dropFirst()).allSatisfy { element, next in
      !key(next).utf8.lexicographicallyPrecedes(key(element).utf8)
    }
    if isInOrder { return elements }
    return elements.map { (key: Array(key($0).utf8), element: $0) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map(\.element)
  }
}
