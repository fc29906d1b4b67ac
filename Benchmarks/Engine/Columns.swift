import Glibc

/// A number with so many digits behind its point, right-aligned. The process that is measured stays
/// small without the rest of Foundation.
func column(_ value: Double, digits: Int, width: Int = 0) -> String {
  var text = [CChar](repeating: 0, count: 400)
  withVaList([Int32(width), Int32(digits), value]) {
    _ = vsnprintf(&text, text.count, "%*.*f", $0)
  }
  return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// A text with blanks at its end up to a width.
func column(_ text: String, width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
