/// Blanks and full-width forms as spreadsheets hold them.
enum Blanks {
  /// The text without ASCII blanks, full-width and no-break spaces and zero-width marks at its ends.
  static func trimmed(_ text: String) -> String {
    let utf8 = text.utf8
    guard let first = utf8.first, let last = utf8.last else { return text }
    if isInk(first) && isInk(last) { return text }
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.first, isBlank(scalar) { scalars.removeFirst() }
    while let scalar = scalars.last, isBlank(scalar) { scalars.removeLast() }
    return String(scalars)
  }

  /// Full-width letters, digits and signs (U+FF01…U+FF5E) as their ASCII forms.
  static func narrowed(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isWide = (0xFF01...0xFF5E).contains(scalar.value)
      scalars.append(isWide ? UnicodeScalar(scalar.value - 0xFEE0) ?? scalar : scalar)
    }
    return String(scalars)
  }

  /// A visible ASCII byte: neither a blank nor part of one.
  private static func isInk(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

  private static func isBlank(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x3000, 0x200B, 0xFEFF: true
    default: false
    }
  }
}
