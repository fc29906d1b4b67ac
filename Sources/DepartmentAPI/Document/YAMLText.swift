/// Writes a JSON value as block-style YAML 1.2. Texts stand in quotes, so that none is read as
/// something else.
enum YAMLText {
  static func write(_ value: JSON) -> String {
    var text = ""
    write(value, indent: 0, to: &text)
    return text
  }

  private static func write(_ value: JSON, indent: Int, to text: inout String) {
    let margin = String(repeating: " ", count: indent)
    switch value {
    case .object(let fields) where !fields.isEmpty:
      for field in fields {
        text += margin + key(field.name) + ":"
        writeBelow(field.value, indent: indent + 2, to: &text)
      }
    case .array(let values) where !values.isEmpty:
      for value in values {
        text += margin + "-"
        writeBelow(value, indent: indent + 2, to: &text)
      }
    default: text += margin + value.compact + "\n"
    }
  }

  private static func writeBelow(_ value: JSON, indent: Int, to text: inout String) {
    if isFlat(value) {
      text += " " + value.compact + "\n"
    } else {
      text += "\n"
      write(value, indent: indent, to: &text)
    }
  }

  /// What is short stands on a line, in flow style.
  private static func isFlat(_ value: JSON) -> Bool {
    switch value {
    case .object(let fields): fields.isEmpty || value.compact.utf8.count < 100
    case .array: value.compact.utf8.count < 100
    default: true
    }
  }

  private static func key(_ name: String) -> String {
    let isPlain =
      name.first?.isLetter == true
      && name.utf8.allSatisfy { byte in
        (48..<58).contains(byte) || (65..<91).contains(byte) || (97..<123).contains(byte)
          || byte == UInt8(ascii: "_")
      }
    return isPlain && !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(name)
      ? name : JSON.quoted(name)
  }
}
