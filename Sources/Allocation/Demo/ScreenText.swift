/// Text laid out for a terminal, where an ideograph takes two columns.
enum ScreenText {
  /// The columns that a text takes: two for ideographs, their punctuation and full-width forms.
  static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  private static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    return switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      2
    // Among ideographs these are as wide as they are.
    case 0x2018...0x201D, 0x2026: 2
    default: 1
    }
  }

  /// Cells side by side, the first to the left of its column, the others to the right of theirs; each
  /// column as wide as its widest cell.
  static func table(_ rows: [[String]]) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { $0.indices.contains(column) ? width($0[column]) : 0 }.max() ?? 0
    }
    return rows.map { cells in
      cells.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - width(cell))
        return column == 0 ? cell + blanks : blanks + cell
      }.joined(separator: "  ")
    }
  }

  /// A text broken into lines.
  ///
  /// - Parameters:
  ///   - columns: the most that a line takes.
  ///   - lines: the most lines; what is left then is cut, and `…` says so.
  static func wrapped(_ text: String, to columns: Int, lines: Int) -> [String] {
    var result: [String] = []
    var line: [Character] = []
    for character in text {
      if width(String(line)) + width(character) > columns {
        guard result.count + 1 < lines else { return result + [cut(String(line), to: columns)] }
        let end = breakPoint(of: line, before: character)
        result.append(Blanks.trimmed(String(line[..<end])))
        line = Array(line[end...])
      }
      if line.isEmpty && character == " " { continue }
      line.append(character)
    }
    return line.isEmpty ? result : result + [String(line)]
  }

  /// Where a full line ends: not inside a number or a word, and not before what closes a phrase.
  private static func breakPoint(of line: [Character], before next: Character) -> Int {
    let following = line.dropFirst() + [next]
    let places = zip(line, following).enumerated().filter { _, pair in
      !(isOfWord(pair.0) && isOfWord(pair.1)) && !"）。，；、：”".contains(pair.1)
    }
    return places.last.map { $0.offset + 1 } ?? line.count
  }

  private static func isOfWord(_ character: Character) -> Bool {
    character.isASCII && character != " "
  }

  private static func cut(_ line: String, to columns: Int) -> String {
    var line = line
    while width(line) + width("…") > columns { line.removeLast() }
    return line + "…"
  }
}
