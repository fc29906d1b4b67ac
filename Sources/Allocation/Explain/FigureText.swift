/// A figure of a rule as people say it.
///
/// Figures are stored once for both languages: numbers and codes, units, the words of spreadsheets.
enum FigureText {
  /// The figure in a language.
  ///
  /// - Complexity: O(characters).
  static func text(_ figure: String, in language: Language) -> String {
    switch language {
    case .chinese: chinese(figure)
    case .english where figure == "wan": "10,000 yuan"
    case .english: figure.replacing("万元", with: "10,000 yuan").replacing("：", with: ": ")
    }
  }

  private static func chinese(_ figure: String) -> String {
    if let whole = wholes[figure] { return whole }
    // What follows ": " are people's own words, such as a conflict's evidence.
    let end = figure.firstRange(of: ": ")?.lowerBound ?? figure.endIndex
    // A code such as 3401-000008-4 is one run, and no word.
    let told = figure[..<end].replacing(/[A-Za-z0-9_-]+/) { run in
      let word = String(run.output)
      return words[word] ?? Catalogue.staffWord(word)
    }
    return String(told) + figure[end...]
  }

  private static let wholes = [
    "not declined": "未被谢绝", "declined": "已被谢绝", "free": "未受聘", "engaged": "已受聘",
    "open": "待配置",
  ]

  private static let words = [
    "mu": "亩", "whole": "整宗", "free": "余", "lots": "最小分割", "defer": "暂缓", "refuse": "不予配置",
    "wan": "万元", "person": "人", "persons": "人", "owned": "持股", "founded": "创办",
  ]
}
