import Foundation

/// The sample city's enterprises many times over, each time under codes of their own.
struct Copies {
  /// `enterprises.csv` of the sample city, its code in the first column.
  let sample: String

  /// Writes the copies as one spreadsheet, one copy at a time.
  ///
  /// - Parameters:
  ///   - count: copies, at most 9,999.
  ///   - file: made anew; its name tells the importer the table.
  /// - Returns: rows written.
  func write(_ count: Int, to file: URL) throws -> Int {
    let lines = sample.split(separator: "\n")
    guard let header = lines.first, header.hasPrefix("uscc,") else {
      throw CocoaError(.fileReadCorruptFile)
    }
    try Data((header + "\n").utf8).write(to: file)
    let output = try FileHandle(forWritingTo: file)
    defer { try? output.close() }
    try output.seekToEnd()
    for copy in 1...count {
      var text = ""
      for (number, line) in lines.dropFirst().enumerated() {
        let code = code(registrar: line.prefix(8), serial: copy * 10_000 + number)
        text += code + line.dropFirst(18) + "\n"
      }
      try output.write(contentsOf: Data(text.utf8))
    }
    return count * (lines.count - 1)
  }

  /// A code of GB 32100-2015 that passes its checks: `registrar` (8 characters), `serial` as eight
  /// digits with the check of GB 11714 (11 − Σ wᵢcᵢ mod 11, where 10 is written X and 11 is 0), and
  /// the check over all of these (31 − Σ 3^(i−1)·cᵢ mod 31, where 31 is 0).
  private func code(registrar: Substring, serial: Int) -> String {
    let digits = String(serial)
    let body = String(repeating: "0", count: max(8 - digits.count, 0)) + digits
    let bodySum = zip(body, [3, 7, 9, 10, 5, 8, 4, 2])
      .reduce(0) { $0 + ($1.0.wholeNumberValue ?? 0) * $1.1 }
    let bodyCheck = (11 - bodySum % 11) % 11
    let start = registrar + body + (bodyCheck == 10 ? "X" : String(bodyCheck))
    var weight = 1
    var sum = 0
    for character in start {
      sum += (Self.alphabet.firstIndex(of: character) ?? 0) * weight
      weight = weight * 3 % 31
    }
    return start + String(Self.alphabet[(31 - sum % 31) % 31])
  }

  /// Without I, O, S, V, Z; a character's place is its value.
  private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")
}
