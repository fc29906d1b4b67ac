internal import Postgres

/// Days as offices write them: `2026-11-20`, `2026/11/20`, `2026年11月20日`, with one or two digits
/// for month and day.
enum DayParser {
  /// - Throws: ``FaultReason/notDay`` for another form, ``FaultReason/noSuchDay`` for a day that
  ///   the calendar does not have (`2026-02-30`) or outside 1900 to 2199.
  static func day(_ text: String) throws(FaultReason) -> DateOnly {
    let text = Blanks.narrowed(text)
    guard let parts = parts(text), parts.count == 3, parts[0].count == 4,
      parts.dropFirst().allSatisfy({ (1...2).contains($0.count) }),
      let year = number(parts[0]), let month = number(parts[1]), let day = number(parts[2])
    else { throw .notDay }
    guard (1900..<2200).contains(year), let date = DateOnly(year: year, month: month, day: day)
    else { throw .noSuchDay }
    return date
  }

  private static func parts(_ text: String) -> [Substring]? {
    for separator in ["-", "/"] as [Character] where text.contains(separator) {
      return text.split(separator: separator, omittingEmptySubsequences: false)
    }
    guard text.hasSuffix("日") else { return nil }
    let pieces = text.dropLast().split(separator: "年", omittingEmptySubsequences: false)
    guard pieces.count == 2 else { return nil }
    return [pieces[0]] + pieces[1].split(separator: "月", omittingEmptySubsequences: false)
  }

  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (48..<58).contains($0) } ? Int(text) : nil
  }
}
