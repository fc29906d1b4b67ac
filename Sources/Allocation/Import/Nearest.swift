/// The likeliest word meant by a misspelt one.
enum Nearest {
  /// The candidate with the fewest edits; the first of equals, `nil` without candidates.
  ///
  /// - Complexity: O(candidates × length²) on at most 64 characters of each.
  static func match<C: Sequence<String>>(_ word: String, in candidates: C) -> String? {
    let word = Array(word.lowercased().prefix(64))
    return candidates.min { edits(word, $0) < edits(word, $1) }
  }

  /// Levenshtein distance, relative to the longer word, so that short words do not always win.
  private static func edits(_ word: [Character], _ candidate: String) -> Double {
    let other = Array(candidate.lowercased().prefix(64))
    var row = Array(0...other.count)
    for (i, left) in word.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in other.enumerated() {
        let substitution = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    return Double(row[other.count]) / Double(max(word.count, other.count, 1))
  }
}
