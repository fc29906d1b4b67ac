import Postgres

extension RoundProblem.Option {
  /// The detail as JSON.
  var detailJSON: JSONText { JSONText(detailText) }

  /// The detail as PostgreSQL writes a `jsonb` value: shorter names first, equal lengths in order of
  /// their bytes. The digest of a round covers this text.
  var detailText: String {
    let names = detail.keys.sorted {
      $0.utf8.count == $1.utf8.count
        ? $0.utf8.lexicographicallyPrecedes($1.utf8) : $0.utf8.count < $1.utf8.count
    }
    let fields = names.map { "\(Self.quoted($0)): \(Self.quoted(detail[$0] ?? ""))" }
    return "{\(fields.joined(separator: ", "))}"
  }

  /// A text in quotes, with the escapes that PostgreSQL uses.
  private static func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy {
      $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if plain { return "\"\(text)\"" }
    return text.unicodeScalars.reduce(into: "\"") { quoted, scalar in
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{8}": quoted += "\\b"
      case "\u{C}": quoted += "\\f"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case ..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    } + "\""
  }
}
